/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another process is to forward in place of this one, or the other way round. DPDK starts only once
 * in a process, so who hands over keeps it, and can go on where it was when the other one fails.
 * Ports that two processes can have at once are open in the new one before the old one rests; what
 * came in there until then is the old one's, and thrown away.
 */
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "flow_memory.h"
#include "real.h"

#define MOST_BURSTS 1024 /* of a queue: more than a full ring, and no end where packets never end */

/* With the lock held. */
static void rest(struct gw *gw)
{
	struct gw_snapshot *old = atomic_exchange(&gw->snapshot, NULL);

	if (!old)
		return;
	gw->ops->quiesce(gw);
	gw_snapshot_free(old);
}

int gw_rest(struct gw *gw)
{
	if (gw->simulated)
		return -EINVAL;
	pthread_mutex_lock(&gw->lock);
	rest(gw);
	pthread_mutex_unlock(&gw->lock);
	return 0;
}

int gw_release(struct gw *gw, uint32_t shared)
{
	struct gw_real *real = gw_real_of(gw);

	if (gw->simulated)
		return -EINVAL;
	pthread_mutex_lock(&gw->lock);
	rest(gw);
	gw_flow_memory_leave(gw);
	gw_log_begin();
	for (uint32_t i = 0; i < GW_MAX_PORTS; i++)
		if (real->ports[i].open && !(shared && real->ports[i].kernel_sends))
			gw_port_stop(&real->ports[i]);
	gw_log_end();
	pthread_mutex_unlock(&gw->lock);
	return 0;
}

static uint32_t drain_queue(const struct gw_port *port, uint16_t queue)
{
	struct rte_mbuf *mbufs[GW_BURST];
	uint32_t packets = 0;

	for (uint32_t i = 0; i < MOST_BURSTS; i++) {
		uint16_t count = rte_eth_rx_burst(port->dpdk, queue, mbufs, GW_BURST);

		rte_pktmbuf_free_bulk(mbufs, count);
		packets += count;
		if (!count)
			break;
	}
	return packets;
}

int gw_drain(struct gw *gw)
{
	const struct gw_real *real = gw_real_of(gw);
	uint32_t packets = 0;

	if (gw->simulated)
		return -EINVAL;
	pthread_mutex_lock(&gw->lock);
	for (uint32_t i = 0; i < GW_MAX_PORTS && !atomic_load(&gw->snapshot); i++)
		for (uint16_t q = 0; real->ports[i].open && q < gw->workers_count; q++)
			packets += drain_queue(&real->ports[i], q);
	pthread_mutex_unlock(&gw->lock);
	return (int)packets;
}
