/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the way back of a server's packet: in the worker's own table, and in its peers'. */
#include "way_entry.h"

/* Whether the way is that of these ends, and not of others with the same hash. */
static bool leads(const struct gw_snapshot *snapshot, const struct gw_way_entry *way,
		  const struct gw_ends *ends)
{
	const struct gw_server *server = &snapshot->servers[way->slot];
	struct gw_ends own;

	if (way->slot >= snapshot->servers_len ||
	    server->kind != (ends->family == 4 ? GW_SERVER_NAT4 : GW_SERVER_NAT6))
		return false;
	own = gw_ends_of_key(server, &way->key);
	return own.family == ends->family && own.protocol == ends->protocol &&
	       own.server_port == ends->server_port && own.client_port == ends->client_port &&
	       gw_same_address(ends->family, own.server, ends->server) &&
	       gw_same_address(ends->family, own.client, ends->client);
}

/* Place of the ends' way in the worker's own bucket, ended or not, and what stands there;
 * GW_BUCKET_FLOWS: it has none. */
static uint32_t find_own(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			 const struct gw_ends *ends, uint64_t hash, struct gw_way_entry *way)
{
	uint64_t at = hash & worker->flows.mask;
	const struct gw_bucket *b = &worker->flows.buckets[at];
	uint32_t i = gw_bucket_find(b, (uint32_t)(hash >> 32), GW_WAY);

	if (i == GW_BUCKET_FLOWS)
		return GW_BUCKET_FLOWS;
	way->key = worker->flows.keys[at].key[i];
	way->slot = b->server[i] & ~GW_WAY;
	return leads(snapshot, way, ends) ? i : GW_BUCKET_FLOWS;
}

/* The same in the table of a peer, which may just be changing it: what has not ended there. */
static bool find_at(const struct gw_worker *peer, const struct gw_worker *worker,
		    const struct gw_snapshot *snapshot, const struct gw_ends *ends, uint64_t hash,
		    struct gw_way_entry *way)
{
	const struct gw_flow_table *table = &peer->flows;
	const struct gw_bucket *b = &table->buckets[hash & table->mask];
	uint16_t changes = gw_bucket_before(b);
	struct gw_bucket copy = *b;
	uint32_t i = gw_bucket_find(&copy, (uint32_t)(hash >> 32), GW_WAY);

	if (i == GW_BUCKET_FLOWS)
		return false;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	way->key = table->keys[hash & table->mask].key[i];
	way->slot = copy.server[i] & ~GW_WAY;
	if (gw_bucket_after(b) != changes || !leads(snapshot, way, ends))
		return false;
	return !gw_flow_expired(copy.seen[i], peer->now, snapshot->timeout) ||
	       gw_way_wanted(worker, snapshot, &way->key, way->slot);
}

/* Whether a was taught after b; both know it modulo 2^23 seconds. */
static bool is_later(const struct gw_key *a, const struct gw_key *b)
{
	uint32_t born_a = (uint32_t)(a->family_born & 0x7f) << 16 | a->born;
	uint32_t born_b = (uint32_t)(b->family_born & 0x7f) << 16 | b->born;

	return born_a != born_b && ((born_a - born_b) & 0x7fffff) < 1u << 22;
}

/* True: peers know a way that was taught later than *way, or *way was none; now it is that one. */
static bool ask_peers(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		      const struct gw_ends *ends, uint64_t hash, struct gw_way_entry *way)
{
	bool later = false;

	for (uint32_t i = 0; i < worker->peers_count; i++) {
		const struct gw_worker *peer = worker->peers[i];
		struct gw_way_entry found;

		if (peer == worker || !peer->flows.buckets ||
		    !find_at(peer, worker, snapshot, ends, hash, &found) ||
		    (way->slot && !is_later(&found.key, &way->key)))
			continue;
		*way = found;
		later = true;
	}
	return later;
}

static void remember(struct gw_worker *worker, const struct gw_snapshot *snapshot, uint64_t hash,
		     const struct gw_way_entry *way)
{
	uint64_t at = hash & worker->flows.mask;
	uint32_t i = gw_bucket_find(&worker->flows.buckets[at], (uint32_t)(hash >> 32), GW_WAY);

	if (i == GW_BUCKET_FLOWS)
		i = gw_bucket_place(worker, snapshot, at);
	if (i < GW_BUCKET_FLOWS)
		gw_way_write(worker, hash, i, way);
}

static void describe(const struct gw_snapshot *snapshot, const struct gw_way_entry *from,
		     struct gw_way *way)
{
	uint8_t at = snapshot->port_at[from->key.port];

	memcpy(way->vip, from->key.dst, 16);
	way->port = from->key.dst_port;
	way->server = from->slot;
	if (at == GW_NO_HOP) { /* the port is no longer polled */
		way->hop = snapshot->ways[!!(from->key.family_born & GW_KEY_IP6)];
		return;
	}
	way->hop.port = from->key.port;
	memcpy(way->hop.dst_mac, from->key.mac, 6);
	memcpy(way->hop.src_mac, snapshot->ports[at].mac, 6);
}

uint64_t gw_way_ask(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		    const struct gw_ends *ends)
{
	uint64_t hash = gw_ends_hash(snapshot, ends);

	__builtin_prefetch(&worker->flows.buckets[hash & worker->flows.mask], 1);
	return hash;
}

bool gw_way_find(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 const struct gw_ends *ends, uint64_t hash, struct gw_way *way)
{
	uint64_t at = hash & worker->flows.mask;
	struct gw_bucket *b = &worker->flows.buckets[at];
	struct gw_way_entry found;
	uint32_t i = find_own(worker, snapshot, ends, hash, &found);
	uint16_t now = (uint16_t)worker->now;

	if (gw_likely(i < GW_BUCKET_FLOWS && b->seen[i] == now)) {
		describe(snapshot, &found, way);
		return true;
	}
	if (i == GW_BUCKET_FLOWS || gw_flow_ended(worker, snapshot, at, i))
		found.slot = 0;
	if (ask_peers(worker, snapshot, ends, hash, &found))
		remember(worker, snapshot, hash, &found);
	else if (found.slot)
		b->seen[i] = now;
	else
		return false;
	gw_way_keep_flow(worker, snapshot, &found.key, found.slot);
	describe(snapshot, &found, way);
	return true;
}
