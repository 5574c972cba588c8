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

void gw_way_prefetch_key(const struct gw_worker *worker, uint64_t hash, uint32_t kind)
{
	uint64_t at = hash & worker->flows.mask;
	const struct gw_bucket *b = &worker->flows.buckets[at];
	uint32_t i = gw_bucket_find(b, (uint32_t)(hash >> 32), kind);
	const struct gw_key *key;
	uint32_t slot;

	if (i == GW_BUCKET_FLOWS)
		for (i = 0; i < GW_BUCKET_FLOWS && b->server[i]; i++)
			;
	if (i == GW_BUCKET_FLOWS)
		return;
	key = &worker->flows.keys[at].key[i];
	__builtin_prefetch(key, 1);
	__builtin_prefetch((const uint8_t *)(key + 1) - 1, 1);
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
	return way;
}

void gw_way_write(struct gw_worker *worker, uint64_t hash, uint32_t i,
		  const struct gw_way_entry *way)
{
	struct gw_flow_table *table = &worker->flows;
	struct gw_bucket *b = &table->buckets[hash & table->mask];

	gw_bucket_clear(worker, b, i);
	table->keys[hash & table->mask].key[i] = way->key;
	gw_bucket_fill(b, i, (uint32_t)(hash >> 32), way->slot | GW_WAY, worker->now);
	worker->server_counters[(uint64_t)way->slot * GW_S_STRIDE + GW_S_RETURN_FLOWS]++;
	table->ways++;
}

/* But for the low bits of when they were taught. */
static bool is_same(const struct gw_key *a, const struct gw_key *b)
{
	struct gw_key copy = *a;

	copy.born = b->born;
	return !memcmp(&copy, b, sizeof(copy));
}

void gw_way_learn(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		  const struct gw_packet *p, uint64_t hash)
{
	uint64_t at = hash & worker->flows.mask;
	struct gw_bucket *b = &worker->flows.buckets[at];
	uint32_t i = gw_bucket_find(b, (uint32_t)(hash >> 32), GW_WAY);
	bool fresh = i == GW_BUCKET_FLOWS;
	struct gw_way_entry way;
	uint16_t *born;

	if (fresh)
		i = gw_bucket_place(worker, snapshot, at);
	if (i == GW_BUCKET_FLOWS)
		return;
	way = entry_of(worker, p);
	if (fresh || b->server[i] != (way.slot | GW_WAY) ||
	    !is_same(&worker->flows.keys[at].key[i], &way.key)) {
		gw_way_write(worker, hash, i, &way);
		return;
	}
	born = &worker->flows.keys[at].key[i].born;
	if (*born != way.key.born) /* else the lines stay clean */
		*born = way.key.born;
	if (b->seen[i] != way.key.born)
		b->seen[i] = way.key.born;
}

void gw_way_lead(struct gw_worker *worker, const struct gw_packet *p)
{
	uint32_t i = gw_bucket_find(p->bucket, (uint32_t)(p->hash >> 32), 0);

	if (i < GW_BUCKET_FLOWS)
		gw_key_lead(&worker->flows.keys[p->hash & worker->flows.mask].key[i], p->data + 6,
			    p->port);
}
