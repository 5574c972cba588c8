/* SPDX-License-Identifier: Apache-2.0 */
/* The short way of a first packet. What it may not decide goes the long way (flow.c), which comes
 * to the same. */
#ifndef GW_FLOW_BEGIN_H
#define GW_FLOW_BEGIN_H

#include "count.h"
#include "flow_found.h"
#include "flow_key.h"

static inline void gw_prefetch_server(const struct gw_worker *worker,
				      const struct gw_snapshot *snapshot, uint32_t server)
{
	__builtin_prefetch(&snapshot->servers[server]);
	__builtin_prefetch(gw_server_row(worker, server), 1);
}

/* Whether it is plain that nothing finds room any more that belongs to the full bucket. */
static inline bool gw_bucket_is_crowded(const struct gw_worker *worker,
					const struct gw_snapshot *snapshot,
					const struct gw_bucket *b)
{
	return !gw_table_may_spill(&worker->flows) && gw_bucket_all_alive(worker, snapshot, b);
}

/* Most packets of no flow: one begins in a free place of its bucket, or plainly nowhere. False: the
 * packet is to go the long way, and nothing was done. `taught`: as gw_taught_by. */
static inline bool gw_flow_begin(struct gw_worker *worker, const struct gw_snapshot *snapshot,
				 struct gw_packet *p, uint64_t taught)
{
	const struct gw_vip *vip = p->vip;
	struct gw_bucket *b = p->bucket;
	uint32_t tag = (uint32_t)(p->hash >> 32), now = worker->now, place, server;

	if (gw_unlikely(b->due & GW_SPILLED || p->special & GW_IS_FRAGMENT ||
			vip->flags & GW_VIP_STICKY || !vip->table_len))
		return false;
	place = gw_bucket_free(b);
	if (place == GW_BUCKET_FLOWS && !gw_bucket_is_crowded(worker, snapshot, b))
		return false;
	server = vip->table[tag & vip->table_mask];
	p->server = server;
	p->decided = GW_BY_TABLE;
	if (place == GW_BUCKET_FLOWS) {
		gw_prefetch_server(worker, snapshot, server);
		worker->counters[GW_W_UNTRACKED_PACKET]++;
		gw_vip_row(worker, vip->id)[GW_V_UNTRACKED_PACKET]++;
		return true;
	}
	__builtin_prefetch(&snapshot->servers[server]);
	p->tracked = 1;
	p->first = 1;
	gw_bucket_changes(b);
	gw_key_plain(now, taught, p, (uint8_t *)gw_bucket_key(&worker->flows, b, place));
	gw_bucket_fill(b, place, tag, server, now);
	gw_server_row(worker, server)[GW_S_FLOWS]++;
	gw_server_row(worker, server)[GW_S_NEW_FLOWS]++;
	gw_vip_row(worker, vip->id)[GW_V_FIRST_PACKET]++;
	worker->counters[GW_W_FIRST_PACKET]++;
	worker->flows.flows++;
	return true;
}

#endif
