/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for the way back of a server's packet: in the worker's own table, and in its peers'. */
#include "way_entry.h"

/* Whose end, and who asks. */
struct asked {
	const struct gw_worker *worker;
	const struct gw_snapshot *snapshot;
	const struct gw_ends *ends;
	uint64_t client_hash; /* of the bucket where the client's flows are */
};

/* Where in a table it was found; slot 0: nowhere. */
struct found {
	struct gw_way_entry entry;
	uint64_t at;
	uint32_t place;
};

/* Whether the way is that of these ends. */
static bool leads(const struct asked *asked, const struct gw_way_entry *way)
{
	const struct gw_server *server = &asked->snapshot->servers[way->slot];
	const struct gw_ends *ends = asked->ends;
	struct gw_ends own;

	if (server->kind != (ends->family == 4 ? GW_SERVER_NAT4 : GW_SERVER_NAT6))
		return false;
	own = gw_ends_of_key(server, &way->key);
	return own.family == ends->family && own.protocol == ends->protocol &&
	       own.server_port == ends->server_port && own.client_port == ends->client_port &&
	       gw_same_address(ends->family, own.server, ends->server) &&
	       gw_same_address(ends->family, own.client, ends->client);
}

/* Place i of a bucket of `of` may be the way: a flow of a client, or a copy of one; or, where a tag
 * is given, a way under that hash. */
static bool may_lead(const struct asked *asked, const struct gw_bucket *b, uint32_t i,
		     const uint32_t *tag)
{
	uint32_t slot = b->server[i] & ~GW_WAY;

	if (!slot || slot >= asked->snapshot->servers_len)
		return false;
	if (tag)
		return b->tag[i] == *tag && b->server[i] & GW_WAY;
	return gw_same_address(asked->ends->family, asked->snapshot->servers[slot].to.address,
			       asked->ends->server);
}

/* The key of place i. When it was taught is read first, and written last. */
static void read_entry(const struct gw_bucket *b, const struct gw_key *key, uint32_t i,
		       struct gw_way_entry *entry)
{
	uint64_t taught = __atomic_load_n(&key->taught, __ATOMIC_ACQUIRE);

	entry->key = *key;
	entry->key.taught = taught;
	entry->slot = b->server[i] & ~GW_WAY;
	entry->flow = !(b->server[i] & GW_WAY);
}

static bool has_ended(const struct asked *asked, const struct gw_worker *of, uint16_t seen,
		      const struct gw_way_entry *entry)
{
	return gw_flow_expired(seen, of->now, asked->snapshot->timeout) &&
	       (entry->flow ||
		!gw_way_wanted(asked->worker, asked->snapshot, &entry->key, entry->slot));
}

/* What was taught last is right: a client's port may be used for one VIP after another. */
static bool is_better(const struct gw_way_entry *a, const struct gw_way_entry *b)
{
	if (!b->slot || a->key.taught != b->key.taught)
		return !b->slot || a->key.taught > b->key.taught;
	return a->flow && !b->flow;
}

/* Looks into bucket `at` in the table of `of`, which may just be changing it, for what is better
 * than *best. True: some of what belongs there stands elsewhere. */
static bool look_at(const struct asked *asked, const struct gw_worker *of, uint64_t at,
		    const uint32_t *tag, struct found *best)
{
	const struct gw_flow_table *table = &of->flows;
	uint16_t changes = gw_bucket_before(&table->buckets[at]);
	struct gw_bucket copy = table->buckets[at];
	struct found now = *best;

	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++) {
		struct gw_way_entry entry;

		if (!may_lead(asked, &copy, i, tag))
			continue;
		read_entry(&copy, &table->keys[at].key[i], i, &entry);
		if (!leads(asked, &entry) || has_ended(asked, of, copy.seen[i], &entry) ||
		    !is_better(&entry, &now.entry))
			continue;
		now = (struct found){ entry, at, i };
	}
	if (gw_bucket_after(&table->buckets[at]) == changes)
		*best = now;
	return copy.due & GW_SPILLED;
}

/* What was learned under the ends' own hash. */
static void look_at_ways(const struct asked *asked, const struct gw_worker *of, struct found *best)
{
	uint64_t hash = gw_ends_hash(asked->snapshot, asked->ends);
	uint32_t tag = (uint32_t)(hash >> 32);

	if (look_at(asked, of, hash & of->flows.mask, &tag, best))
		look_at(asked, of, gw_bucket_spare(&of->flows, hash), &tag, best);
}

/* All that a table knows: flows of the client; ways, where such are possible or nothing else is
 * known (the connection may be older than the snapshot). */
static void find_in(const struct asked *asked, const struct gw_worker *of, struct found *best)
{
	bool more = asked->ends->entry && asked->ends->entry->sticky;

	best->entry.slot = 0;
	more |= look_at(asked, of, asked->client_hash & of->flows.mask, NULL, best);
	if (gw_unlikely(more || !best->entry.slot))
		look_at_ways(asked, of, best);
}

/* True: peers know better than *way; now it is that. */
static bool ask_peers(const struct asked *asked, struct gw_way_entry *way)
{
	bool better = false;

	for (uint32_t i = 0; i < asked->worker->peers_count; i++) {
		const struct gw_worker *peer = asked->worker->peers[i];
		struct found found;

		if (peer == asked->worker || !peer->flows.buckets)
			continue;
		find_in(asked, peer, &found);
		if (!found.entry.slot || (way->slot && found.entry.key.taught <= way->key.taught))
			continue;
		*way = found.entry;
		better = true;
	}
	return better;
}

static bool is_same_flow(const struct gw_way_entry *a, const struct gw_way_entry *b)
{
	return a->slot == b->slot && a->key.dst_port == b->key.dst_port &&
	       !memcmp(a->key.dst, b->key.dst, 16);
}

/* As a way, whatever it is at the peer. */
static void remember(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		     struct gw_way_entry *way)
{
	struct gw_place place;
	uint64_t hash;
	bool fresh;

	way->key.copy |= way->flow;
	way->flow = false;
	hash = gw_way_hash(snapshot, &way->key, way->slot);
	place = gw_way_place(worker, snapshot, hash, !way->key.copy, &fresh);
	if (place.i < GW_BUCKET_FLOWS)
		gw_way_write(worker, place, hash, way);
}

/* Once a second: what peers know is asked for, and what is used goes on. */
static bool renew(struct gw_worker *worker, const struct asked *asked, struct found *own)
{
	struct gw_way_entry known = own->entry;
	bool better = ask_peers(asked, &own->entry);

	if (!own->entry.slot)
		return false;
	if (better && !(known.slot && known.flow && is_same_flow(&known, &own->entry))) {
		remember(worker, asked->snapshot, &own->entry);
	} else {
		if (better) /* the client's packets come to the peer now */
			gw_key_lead(&worker->flows.keys[own->at].key[own->place],
				    own->entry.key.mac, own->entry.key.port,
				    own->entry.key.taught);
		gw_bucket_keep(&worker->flows.buckets[own->at], own->place,
			       (uint16_t)worker->now);
		if (known.flow)
			return true;
	}
	gw_way_keep_flow(worker, asked->snapshot, &own->entry.key, own->entry.slot);
	return true;
}

bool gw_way_look(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 const struct gw_ends *ends, uint64_t client_hash, struct gw_way_entry *entry)
{
	struct asked asked = { worker, snapshot, ends, client_hash };
	struct found own;
	bool found;

	find_in(&asked, worker, &own);
	found = own.entry.slot &&
		worker->flows.buckets[own.at].seen[own.place] == (uint16_t)worker->now;
	if (gw_unlikely(!found))
		found = renew(worker, &asked, &own);
	*entry = own.entry;
	return found;
}
