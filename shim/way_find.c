/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the way back of a server's packet. */
#include "count.h"
#include "way_entry.h"

static void describe(const struct gw_snapshot *snapshot, const struct gw_way_entry *from,
		     struct gw_way *way)
{
	uint8_t port = from->key.port % GW_MAX_PORTS; /* it may be another process's memory */
	uint8_t at = snapshot->port_at[port];

	memcpy(way->vip, from->key.dst, 16);
	way->port = from->key.dst_port;
	way->server = from->slot;
	if (at == GW_NO_HOP) { /* the port is no longer polled */
		way->hop = snapshot->ways[!!(from->key.family_born & GW_KEY_IP6)];
		return;
	}
	way->hop.port = port;
	memcpy(way->hop.dst_mac, from->key.mac, 6);
	memcpy(way->hop.src_mac, snapshot->ports[at].mac, 6);
}

uint64_t gw_way_ask(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		    const struct gw_ends *ends)
{
	uint64_t hash = gw_hash_end(snapshot->hash_key, ends->family, ends->client,
				    ends->client_port, ends->protocol);

	__builtin_prefetch(&worker->flows.buckets[hash & worker->flows.mask], 1);
	if (ends->entry && ends->entry->sticky) {
		uint64_t way = gw_ends_hash(snapshot, ends);

		__builtin_prefetch(&worker->flows.buckets[way & worker->flows.mask], 1);
	}
	return hash;
}

void gw_way_prefetch_flow(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			  const struct gw_ends *ends, uint64_t hash)
{
	const struct gw_bucket *b = &worker->flows.buckets[hash & worker->flows.mask];

	for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++) {
		uint32_t slot = b->server[i] & ~GW_WAY;

		if (slot && slot < snapshot->servers_len &&
		    gw_same_address(ends->family, snapshot->servers[slot].to.address,
				    ends->server)) {
			__builtin_prefetch(gw_bucket_key(&worker->flows, b, i));
			__builtin_prefetch(gw_server_row(worker, slot), 1);
			return;
		}
	}
}

bool gw_way_find(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 const struct gw_ends *ends, uint64_t hash, struct gw_way *way)
{
	struct gw_way_entry found;

	if (!gw_way_look(worker, snapshot, ends, hash, &found))
		return false;
	describe(snapshot, &found, way);
	return true;
}
