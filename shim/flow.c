/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packet -> server: the one that the worker remembers for its flow, else the one that the VIP's
 * new-connection table gives, which is then remembered.
 * A flow is its addresses, ports and protocol; for a sticky VIP the client's address alone. It is
 * known by bucket and tag. It has ended when its time is over, when its server is absent from the
 * snapshot, or when its server belongs to another VIP than the packet's (a narrower VIP came or
 * went). At most one flow of a bucket has a given tag, ended or not: an ended one is overwritten
 * where it stands.
 * Flows of GW_VIP_BY_CLIENT stand by their clients' ends, so that answers find them (way.h). What
 * finds no room in its bucket stands in a spare one (bucket.h).
 */
#include "count.h"
#include "flow.h"
#include "flow_begin.h"

void gw_flow_prefetch(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		      struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct gw_packet *p = &packets[i];
		uint32_t at;

		if (gw_unlikely(p->verdict != GW_FORWARDED))
			continue;
		at = gw_bucket_find(p->bucket, (uint32_t)(p->hash >> 32), 0);
		if (gw_likely(at < GW_BUCKET_FLOWS)) {
			gw_prefetch_server(worker, snapshot, p->bucket->server[at]);
			continue;
		}
		if (!p->vip->table_len)
			continue;
		__builtin_prefetch(&p->vip->table[gw_table_slot(p->vip, p->hash)]);
		/* A loop, so that a guess asks for a key before the bucket is there. */
		for (at = 0; at < GW_BUCKET_FLOWS && p->bucket->server[at]; at++)
			;
		if (at == GW_BUCKET_FLOWS)
			continue;
		struct gw_key *key = &worker->flows.keys[p->hash & worker->flows.mask].key[at];
		__builtin_prefetch(key, 1);
	}
}

/* The flow starts in the place; an ended flow that stands there is released first. */
static inline __attribute__((always_inline)) void remember(struct gw_worker *worker,
							   struct gw_packet *p, uint32_t place)
{
	struct gw_bucket *b = p->bucket;
	uint32_t tag = (uint32_t)(p->hash >> 32), server = p->server;

	gw_bucket_clear(worker, b, place);
	gw_flow_write_key(worker, p, (uint8_t *)gw_bucket_key(&worker->flows, b, place));
	gw_bucket_fill(b, place, tag, server, worker->now);
	gw_server_row(worker, server)[GW_S_FLOWS]++;
	worker->flows.flows++;
}

/* Where its flow may stand, in its bucket or its spare one, which is the packet's then;
 * GW_BUCKET_FLOWS: there is no room. `place`: that of an ended flow with the packet's tag. */
static inline uint32_t make_room(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
				 struct gw_packet *p, uint32_t place)
{
	if (place == GW_BUCKET_FLOWS)
		place = gw_bucket_place(worker, snapshot, p->hash & worker->flows.mask);
	if (place == GW_BUCKET_FLOWS && gw_table_may_spill(&worker->flows))
		place = gw_flow_spill(worker, snapshot, p);
	return place;
}

static bool choose(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		   struct gw_packet *p)
{
	if (!p->vip->table_len) {
		gw_vip_row(worker, p->vip->id)[GW_V_NO_SERVER]++;
		p->verdict = GW_DROP_NO_SERVER;
		return false;
	}
	p->server = p->vip->table[gw_table_slot(p->vip, p->hash)];
	p->decided = GW_BY_TABLE;
	gw_prefetch_server(worker, snapshot, p->server);
	return true;
}

static inline void by_flow(struct gw_worker *worker, struct gw_packet *p)
{
	p->decided = GW_BY_FLOW;
	p->tracked = 1;
	gw_vip_row(worker, p->vip->id)[GW_V_NEXT_PACKET]++;
}

/* No flow: the table decides. `place` is that of an ended flow with the packet's tag, or
 * GW_BUCKET_FLOWS. */
static void by_table(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		     struct gw_packet *p, uint32_t place)
{
	uint64_t *vip = gw_vip_row(worker, p->vip->id);

	if (!choose(worker, snapshot, p))
		return;
	place = make_room(worker, snapshot, p, place);
	if (place == GW_BUCKET_FLOWS) {
		worker->counters[GW_W_UNTRACKED_PACKET]++;
		vip[GW_V_UNTRACKED_PACKET]++;
		return;
	}
	remember(worker, p, place);
	gw_server_row(worker, p->server)[GW_S_NEW_FLOWS]++;
	p->tracked = 1;
	p->first = 1;
	worker->counters[GW_W_FIRST_PACKET]++;
	vip[GW_V_FIRST_PACKET]++;
}

/* A flow that began before the program did, with other workers. From now on it is this worker's,
 * and its client is due. */
static __attribute__((noinline)) bool take_over(struct gw_worker *worker,
						const struct gw_snapshot *snapshot,
						struct gw_packet *p, uint32_t place)
{
	p->server = gw_flow_find_anywhere(worker, snapshot, p);
	if (!p->server)
		return false;
	place = make_room(worker, snapshot, p, place);
	if (place < GW_BUCKET_FLOWS)
		remember(worker, p, place);
	p->special |= GW_IS_DUE;
	return true;
}

/* The flow of a fragment, whose datagram a card sends to a worker by its addresses alone, may be
 * another worker's; for a trace all are. */
static __attribute__((noinline)) void miss(struct gw_worker *worker,
					   const struct gw_snapshot *snapshot, struct gw_packet *p,
					   uint32_t place)
{
	bool found = gw_unlikely(p->bucket->due & GW_SPILLED) &&
		     gw_flow_is_spilled(worker, snapshot, p);

	if (!found && (worker->peek || p->special & GW_IS_FRAGMENT)) {
		p->server = gw_flow_find_anywhere(worker, snapshot, p);
		found = p->server;
	}
	if (!found && gw_unlikely(worker->seeks))
		found = take_over(worker, snapshot, p, place);
	if (!found) {
		by_table(worker, snapshot, p, place);
		return;
	}
	by_flow(worker, p);
	worker->counters[GW_W_NEXT_PACKET]++;
}

/* An ICMP error goes where its flow's packets go, and keeps no flow alive: anybody could send
 * it. */
static __attribute__((noinline)) void related(struct gw_worker *worker,
					      const struct gw_snapshot *snapshot,
					      struct gw_packet *p)
{
	p->server = gw_flow_find_anywhere(worker, snapshot, p);
	if (p->server) {
		p->decided = GW_BY_FLOW;
		p->tracked = 1;
	} else if (!choose(worker, snapshot, p)) {
		return;
	}
	worker->counters[GW_W_RELATED_PACKET]++;
	gw_vip_row(worker, p->vip->id)[GW_V_RELATED_PACKET]++;
}

void gw_flow_decide(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		    struct gw_packet *packets, uint32_t count)
{
	uint16_t now = (uint16_t)worker->now;
	uint64_t hits = 0, stamp, cycles = gw_cycles();
	bool looks = worker->peek || worker->seeks; /* for flows of other workers */

	worker->burst = packets;
	worker->stamp += GW_BURST;
	if (cycles > worker->stamp)
		worker->stamp = cycles;
	stamp = worker->stamp;
	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];
		struct gw_bucket *b = p->bucket;
		uint32_t at;

		if (gw_unlikely(p->verdict != GW_FORWARDED))
			continue;
		if (gw_unlikely(p->special & GW_IS_ERROR)) {
			related(worker, snapshot, p);
			continue;
		}
		at = gw_bucket_find(b, (uint32_t)(p->hash >> 32), 0);
		if (at == GW_BUCKET_FLOWS && !looks &&
		    gw_flow_begin(worker, snapshot, p, stamp + i))
			continue;
		if (gw_unlikely(at == GW_BUCKET_FLOWS ||
				!gw_flow_alive(worker, snapshot, b, at, p->vip))) {
			miss(worker, snapshot, p, at);
			continue;
		}
		gw_flow_meet(b, at, p, now);
		by_flow(worker, p);
		hits++;
	}
	worker->counters[GW_W_NEXT_PACKET] += hits;
}
