/* SPDX-License-Identifier: Apache-2.0 */
/* Where a learned way stands in the worker's table: in the bucket of its hash or, where that was
 * full, in the spare one. */
#include "way_entry.h"

static struct gw_place find(const struct gw_flow_table *table, uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);
	struct gw_place place = { hash & table->mask, 0 };
	bool spilled = table->buckets[place.at].due & GW_SPILLED;

	place.i = gw_bucket_find(&table->buckets[place.at], tag, GW_WAY);
	if (gw_likely(place.i < GW_BUCKET_FLOWS || !spilled))
		return place;
	place.at = gw_bucket_spare(table, hash);
	place.i = gw_bucket_find(&table->buckets[place.at], tag, GW_WAY);
	return place;
}

struct gw_place gw_way_place(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			     uint64_t hash, bool spills, bool *fresh)
{
	const struct gw_flow_table *table = &worker->flows;
	struct gw_place place = find(table, hash);

	*fresh = place.i == GW_BUCKET_FLOWS;
	if (!*fresh)
		return place;
	place.at = hash & table->mask;
	place.i = gw_bucket_place(worker, snapshot, place.at);
	if (gw_likely(place.i < GW_BUCKET_FLOWS || !spills || !gw_table_may_spill(table)))
		return place;
	place.at = gw_bucket_spare(table, hash);
	place.i = gw_bucket_place(worker, snapshot, place.at);
	if (place.i < GW_BUCKET_FLOWS)
		table->buckets[hash & table->mask].due |= GW_SPILLED;
	return place;
}
