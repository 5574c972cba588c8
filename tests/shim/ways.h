/* SPDX-License-Identifier: Apache-2.0 */
/* Clients' packets and servers' ends, for the tests of ways back. */
#ifndef GW_TEST_WAYS_H
#define GW_TEST_WAYS_H

#include "nat_bed.h"
#include "way.h"

/* A client's TCP packet to a VIP goes through the worker's steps. */
static inline void send_to(uint32_t worker, const char *vip, uint16_t vip_port, uint16_t port)
{
	struct frame f;

	if (strchr(vip, ':'))
		frame_ip6(&f, 0, BED_CLIENT6, vip, 6, NULL, 0, port, vip_port, 20);
	else
		frame_ip4(&f, 0, BED_CLIENT, vip, 6, port, vip_port, 0, 20);
	bed_send(worker, &f);
}

/* Looks the way of a server's TCP packet to the client up. */
static inline bool find_way(uint32_t worker, const char *server, uint16_t server_port,
			    uint16_t port, struct gw_way *way)
{
	uint8_t server_address[16], client[16], family = strchr(server, ':') ? 6 : 4;
	struct gw_ends ends = { .server = server_address, .client = client,
				.server_port = server_port, .client_port = port,
				.family = family, .protocol = 6 };

	address(family, server, server_address);
	address(family, family == 6 ? BED_CLIENT6 : BED_CLIENT, client);
	ends.entry = gw_nat_find(bed.snapshot.nat, family, 6, server_address, server_port);
	memset(way, 0xa5, sizeof(*way));
	return gw_way_find(&bed.workers[worker], &bed.snapshot, &ends,
			   gw_way_ask(&bed.workers[worker], &bed.snapshot, &ends), way);
}

static inline bool has_way(uint32_t worker, const char *server, uint16_t server_port, uint16_t port)
{
	struct gw_way way;

	return find_way(worker, server, server_port, port, &way);
}

/* The last byte of the VIP's address; -1: there is no way. */
static inline int vip_of(uint32_t worker, const char *server, uint16_t server_port, uint16_t port)
{
	struct gw_way way;

	if (!find_way(worker, server, server_port, port, &way))
		return -1;
	return way.vip[strchr(server, ':') ? 15 : 3];
}

/* From now on the VIP is sticky, or it is not. */
static inline void set_sticky(uint32_t vip, bool sticky)
{
	bed.vips[vip].flags = sticky ? GW_VIP_STICKY : GW_VIP_BY_CLIENT;
	bed_serve(UINT32_MAX);
}

/* Forgets the worker's ways, and leaves its flows. */
static inline void forget_ways(uint32_t worker)
{
	struct gw_flow_table *table = &bed.workers[worker].flows;

	for (uint64_t at = 0; at <= table->mask; at++)
		for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++)
			if (table->buckets[at].server[i] & GW_WAY)
				gw_flow_release(&bed.workers[worker], &table->buckets[at], i);
	CHECK_EQUAL(table->ways, 0);
}

/* Ways that the worker remembers: its table's own count, which the servers' gauges must agree with,
 * and the flows, too. */
static inline uint64_t ways_of(uint32_t worker)
{
	const struct gw_flow_table *table = &bed.workers[worker].flows;
	uint64_t ways = 0, flows = 0;

	for (uint32_t vip = 0; vip < BED_VIPS; vip++) {
		ways += bed_server_count(worker, vip, GW_S_RETURN_FLOWS);
		flows += bed_server_count(worker, vip, GW_S_FLOWS);
	}
	CHECK_EQUAL(ways, table->ways);
	CHECK_EQUAL(flows, table->flows);
	return ways;
}

/* The whole table is aged at that time. */
static inline void sweep_at(uint32_t worker, uint32_t now)
{
	bed_clock(now);
	gw_flow_sweep(&bed.workers[worker], &bed.snapshot, bed.workers[worker].flows.mask + 1);
}

/* All workers get tables of that size. */
static inline void move_tables(uint32_t buckets)
{
	for (uint32_t i = 0; i < BED_WORKERS; i++) {
		struct gw_flow_table next;

		CHECK(!gw_flow_table_new(&next, buckets, NULL));
		gw_flow_table_move(&bed.workers[i], &next, &bed.snapshot);
	}
}

#endif
