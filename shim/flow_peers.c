/* SPDX-License-Identifier: Apache-2.0 */
/* A flow that may be another worker's: of a fragment, an ICMP error, or a trace. */
#include "flow_found.h"

/* The server of the packet's flow in a bucket that may be changing; 0: it is not there. *spilled:
 * it may be in the spare one. */
static uint32_t find_in(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			const struct gw_packet *p, const struct gw_bucket *b, bool *spilled)
{
	struct gw_bucket copy = *b;
	uint32_t i = gw_bucket_find(&copy, (uint32_t)(p->hash >> 32), 0);

	*spilled = copy.due & GW_SPILLED;
	if (i == GW_BUCKET_FLOWS || !gw_flow_alive(worker, snapshot, &copy, i, p->vip))
		return 0;
	return copy.server[i];
}

uint32_t gw_flow_find_anywhere(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			       const struct gw_packet *p)
{
	for (uint32_t w = 0; w < worker->peers_count; w++) {
		const struct gw_flow_table *table = &worker->peers[w]->flows;
		uint32_t server;
		bool spilled;

		if (!table->buckets)
			continue;
		server = find_in(worker, snapshot, p, &table->buckets[p->hash & table->mask],
				 &spilled);
		if (!server && spilled)
			server = find_in(worker, snapshot, p,
					 &table->buckets[gw_bucket_spare(table, p->hash)],
					 &spilled);
		if (server)
			return server;
	}
	return 0;
}
