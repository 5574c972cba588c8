/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "bucket.h"
#include "error.h"
#include "flow_file.h"

int gw_flow_table_new(struct gw_flow_table *table, uint32_t buckets, char *err)
{
	memset(table, 0, sizeof(*table));
	table->buckets = gw_map((uint64_t)buckets * sizeof(struct gw_bucket), true);
	table->keys = gw_map((uint64_t)buckets * sizeof(struct gw_keys), true);
	table->mask = buckets - 1;
	if (table->buckets && table->keys)
		return 0;
	gw_flow_table_free(table);
	return gw_error(err, ENOMEM, "no memory for an established-connections table of %u buckets",
			buckets);
}

void gw_flow_table_free(struct gw_flow_table *table)
{
	uint64_t buckets = (uint64_t)table->mask + 1;

	if (table->file) {
		gw_flow_file_close(table);
		return;
	}
	if (table->buckets)
		gw_unmap(table->buckets, buckets * sizeof(struct gw_bucket));
	if (table->keys)
		gw_unmap(table->keys, buckets * sizeof(struct gw_keys));
	memset(table, 0, sizeof(*table));
}

/* False: the bucket is full. */
static bool move_to(struct gw_flow_table *to, uint64_t at, uint64_t hash,
		    const struct gw_bucket *bucket, const struct gw_key *key, uint32_t i)
{
	struct gw_bucket *b = &to->buckets[at];

	for (uint32_t j = 0; j < GW_BUCKET_FLOWS; j++) {
		if (b->server[j])
			continue;
		b->tag[j] = (uint32_t)(hash >> 32);
		b->server[j] = bucket->server[i];
		b->seen[j] = bucket->seen[i];
		b->due |= (uint16_t)((bucket->due >> i & 1) << j);
		to->keys[at].key[j] = *key;
		*(bucket->server[i] & GW_WAY ? &to->ways : &to->flows) += 1;
		return true;
	}
	return false;
}

/* The flow is hashed as its VIP's flows are now. */
static void rehash(const struct gw_server *server, struct gw_key *key)
{
	if (server->hash != GW_HASH_UNKNOWN)
		key->by_client = server->hash == GW_HASH_BY_CLIENT;
}

/* False: there is no room for it. */
static bool move_one(struct gw_flow_table *to, const struct gw_snapshot *snapshot,
		     const struct gw_bucket *bucket, const struct gw_key *from, uint32_t i,
		     bool *spilled)
{
	bool way = bucket->server[i] & GW_WAY;
	struct gw_key key = *from; /* the old table stays whole until the new one is */
	uint64_t hash;

	if (!way || key.copy)
		rehash(&snapshot->servers[bucket->server[i] & ~GW_WAY], &key);
	hash = way ? gw_way_hash(snapshot, &key, bucket->server[i] & ~GW_WAY) :
		     gw_key_hash(snapshot, &key);
	if (move_to(to, hash & to->mask, hash, bucket, &key, i))
		return true;
	if ((way && key.copy) || /* is found by its client's end alone */
	    !move_to(to, gw_bucket_spare(to, hash), hash, bucket, &key, i))
		return false;
	to->buckets[hash & to->mask].due |= GW_SPILLED;
	*spilled |= !way && key.by_client;
	return true;
}

/* Flows may have found no room at home that had it in the other table. */
static void restore_ways(struct gw_worker *worker, const struct gw_snapshot *snapshot)
{
	const struct gw_flow_table *table = &worker->flows;

	for (uint64_t at = 0; at <= table->mask; at++) {
		const struct gw_bucket *b = &table->buckets[at];

		for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++) {
			const struct gw_key *key = &table->keys[at].key[i];

			if (b->server[i] && !(b->server[i] & GW_WAY) && key->by_client &&
			    (gw_key_hash(snapshot, key) & table->mask) != at)
				gw_way_restore(worker, snapshot, at, i);
		}
	}
}

void gw_flow_table_move(struct gw_worker *worker, struct gw_flow_table *next,
			const struct gw_snapshot *snapshot)
{
	struct gw_flow_table *from = &worker->flows;
	struct gw_flow_table moved;
	bool spilled = false;

	memcpy(next->hash_key, snapshot->hash_key, sizeof(next->hash_key));
	for (uint64_t at = 0; from->flows + from->ways && at <= from->mask; at++) {
		struct gw_bucket *b = &from->buckets[at];

		for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++) {
			if (!b->server[i])
				continue;
			if ((!(b->server[i] & GW_WAY) &&
			     gw_flow_expired(b->seen[i], worker->now, snapshot->timeout)) ||
			    !gw_server_present(snapshot, b->server[i] & ~GW_WAY) ||
			    !move_one(next, snapshot, b, &from->keys[at].key[i], i, &spilled))
				gw_flow_end(worker, b, i);
		}
	}
	moved = *from;
	*from = *next;
	if (from->file)
		gw_flow_file_publish(from);
	gw_flow_table_free(&moved);
	if (spilled)
		restore_ways(worker, snapshot);
}

void gw_flow_table_clear(struct gw_worker *worker)
{
	struct gw_flow_table *table = &worker->flows;

	for (uint64_t at = 0; table->flows + table->ways && at <= table->mask; at++)
		for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++)
			if (table->buckets[at].server[i])
				gw_flow_release(worker, &table->buckets[at], i);
}

void gw_flow_sweep(struct gw_worker *worker, const struct gw_snapshot *snapshot, uint32_t count)
{
	struct gw_flow_table *table = &worker->flows;

	if (table->file)
		table->file->header->seconds = worker->now;
	for (; count && table->flows + table->ways; count--) {
		uint64_t at = table->sweep;
		struct gw_bucket *b = &table->buckets[at];

		table->sweep = (table->sweep + 1) & table->mask;
		for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++)
			if (b->server[i] && gw_flow_ended(worker, snapshot, at, i))
				gw_flow_end(worker, b, i);
	}
}
