/* SPDX-License-Identifier: Apache-2.0 */
/* Flows that found no room in their bucket (bucket.h: gw_bucket_spare). */
#include "flow_found.h"

bool gw_flow_is_spilled(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			struct gw_packet *p)
{
	struct gw_bucket *spare = &worker->flows.buckets[gw_bucket_spare(&worker->flows, p->hash)];
	uint32_t at = gw_bucket_find(spare, (uint32_t)(p->hash >> 32), 0);

	if (at == GW_BUCKET_FLOWS || !gw_flow_alive(worker, snapshot, spare, at, p->vip))
		return false;
	p->bucket = spare;
	gw_flow_meet(spare, at, p, (uint16_t)worker->now);
	return true;
}

uint32_t gw_flow_spill(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		       struct gw_packet *p)
{
	const struct gw_flow_table *table = &worker->flows;
	uint64_t at = gw_bucket_spare(table, p->hash);
	uint32_t place;

	place = gw_bucket_find(&table->buckets[at], (uint32_t)(p->hash >> 32), 0);
	if (place == GW_BUCKET_FLOWS)
		place = gw_bucket_place(worker, snapshot, at);
	if (place == GW_BUCKET_FLOWS)
		return GW_BUCKET_FLOWS;
	p->bucket->due |= GW_SPILLED;
	p->bucket = &table->buckets[at];
	return place;
}
