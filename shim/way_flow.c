/* SPDX-License-Identifier: Apache-2.0 */
/* The flow that a way back belongs to: as long as it lives, the way is wanted, and the other way
 * round. */
#include "vip_index.h"
#include "way_entry.h"

/* The VIP of packets to that address and port; NULL: by now it is another one than the slot's. */
static const struct gw_vip *vip_of(const struct gw_snapshot *snapshot, uint8_t family,
				   uint8_t protocol, const uint8_t *address, uint16_t port,
				   uint32_t slot)
{
	const struct gw_vip_entry *e = gw_vip_prefix_of(snapshot->index, family, address);
	const struct gw_vip *vip = NULL;

	if (!e)
		return NULL;
	if (e->by_port)
		vip = gw_vip_port_of(snapshot->index,
				     gw_vip_port_key(e->by_port, protocol, port))->vip;
	if (!vip)
		vip = e->all;
	if (!vip && !gw_has_ports(protocol))
		vip = e->echo; /* echo requests to a prefix whose VIPs all have ports */
	return vip && vip->id == snapshot->servers[slot].vip ? vip : NULL;
}

/* The flow's hash. False: packets like the key's belong to another VIP's flow. */
static bool flow_hash(const struct gw_snapshot *snapshot, const struct gw_key *key, uint32_t slot,
		      uint64_t *hash)
{
	uint8_t family = key->family_born & GW_KEY_IP6 ? 6 : 4;
	const struct gw_vip *vip = vip_of(snapshot, family, key->protocol, key->dst, key->dst_port,
					  slot);
	struct gw_key sticky = *key;

	if (!vip)
		return false;
	if (vip->flags & GW_VIP_STICKY) {
		memcpy(sticky.dst, vip->prefix, 16);
		sticky.src_port = 0;
		sticky.dst_port = vip->port;
		sticky.protocol = vip->protocol;
	}
	sticky.by_client = !!(vip->flags & GW_VIP_BY_CLIENT);
	*hash = gw_key_hash(snapshot, &sticky);
	return true;
}

/* Place of the flow in the bucket, GW_BUCKET_FLOWS: it is not there, or has ended. */
static uint32_t find_flow(const struct gw_bucket *b, uint64_t hash, uint32_t slot, uint32_t now,
			  uint32_t timeout)
{
	uint32_t i = gw_bucket_find(b, (uint32_t)(hash >> 32), 0);

	if (i == GW_BUCKET_FLOWS || b->server[i] != slot ||
	    gw_flow_expired(b->seen[i], now, timeout))
		return GW_BUCKET_FLOWS;
	return i;
}

static bool has_flow(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		     uint64_t hash, uint32_t slot)
{
	const struct gw_flow_table *table = &worker->flows;
	struct gw_bucket copy; /* it may be changing */

	if (!table->buckets)
		return false;
	copy = table->buckets[hash & table->mask];
	if (find_flow(&copy, hash, slot, worker->now, snapshot->timeout) < GW_BUCKET_FLOWS)
		return true;
	if (!(copy.due & GW_SPILLED))
		return false;
	copy = table->buckets[gw_bucket_spare(table, hash)];
	return find_flow(&copy, hash, slot, worker->now, snapshot->timeout) < GW_BUCKET_FLOWS;
}

bool gw_way_wanted(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		   const struct gw_key *key, uint32_t slot)
{
	uint64_t hash;

	if (key->copy || !flow_hash(snapshot, key, slot, &hash))
		return false;
	if (has_flow(worker, snapshot, hash, slot))
		return true;
	for (uint32_t i = 0; i < worker->peers_count; i++)
		if (has_flow(worker->peers[i], snapshot, hash, slot))
			return true;
	return false;
}

void gw_way_keep_flow(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		      const struct gw_key *key, uint32_t slot)
{
	struct gw_bucket *b;
	uint64_t hash;
	uint32_t i;

	if (!flow_hash(snapshot, key, slot, &hash))
		return;
	b = &worker->flows.buckets[hash & worker->flows.mask];
	i = find_flow(b, hash, slot, worker->now, snapshot->timeout);
	if (i == GW_BUCKET_FLOWS && b->due & GW_SPILLED) {
		b = &worker->flows.buckets[gw_bucket_spare(&worker->flows, hash)];
		i = find_flow(b, hash, slot, worker->now, snapshot->timeout);
	}
	if (i < GW_BUCKET_FLOWS)
		gw_bucket_keep(b, i, (uint16_t)worker->now);
}
