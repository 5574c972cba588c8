/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for the way back of a server's packet under one hash: in the worker's own table, and in
 * its peers'. */
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

/* Place of a flow (kind 0) or way (GW_WAY) of the ends in the worker's own bucket, ended or not,
 * and what stands there; GW_BUCKET_FLOWS: it has none. */
static uint32_t find_kind(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			  const struct gw_ends *ends, uint64_t hash, uint32_t kind,
			  struct gw_way_entry *entry)
{
	uint64_t at = hash & worker->flows.mask;
	const struct gw_bucket *b = &worker->flows.buckets[at];
	uint32_t i = gw_bucket_find(b, (uint32_t)(hash >> 32), kind);

	if (i == GW_BUCKET_FLOWS)
		return GW_BUCKET_FLOWS;
	entry->key = worker->flows.keys[at].key[i];
	entry->slot = b->server[i] & ~GW_WAY;
	entry->flow = !kind;
	return leads(snapshot, entry, ends) ? i : GW_BUCKET_FLOWS;
}

/* The same for a flow that has not ended, else a way. */
static uint32_t find_own(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			 const struct gw_ends *ends, uint64_t hash, bool flows,
			 struct gw_way_entry *entry)
{
	const struct gw_bucket *b = &worker->flows.buckets[hash & worker->flows.mask];
	uint32_t i;

	if (flows) {
		i = find_kind(worker, snapshot, ends, hash, 0, entry);
		if (gw_likely(i < GW_BUCKET_FLOWS &&
			      !gw_flow_expired(b->seen[i], worker->now, snapshot->timeout)))
			return i;
	}
	return find_kind(worker, snapshot, ends, hash, GW_WAY, entry);
}

/* What has not ended in the table of a peer, which may just be changing it. */
static bool find_at(const struct gw_worker *peer, const struct gw_worker *worker,
		    const struct gw_snapshot *snapshot, const struct gw_ends *ends, uint64_t hash,
		    uint32_t kind, struct gw_way_entry *entry)
{
	const struct gw_flow_table *table = &peer->flows;
	const struct gw_bucket *b = &table->buckets[hash & table->mask];
	uint16_t changes = gw_bucket_before(b);
	struct gw_bucket copy = *b;
	uint32_t i = gw_bucket_find(&copy, (uint32_t)(hash >> 32), kind);

	if (i == GW_BUCKET_FLOWS)
		return false;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	entry->key = table->keys[hash & table->mask].key[i];
	entry->slot = copy.server[i] & ~GW_WAY;
	entry->flow = !kind;
	if (!kind)
		entry->key.copy = 1; /* as which it would be remembered here */
	if (gw_bucket_after(b) != changes || !leads(snapshot, entry, ends))
		return false;
	return !gw_flow_expired(copy.seen[i], peer->now, snapshot->timeout) ||
	       (kind && gw_way_wanted(worker, snapshot, &entry->key, entry->slot));
}

/* Whether a was taught after b; both know it modulo 2^23 seconds. */
static bool is_later(const struct gw_key *a, const struct gw_key *b)
{
	uint32_t born_a = (uint32_t)(a->family_born & 0x7f) << 16 | a->born;
	uint32_t born_b = (uint32_t)(b->family_born & 0x7f) << 16 | b->born;

	return born_a != born_b && ((born_a - born_b) & 0x7fffff) < 1u << 22;
}

/* Whether what a peer knows counts, and not what the worker knows. */
static bool is_better(const struct gw_way_entry *found, const struct gw_way_entry *own)
{
	if (!own->slot || is_later(&found->key, &own->key))
		return true;
	return found->flow && !own->flow && !is_later(&own->key, &found->key) &&
	       (found->slot != own->slot || memcmp(&found->key, &own->key, sizeof(own->key)));
}

/* True: peers know better than *way; now it is that. */
static bool ask_peers(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		      const struct gw_ends *ends, uint64_t hash, bool flows,
		      struct gw_way_entry *way)
{
	bool better = false;

	for (uint32_t i = 0; i < worker->peers_count; i++) {
		const struct gw_worker *peer = worker->peers[i];
		struct gw_way_entry found;

		if (peer == worker || !peer->flows.buckets)
			continue;
		if (!(flows && find_at(peer, worker, snapshot, ends, hash, 0, &found)) &&
		    !find_at(peer, worker, snapshot, ends, hash, GW_WAY, &found))
			continue;
		if (!is_better(&found, way))
			continue;
		*way = found;
		better = true;
	}
	return better;
}

/* As a way, whatever it is at the peer. */
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

/* The worker's own flow in place i of the hash's bucket goes on; answers go where a peer knows that
 * the client has been since. */
static void keep_own(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		     const struct gw_ends *ends, uint64_t hash, uint32_t i,
		     struct gw_way_entry *flow)
{
	uint64_t at = hash & worker->flows.mask;

	if (ask_peers(worker, snapshot, ends, hash, true, flow))
		gw_key_lead(&worker->flows.keys[at].key[i], flow->key.mac, flow->key.port);
	gw_bucket_keep(&worker->flows.buckets[at], i, (uint16_t)worker->now);
}

bool gw_way_look(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 const struct gw_ends *ends, uint64_t hash, bool flows, struct gw_way_entry *found)
{
	uint64_t at = hash & worker->flows.mask;
	struct gw_bucket *b = &worker->flows.buckets[at];
	uint32_t i = find_own(worker, snapshot, ends, hash, flows, found);

	if (gw_likely(i < GW_BUCKET_FLOWS && b->seen[i] == (uint16_t)worker->now))
		return true;
	if (i == GW_BUCKET_FLOWS || gw_flow_ended(worker, snapshot, at, i))
		found->slot = 0;
	if (found->slot && found->flow) {
		keep_own(worker, snapshot, ends, hash, i, found);
		return true;
	}
	if (ask_peers(worker, snapshot, ends, hash, flows, found))
		remember(worker, snapshot, hash, found);
	else if (found->slot)
		gw_bucket_keep(b, i, (uint16_t)worker->now);
	else
		return false;
	gw_way_keep_flow(worker, snapshot, &found->key, found->slot);
	return true;
}
