/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's counters agree with each other, with what it remembers and with what came. */
#ifndef GW_TEST_GAUGES_H
#define GW_TEST_GAUGES_H

#include "fragment.h"
#include "sample.h"
#include "state.h"

/* Flows and ways back: the table's entries, its own counts, and the sums over the servers. */
static inline void check_gauges(const struct gw_worker *w)
{
	uint64_t flows = 0, ways = 0, counted = 0, counted_ways = 0;

	for (uint64_t at = 0; at <= w->flows.mask; at++) {
		for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++) {
			uint32_t server = w->flows.buckets[at].server[i];

			flows += server && !(server & GW_WAY);
			ways += server > GW_WAY;
		}
	}
	for (uint32_t slot = 0; slot < SAMPLE_SERVERS; slot++) {
		counted += w->server_counters[slot * GW_S_STRIDE + GW_S_FLOWS];
		counted_ways += w->server_counters[slot * GW_S_STRIDE + GW_S_RETURN_FLOWS];
	}
	CHECK(flows == w->flows.flows && flows == counted);
	CHECK(ways == w->flows.ways && ways == counted_ways);
}

/* All verdicts together are what was received, also by port; one of them is that `held` wait. */
static inline void check_verdicts(const struct gw_worker *w, uint64_t received, uint32_t held)
{
	uint64_t sum = 0;

	for (uint32_t verdict = 0; verdict < GW_VERDICT_COUNT; verdict++) {
		uint64_t by_port = 0;

		for (uint32_t port = 0; port < GW_MAX_PORTS; port++)
			by_port += w->port_counters[port * GW_P_STRIDE + verdict];
		CHECK_EQUAL(by_port, w->counters[verdict]);
		sum += by_port;
	}
	CHECK_EQUAL(sum, received);
	CHECK_EQUAL(w->counters[GW_HELD_FRAGMENT], held);
	CHECK(held <= GW_HELD_MOST);
}

#endif
