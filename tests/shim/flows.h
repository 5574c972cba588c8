/* SPDX-License-Identifier: Apache-2.0 */
/* One VIP and numbered flows to it, for the tests of what is remembered. */
#ifndef GW_TEST_FLOWS_H
#define GW_TEST_FLOWS_H

#include "flow_table.h"
#include "frames.h"

/* A VIP with `servers` servers and a table of 64 slots. */
static inline struct sample *one_vip(uint32_t servers, uint32_t buckets)
{
	struct sample *s = sample_new();

	s->head.buckets = buckets;
	sample_vip(s, 4, "90.0.0.0", 8, 255, 0, GW_ENCAP_GRE4, servers, 1, 64);
	return s;
}

static inline void flow_frame(struct frame *f, uint32_t flow)
{
	frame_ip4(f, 0, "203.0.113.7", "90.1.2.3", 6, (uint16_t)flow, 80, 0, 20);
	set16(f->bytes + 14 + 12, flow >> 16); /* the source address goes on where ports end */
	frame_resum(f);
}

static inline struct gw_frame_result run_flow(struct gw *gw, uint32_t flow)
{
	struct frame f;

	flow_frame(&f, flow);
	return run_frame(gw, &f, NULL);
}

/* All flows that the tables show, by pages of `page`. */
static inline uint64_t shown(struct gw *gw, uint32_t page)
{
	struct gw_flow_query query = { .vip = GW_NONE, .worker = GW_NONE };
	struct gw_flow flows[64];
	uint64_t total = 0;

	do
		total += (uint64_t)gw_flows(gw, &query, NULL, flows, page);
	while (query.cursor);
	return total;
}

/* Remembered flows: the table's own count, the sum of the servers' gauges, and what is shown. */
static inline uint64_t remembered(struct gw *gw)
{
	struct gw_table_use use;
	uint64_t sum = 0;

	CHECK(!gw_table_use(gw, 0, &use));
	for (uint32_t slot = 0; slot < 200; slot++)
		sum += server_counter(gw, slot, GW_S_FLOWS);
	CHECK_EQUAL(sum, use.flows);
	return use.flows;
}

static inline void all_to(struct sample *s, uint32_t server)
{
	for (uint64_t i = 0; i < s->head.slots_count; i++)
		s->slots[i] = server;
}

static inline void end(struct gw *gw, struct sample *s)
{
	gw_close(gw, NULL);
	free(s);
}

#endif
