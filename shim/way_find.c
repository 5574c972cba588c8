/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the way back of a server's packet. */
#include "way_entry.h"

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
	uint64_t hash;

	if (gw_ends_by_flow(ends))
		hash = gw_ends_flow_hash(snapshot, ends, ends->entry->sources);
	else
		hash = gw_ends_hash(snapshot, ends);
	__builtin_prefetch(&worker->flows.buckets[hash & worker->flows.mask], 1);
	return hash;
}

/* The connection may be older than the snapshot by which its end is by_flow, or no longer is (a
 * second VIP has the same, a node port came, ...): then flows to whatever VIPs are known tell. */
static __attribute__((noinline)) bool look_otherwise(struct gw_worker *worker,
						     const struct gw_snapshot *snapshot,
						     const struct gw_ends *ends,
						     struct gw_way_entry *found)
{
	const struct gw_nat_entry *e = ends->entry;

	if (gw_ends_by_flow(ends))
		return gw_way_look(worker, snapshot, ends, gw_ends_hash(snapshot, ends), false,
				   found);
	if (!gw_has_ports(ends->protocol))
		return false;
	for (; e; e = gw_nat_wider(snapshot->nat, e))
		for (const struct gw_nat_source *vip = e->sources; vip; vip = vip->next)
			if (gw_way_look(worker, snapshot, ends,
					gw_ends_flow_hash(snapshot, ends, vip), true, found))
				return true;
	return false;
}

bool gw_way_find(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 const struct gw_ends *ends, uint64_t hash, struct gw_way *way)
{
	struct gw_way_entry found;

	if (gw_unlikely(!gw_way_look(worker, snapshot, ends, hash, gw_ends_by_flow(ends),
				     &found)) &&
	    !look_otherwise(worker, snapshot, ends, &found))
		return false;
	describe(snapshot, &found, way);
	return true;
}
