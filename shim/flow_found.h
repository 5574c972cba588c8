/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the step flow share. */
#ifndef GW_FLOW_FOUND_H
#define GW_FLOW_FOUND_H

#include "bucket.h"

/* Whether flow i of the bucket is one that the VIP's packets belong to. */
static inline bool gw_flow_alive(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
				 const struct gw_bucket *b, uint32_t i, const struct gw_vip *vip)
{
	return gw_server_present(snapshot, b->server[i]) &&
	       snapshot->servers[b->server[i]].vip == vip->id &&
	       !gw_flow_expired(b->seen[i], worker->now, snapshot->timeout);
}

/* Packet p of the client belongs to flow `at` of the bucket. */
static inline void gw_flow_meet(struct gw_bucket *b, uint32_t at, struct gw_packet *p,
				uint16_t now)
{
	p->server = b->server[at];
	if ((b->seen[at] ^ now) | (b->due & 1u << at)) /* else the line stays clean */
		p->special |= gw_bucket_meet(b, at, now) ? GW_IS_DUE : 0;
}

/* flow_peers.c: the server that any worker remembers for the packet's flow; 0: none does. */
uint32_t gw_flow_find_anywhere(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			       const struct gw_packet *p);

/* flow_spill.c: whether its flow stands in its spare bucket, which is the packet's then. */
bool gw_flow_is_spilled(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			struct gw_packet *p);
/* A place in the spare bucket, which is the packet's then; GW_BUCKET_FLOWS: none. */
uint32_t gw_flow_spill(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		       struct gw_packet *p);

#endif
