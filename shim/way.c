/* SPDX-License-Identifier: Apache-2.0 */
/* Ways back are learned from the client's packets. */
#include "way_entry.h"

uint64_t gw_way_hash(const struct gw_snapshot *snapshot, const struct gw_key *key, uint32_t slot)
{
	struct gw_ends ends = gw_ends_of_key(&snapshot->servers[slot], key);

	if (key->copy)
		return gw_key_hash(snapshot, key);
	return gw_ends_hash(snapshot, &ends);
}

static inline struct gw_ends ends_of_packet(const struct gw_server *server,
					    const struct gw_packet *p)
{
	return (struct gw_ends){ .server = server->to.address,
				 .client = gw_address(p, GW_SRC),
				 .server_port = gw_server_port(server, p->protocol, p->dst_port),
				 .client_port = p->src_port,
				 .family = p->family,
				 .protocol = p->protocol };
}

uint64_t gw_way_prefetch(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			 const struct gw_packet *p)
{
	struct gw_ends ends = ends_of_packet(&snapshot->servers[p->server], p);
	uint64_t hash = gw_ends_hash(snapshot, &ends);

	__builtin_prefetch(&worker->flows.buckets[hash & worker->flows.mask], 1);
	return hash;
}

void gw_way_prefetch_own(const struct gw_worker *worker, uint64_t hash)
{
	uint64_t at = hash & worker->flows.mask;
	const struct gw_bucket *b = &worker->flows.buckets[at];
	uint32_t i = gw_bucket_find(b, (uint32_t)(hash >> 32), GW_WAY);
	uint32_t slot;

	if (i == GW_BUCKET_FLOWS)
		for (i = 0; i < GW_BUCKET_FLOWS && b->server[i]; i++)
			;
	if (i == GW_BUCKET_FLOWS)
		return;
	__builtin_prefetch(&worker->flows.keys[at].key[i], 1);
	slot = b->server[i] & ~GW_WAY;
	__builtin_prefetch(&worker->server_counters[(uint64_t)slot * GW_S_STRIDE], 1);
}

static inline struct gw_way_entry entry_of(const struct gw_worker *worker,
					   const struct gw_packet *p)
{
	const uint8_t *ip = p->data + p->l3;
	uint8_t born = (worker->now >> 16) & 0x7f;
	struct gw_way_entry way = { .slot = p->server };

	if (p->family == 4) {
		memcpy(way.key.src, ip + 12, 4);
		memcpy(way.key.dst, ip + 16, 4);
	} else {
		memcpy(way.key.src, ip + 8, 32);
	}
	way.key.src_port = p->src_port;
	way.key.dst_port = p->dst_port;
	way.key.protocol = p->protocol;
	way.key.family_born = p->family == 6 ? GW_KEY_IP6 | born : born;
	way.key.born = (uint16_t)worker->now;
	memcpy(way.key.mac, p->data + 6, 6);
	way.key.port = p->port;
	way.key.by_client = !!(p->vip->flags & GW_VIP_BY_CLIENT);
	way.key.taught = gw_taught_by(worker, p);
	return way;
}

void gw_way_write(struct gw_worker *worker, struct gw_place place, uint64_t hash,
		  const struct gw_way_entry *way)
{
	struct gw_flow_table *table = &worker->flows;
	struct gw_bucket *b = &table->buckets[place.at];

	gw_bucket_clear(worker, b, place.i);
	table->keys[place.at].key[place.i] = way->key;
	gw_bucket_fill(b, place.i, (uint32_t)(hash >> 32), way->slot | GW_WAY, worker->now);
	worker->server_counters[(uint64_t)way->slot * GW_S_STRIDE + GW_S_RETURN_FLOWS]++;
	table->ways++;
}

/* But for when they were taught. */
static bool is_same(const struct gw_key *a, const struct gw_key *b)
{
	struct gw_key copy = *a;

	copy.born = b->born;
	copy.taught = b->taught;
	return !memcmp(&copy, b, sizeof(copy));
}

void gw_way_learn(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		  const struct gw_packet *p, uint64_t hash)
{
	bool fresh;
	struct gw_place place = gw_way_place(worker, snapshot, hash, true, &fresh);
	struct gw_bucket *b = &worker->flows.buckets[place.at];
	struct gw_way_entry way;
	struct gw_key *key;

	if (place.i == GW_BUCKET_FLOWS)
		return;
	key = gw_bucket_key(&worker->flows, b, place.i);
	way = entry_of(worker, p);
	if (fresh || b->server[place.i] != (way.slot | GW_WAY) || !is_same(key, &way.key)) {
		gw_way_write(worker, place, hash, &way);
		return;
	}
	key->born = way.key.born;
	__atomic_store_n(&key->taught, way.key.taught, __ATOMIC_RELEASE);
	if (b->seen[place.i] != way.key.born) /* else the line stays clean */
		b->seen[place.i] = way.key.born;
}

void gw_way_restore(struct gw_worker *worker, const struct gw_snapshot *snapshot, uint64_t at,
		    uint32_t i)
{
	struct gw_flow_table *table = &worker->flows;
	struct gw_way_entry way = { table->keys[at].key[i], table->buckets[at].server[i], false };
	uint64_t hash = gw_way_hash(snapshot, &way.key, way.slot);
	bool fresh;
	struct gw_place place = gw_way_place(worker, snapshot, hash, true, &fresh);

	if (place.i < GW_BUCKET_FLOWS &&
	    (fresh || table->keys[place.at].key[place.i].taught < way.key.taught))
		gw_way_write(worker, place, hash, &way);
}

void gw_way_lead(struct gw_worker *worker, const struct gw_packet *p)
{
	uint32_t i = gw_bucket_find(p->bucket, (uint32_t)(p->hash >> 32), 0);

	if (i < GW_BUCKET_FLOWS)
		gw_key_lead(gw_bucket_key(&worker->flows, p->bucket, i), p->data + 6, p->port,
			    gw_taught_by(worker, p));
}
