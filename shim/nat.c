/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way to NAT4 and NAT6 servers, as a router that changes the destination:
 *     Ethernet, the tags that the frame came with | IP: server, TTL - 1 | L4: target port | payload
 * In an ICMP error the quote, a packet from the VIP, becomes the one that the server sent.
 */
#include "count.h"
#include "nat.h"
#include "translate.h"
#include "way.h"

static inline bool is_mine(const struct gw_server *server)
{
	return server->kind == GW_SERVER_NAT4 || server->kind == GW_SERVER_NAT6;
}

/* Most are: a packet of a remembered flow, which has its way already. A sticky flow stands for
 * many. */
static inline bool is_usual(const struct gw_packet *p)
{
	return p->decided == GW_BY_FLOW && !(p->special & GW_IS_DUE) &&
	       !(p->vip->flags & GW_VIP_STICKY);
}

/* Whether the way back of an unusual packet is to be learned: its flow does not stand where answers
 * look for it. That is made sure of in every packet that is due, too: ways may have been lost, or
 * found no room. */
static bool teaches(const struct gw_worker *worker, const struct gw_packet *p)
{
	if (p->special & GW_IS_ERROR)
		return false;
	return !(p->vip->flags & GW_VIP_BY_CLIENT) ||
	       p->bucket != &worker->flows.buckets[p->hash & worker->flows.mask];
}

/* The verdict, counted for the VIP where the packet goes no further. */
static inline bool may_go(struct gw_worker *worker, const struct gw_server *server,
			  struct gw_packet *p)
{
	p->verdict = server->port == GW_NO_HOP ? GW_DROP_NO_NEXT_HOP : gw_may_go(p, server->mtu);
	if (gw_likely(p->verdict == GW_FORWARDED))
		return true;
	gw_count_refused(worker, p);
	return false;
}

static __attribute__((noinline)) void translate_error(const struct gw_server *server,
						      struct gw_packet *p)
{
	struct gw_quote quote;

	if (gw_quote_read(p, &quote))
		gw_translate_quote(p, &quote, GW_SRC, server->to.address, server->to.target_port);
	gw_translate(p, p->family == 4 ? GW_IP_ICMP : GW_IP_ICMP6, GW_DST, server->to.address, 0);
}

static inline void translate(const struct gw_server *server, struct gw_packet *p)
{
	if (gw_unlikely(p->special & GW_IS_ERROR))
		translate_error(server, p);
	else
		gw_translate(p, p->protocol, GW_DST, server->to.address, server->to.target_port);
	gw_leave(p, server->to.ether, server->port);
}

static inline void send(struct gw_worker *worker, const struct gw_snapshot *snapshot,
			struct gw_packet *p)
{
	const struct gw_server *server = &snapshot->servers[p->server];

	if (gw_unlikely(!may_go(worker, server, p)))
		return;
	translate(server, p);
	gw_count_forwarded(worker, p);
}

/* Packets whose ways are to be learned come last, when the buckets of those are on their way to the
 * cache. A way is learned whatever becomes of the packet: its flow is remembered already. That
 * one's key tells where it came from as long as it does. */
void gw_nat(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	    struct gw_packet *packets, uint32_t count)
{
	struct gw_packet *teachers[GW_BURST];
	uint64_t hashes[GW_BURST];
	uint32_t late = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];
		const struct gw_server *server = &snapshot->servers[p->server];

		if (gw_unlikely(p->verdict != GW_FORWARDED || !is_mine(server)))
			continue;
		if (gw_likely(is_usual(p))) {
			send(worker, snapshot, p);
			continue;
		}
		if (p->special & GW_IS_DUE)
			gw_way_lead(worker, p);
		if (!teaches(worker, p)) {
			send(worker, snapshot, p);
			continue;
		}
		hashes[late] = gw_way_prefetch(worker, snapshot, p);
		teachers[late++] = p;
	}
	for (uint32_t i = 0; i < late; i++)
		gw_way_prefetch_own(worker, hashes[i]);
	for (uint32_t i = 0; i < late; i++) {
		gw_way_learn(worker, snapshot, teachers[i], hashes[i]);
		send(worker, snapshot, teachers[i]);
	}
}
