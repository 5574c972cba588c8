/* SPDX-License-Identifier: Apache-2.0 */
/* What a table that was found holds. Nothing in it is believed that could do harm: of a damaged
 * entry at worst a flow goes to another of the servers. */
#include "bucket.h"
#include "flow_memory.h"

/* Keys are another line: one for each server is looked at, since all of its flows moved when they
 * were to be hashed in another way. */
static void note(const struct gw_flow_table *table, const struct gw_bucket *b, uint32_t i,
		 uint8_t *hashed)
{
	uint32_t slot = b->server[i];

	if (!hashed[slot])
		hashed[slot] = gw_bucket_key(table, b, i)->by_client ? GW_HASH_BY_CLIENT :
								       GW_HASH_PLAIN;
}

static void count_entry(struct gw_worker *worker, struct gw_bucket *b, uint32_t i, uint8_t *hashed)
{
	uint32_t slot = b->server[i] & ~GW_WAY;
	uint64_t *row = &worker->server_counters[(uint64_t)slot * GW_S_STRIDE];

	if (!slot || slot >= GW_MAX_SERVERS) {
		b->server[i] = 0;
		return;
	}
	if (b->server[i] & GW_WAY) {
		row[GW_S_RETURN_FLOWS]++;
		worker->flows.ways++;
		return;
	}
	row[GW_S_FLOWS]++;
	worker->flows.flows++;
	note(&worker->flows, b, i, hashed);
}

void gw_flow_count(struct gw_worker *worker, uint8_t *hashed)
{
	const struct gw_flow_table *table = &worker->flows;

	for (uint64_t at = 0; at <= table->mask; at++) {
		struct gw_bucket *b = &table->buckets[at];

		for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++)
			if (b->server[i])
				count_entry(worker, b, i, hashed);
	}
}
