/* SPDX-License-Identifier: Apache-2.0 */
/* Packet buffers of ports. */
#include <stdio.h>

#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "clock.h"
#include "real.h"

#define CACHE 256 /* buffers that a worker keeps at hand */
/* af_xdp's kernel has 4096 buffers to receive into, and up to 2048 in each of the other rings. */
#define XDP_BUFFERS 12288
/* Seconds: a fragment waits for two at the most, and software ports keep nothing that they sent. */
#define HELD_MOST 5

/* Pools whose port got another one. */
static struct {
	struct rte_mempool *pool;
	uint32_t since; /* second */
} replaced[GW_MAX_PORTS];

/* The kernel never gives back what an af_xdp port had lent to it. */
static bool has_enough(const struct rte_mempool *pool)
{
	return rte_mempool_avail_count(pool) >= pool->size / 2;
}

static bool all_software(const struct gw_real *real)
{
	for (uint32_t i = 0; i < GW_MAX_PORTS; i++)
		if (real->ports[i].open && !real->ports[i].software)
			return false;
	return true;
}

/* Nobody but a card may still have buffers of those that were replaced a while ago. */
static void free_replaced(const struct gw_real *real)
{
	for (uint32_t i = 0; i < RTE_DIM(replaced) && all_software(real); i++) {
		if (!replaced[i].pool || gw_seconds() - replaced[i].since <= HELD_MOST)
			continue;
		rte_mempool_free(replaced[i].pool);
		replaced[i].pool = NULL;
	}
}

static void replace(struct rte_mempool **pool)
{
	for (uint32_t i = 0; i < RTE_DIM(replaced); i++) {
		if (replaced[i].pool)
			continue;
		replaced[i].pool = *pool;
		replaced[i].since = gw_seconds();
		break;
	}
	*pool = NULL;
}

int gw_pool_make(const struct gw_real *real, struct gw_port *port, uint32_t index, char *err)
{
	uint32_t queues = real->gw.workers_count;
	uint32_t each = (port->lends ? XDP_BUFFERS : 2 * GW_DESCRIPTORS) + CACHE + 4 * GW_BURST;
	struct rte_mempool **pool = &port->pools[port->lends];
	static uint32_t made;
	char name[32];

	free_replaced(real);
	if (*pool && has_enough(*pool))
		return 0;
	if (*pool)
		replace(pool);
	snprintf(name, sizeof(name), "gw-port-%u-%u", index, made++);
	*pool = rte_pktmbuf_pool_create(name, queues * each, CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
					rte_eth_dev_socket_id(port->dpdk));
	if (*pool)
		return 0;
	return gw_error(err, rte_errno ? rte_errno : ENOMEM,
			"%s: no memory for %u packet buffers (%s)", port->device, queues * each,
			rte_strerror(rte_errno));
}

void gw_pools_free(struct gw_real *real)
{
	for (uint32_t i = 0; i < GW_MAX_PORTS; i++) {
		for (uint32_t j = 0; j < RTE_DIM(real->ports[i].pools); j++)
			rte_mempool_free(real->ports[i].pools[j]);
		rte_mempool_free(replaced[i].pool);
		replaced[i].pool = NULL;
	}
}
