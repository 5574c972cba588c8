/* SPDX-License-Identifier: Apache-2.0 */
/* The ports of a data plane: which are open, and who may open, close and ask after them. */
#include <string.h>

#include <rte_common.h>
#include <rte_mempool.h>

#include "real.h"

/* A place for the port: 0 and up, or -errno. */
static int find_place(const struct gw_real *real, const char *device, uint32_t wanted, char *err)
{
	int place = -1;

	for (int i = GW_MAX_PORTS - 1; i >= 0; i--) {
		if (!real->ports[i].open)
			place = i;
		else if (strcmp(device, "null") && !strcmp(real->ports[i].device, device))
			return gw_error(err, EEXIST, "%s: already open as port %d", device, i);
	}
	if (place < 0)
		return gw_error(err, ENOSPC, "%s: %d ports are open, no more fit", device,
				GW_MAX_PORTS);
	return wanted < GW_MAX_PORTS && !real->ports[wanted].open ? (int)wanted : place;
}

int gw_port_open(struct gw *gw, const char *device, uint32_t index, struct gw_port_info *info,
		 char *err)
{
	struct gw_real *real = gw_real_of(gw);
	char unheard[GW_ERR_SIZE];
	int place, rc;

	if (!err)
		err = unheard;
	if (gw->simulated)
		return gw_error(err, EINVAL, "%s: a simulation has no ports", device);
	pthread_mutex_lock(&gw->lock);
	rc = place = find_place(real, device, index, err);
	if (place >= 0)
		rc = gw_port_start(real, (uint32_t)place, device, err);
	if (!rc)
		gw_port_describe(&real->ports[place], (uint32_t)place, info);
	pthread_mutex_unlock(&gw->lock);
	return rc;
}

/* With the lock held. */
static int find_open(struct gw *gw, uint32_t index, struct gw_port **port, char *err)
{
	if (gw->simulated || index >= GW_MAX_PORTS || !gw_real_of(gw)->ports[index].open)
		return gw_error(err, ENODEV, "No port %u is open", index);
	*port = &gw_real_of(gw)->ports[index];
	return 0;
}

int gw_port_info(struct gw *gw, uint32_t index, struct gw_port_info *info, char *err)
{
	struct gw_port *port = NULL;
	int rc;

	pthread_mutex_lock(&gw->lock);
	rc = find_open(gw, index, &port, err);
	if (!rc) {
		gw_port_refresh(port);
		gw_port_unmerge(port);
		gw_port_describe(port, index, info);
	}
	pthread_mutex_unlock(&gw->lock);
	return rc;
}

/* Whether the tables name the port. Not by port_at: that knows a port 0 even where there is
 * none. */
static bool is_polled(const struct gw_snapshot *snapshot, uint32_t index)
{
	for (uint32_t i = 0; snapshot && i < snapshot->ports_count; i++)
		if (snapshot->ports[i].index == index)
			return true;
	return false;
}

static int close_port(struct gw *gw, struct gw_port *port, uint32_t index, char *err)
{
	if (is_polled(atomic_load(&gw->snapshot), index))
		return gw_error(err, EBUSY, "%s: the workers still poll this port", port->device);
	gw_log_begin();
	gw_port_stop(port);
	gw_log_end();
	return 0;
}

int gw_port_close(struct gw *gw, uint32_t index, char *err)
{
	struct gw_port *port = NULL;
	int rc;

	pthread_mutex_lock(&gw->lock);
	rc = find_open(gw, index, &port, err);
	if (!rc)
		rc = close_port(gw, port, index, err);
	pthread_mutex_unlock(&gw->lock);
	return rc;
}

void gw_ports_end(struct gw_real *real)
{
	gw_log_begin();
	gw_sockets_leave(true);
	for (uint32_t i = 0; i < GW_MAX_PORTS; i++)
		if (real->ports[i].open)
			gw_port_stop(&real->ports[i]);
	gw_sockets_leave(false);
	gw_pools_free(real);
	gw_log_end();
}
