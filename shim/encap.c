/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tunnels, around a packet whose bytes stay as they are:
 *     Ethernet, the tags that the frame came with | outer IP | what the tunnel adds | packet
 *     gre4, gre6 (RFC 2784): 00 00, 08 00 or 86 dd
 *     ipip (RFC 2003, 2473, 4213): nothing
 *     gue, variant 1 (draft-ietf-intarea-gue): UDP with the flow's entropy as source port, no
 *         checksum
 *         (over IPv6 by RFC 6935)
 * Outer header: TOS or class copied (RFC 6040), flow label 0, no options. IPv4: don't-fragment by
 * the server's `df`; with it the id is 0, without it one of its own (RFC 6864).
 */
#include "count.h"
#include "encap.h"
#include "ip.h"

#define ETHER 14
#define IP4 20
#define IP6 40
/* A copy of the code for each kind of tunnel, in which the kind is a constant: a branch for each of
 * them once a packet, not five times (step encap of `guideway bench`: 38 -> 31 cycles). */
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define GUE_PORTS 0xc000u /* source ports: 49152 and up */

static uint8_t outer_protocol(uint8_t kind)
{
	switch (kind) {
	case GW_SERVER_GRE4:
	case GW_SERVER_GRE6:
		return GW_IP_GRE;
	case GW_SERVER_GUE4:
	case GW_SERVER_GUE6:
		return GW_IP_UDP;
	}
	return GW_IP_IPIP; /* and GW_IP_IPV6 for packets of IPv6 */
}

static inline bool over_ip4(uint8_t kind)
{
	return kind & 1;
}
_Static_assert(GW_SERVER_GRE4 & GW_SERVER_IPIP4 & GW_SERVER_GUE4 & 1, "odd kinds are over IPv4");

void gw_encap_prepare(struct gw_server *server, const uint8_t *dst_mac, const uint8_t *src_mac,
		      const uint8_t *src, const uint8_t *dst, uint8_t ttl)
{
	uint8_t *ip = server->header + ETHER;
	uint64_t sum = 0;

	memcpy(server->header, dst_mac, 6);
	memcpy(server->header + 6, src_mac, 6);
	memset(ip, 0, sizeof(server->header) - ETHER);
	if (!over_ip4(server->kind)) {
		gw_store16(server->header + 12, gw_be16(0x86dd));
		ip[0] = 0x60;
		ip[6] = outer_protocol(server->kind);
		ip[7] = ttl;
		memcpy(ip + 8, src, 16);
		memcpy(ip + 24, dst, 16);
		return;
	}
	gw_store16(server->header + 12, gw_be16(0x0800));
	ip[0] = 0x45;
	ip[8] = ttl;
	ip[9] = outer_protocol(server->kind);
	memcpy(ip + 12, src, 4);
	memcpy(ip + 16, dst, 4);
	for (int i = 0; i < IP4; i += 2)
		sum += gw_load16(ip + i);
	gw_store16(ip + 10, (uint16_t)~gw_fold(sum));
}

/* The fields that the ready header has as 0, and the checksum with them. */
static ALWAYS_INLINE void finish_ip4(struct gw_worker *worker, const struct gw_snapshot *snapshot,
			      const struct gw_packet *p, uint8_t *ip, uint16_t length, uint8_t tos,
			      bool df, bool ipip)
{
	uint16_t id = df ? 0 : gw_be16(worker->ip_id++), flags = gw_be16(df ? GW_IP_DF << 8 : 0);
	uint16_t type = gw_load16(ip + 8);
	uint32_t sum = (uint16_t)~gw_load16(ip + 10), src;

	sum += gw_be16(tos) + (uint32_t)gw_be16(length) + id + flags;
	if (ipip && p->family == 6) {
		ip[9] = GW_IP_IPV6;
		sum += (uint16_t)(gw_load16(ip + 8) - type);
	}
	if (gw_unlikely(snapshot->ip4_entropy && ip[9] != GW_IP_UDP)) {
		src = (uint32_t)(p->hash >> 32) & snapshot->ip4_entropy;
		/* Never all 0 or all 1: those name a network and a broadcast. */
		src = src && src != snapshot->ip4_entropy ? src : gw_be32(1);
		sum += (src & 0xffff) + (src >> 16);
		gw_store32(ip + 12, gw_load32(ip + 12) | src);
	}
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	ip[1] = tos;
	gw_store16(ip + 2, gw_be16(length));
	gw_store32(ip + 4, GW_LITTLE ? (uint32_t)flags << 16 | id : (uint32_t)id << 16 | flags);
	gw_store16(ip + 10, (uint16_t)~sum);
}

static ALWAYS_INLINE void finish_ip6(const struct gw_snapshot *snapshot, const struct gw_packet *p,
			      uint8_t *ip, uint16_t length, uint8_t tos, bool ipip)
{
	const uint64_t *mask = snapshot->ip6_entropy;
	uint64_t low;

	gw_store32(ip, gw_be32(0x60000000u | (uint32_t)tos << 20));
	gw_store16(ip + 4, gw_be16(length));
	if (ipip && p->family == 6)
		ip[6] = GW_IP_IPV6;
	if (gw_likely(!(mask[0] | mask[1])) || ip[6] == GW_IP_UDP)
		return;
	gw_store64(ip + 8, gw_load64(ip + 8) | (p->hash * 0x9e3779b97f4a7c15u & mask[0]));
	low = p->hash & mask[1];
	/* Never all 0 or all 1, as over IPv4. */
	if (!low || low == mask[1])
		low ^= gw_be64(1);
	gw_store64(ip + 16, gw_load64(ip + 16) | low);
}

/* What stands between the outer IP header and the packet. */
static ALWAYS_INLINE void finish_tunnel(const struct gw_snapshot *snapshot,
					const struct gw_packet *p,
				 uint8_t kind, uint8_t *inner)
{
	uint16_t port = (uint16_t)(GUE_PORTS | (p->hash >> 48 & 0x3fff));

	if (kind <= GW_SERVER_GRE6) {
		gw_store32(inner - 4, gw_be32(p->family == 4 ? 0x0800 : 0x86dd));
	} else if (kind >= GW_SERVER_GUE4) {
		gw_store16(inner - 8, gw_be16(port));
		gw_store16(inner - 6, snapshot->gue_port);
		gw_store32(inner - 4, gw_be32((uint32_t)(p->ip_len + 8) << 16));
	}
}

/* An IPv6 sender never has to send less than 1280 bytes at a time: such packets are cut all the
 * same (RFC 2473, 7.1; RFC 4213, 3.2). */
static inline bool may_cut(const struct gw_server *server, const struct gw_packet *p, bool inner_df)
{
	if (server->df == GW_DF_COPY)
		return !inner_df || (p->family == 6 && p->ip_len <= 1280);
	return server->df == GW_DF_CLEAR;
}

static ALWAYS_INLINE void wrap(struct gw_worker *worker, const struct gw_snapshot *snapshot,
			const struct gw_server *server, struct gw_packet *p, uint8_t kind,
			bool inner_df)
{
	bool ip4 = over_ip4(kind);
	bool ipip = kind == GW_SERVER_IPIP4 || kind == GW_SERVER_IPIP6;
	uint32_t growth = gw_growth(kind);
	uint32_t tags = p->l3 - ETHER, end = p->l3 + (uint32_t)p->ip_len;
	uint8_t *inner = p->data + p->l3, *outer = inner - growth, *frame = outer - p->l3;
	uint8_t tos = p->family == 4 ? inner[1] : (uint8_t)(gw_be16(gw_load16(inner)) >> 4);
	uint8_t tag[8];

	memcpy(tag, p->data + 12, 8); /* type, tag, type, tag: they are overwritten below */
	/* Overlapping copies of fixed size: Ethernet (at its place without tags) and IP. */
	memcpy(outer - ETHER, server->header, 32);
	if (gw_likely(ip4)) {
		memcpy(outer + 4, server->header + 18, 16);
		finish_ip4(worker, snapshot, p, outer, (uint16_t)(p->ip_len + growth), tos,
			   !(p->special & GW_IS_CUT) &&
				   (server->df == GW_DF_SET ||
				    (server->df == GW_DF_COPY && inner_df)),
			   ipip);
	} else {
		memcpy(outer + 8, server->header + 22, 32);
		finish_ip6(snapshot, p, outer, (uint16_t)(p->ip_len + growth - IP6), tos, ipip);
	}
	finish_tunnel(snapshot, p, kind, inner);
	if (gw_unlikely(tags)) {
		memcpy(frame, server->header, 12);
		memcpy(frame + 12, tag, tags);
	}
	p->data = frame;
	p->headroom -= (uint16_t)growth;
	p->data_len = (p->data_len < end ? p->data_len : end) + growth;
	p->frame_len = end + growth;
	p->port = server->port;
}

static ALWAYS_INLINE uint8_t encap(struct gw_worker *worker, const struct gw_snapshot *snapshot,
			    const struct gw_server *server, struct gw_packet *p, uint8_t kind)
{
	uint32_t growth = gw_growth(kind);
	uint32_t most = UINT16_MAX - (over_ip4(kind) ? growth : growth - IP6);
	bool inner_df = p->family == 6 || p->data[p->l3 + 6] & GW_IP_DF;

	if (gw_unlikely(server->port == GW_NO_HOP))
		return GW_DROP_NO_NEXT_HOP;
	if (gw_unlikely(p->ip_len + growth > server->mtu && server->mtu != UINT16_MAX)) {
		if (!may_cut(server, p, inner_df))
			return GW_DROP_TOO_BIG;
		p->special |= GW_IS_CUT;
	}
	if (gw_unlikely(p->headroom < growth || p->ip_len > most))
		return GW_DROP_NO_ROOM;
	wrap(worker, snapshot, server, p, kind, inner_df);
	return GW_FORWARDED;
}

static inline uint8_t encap_by_kind(struct gw_worker *worker, const struct gw_snapshot *snapshot,
				    const struct gw_server *server, struct gw_packet *p)
{
	switch (server->kind) {
	case GW_SERVER_GRE4:
		return encap(worker, snapshot, server, p, GW_SERVER_GRE4);
	case GW_SERVER_GRE6:
		return encap(worker, snapshot, server, p, GW_SERVER_GRE6);
	case GW_SERVER_IPIP4:
		return encap(worker, snapshot, server, p, GW_SERVER_IPIP4);
	case GW_SERVER_IPIP6:
		return encap(worker, snapshot, server, p, GW_SERVER_IPIP6);
	case GW_SERVER_GUE4:
		return encap(worker, snapshot, server, p, GW_SERVER_GUE4);
	}
	return encap(worker, snapshot, server, p, GW_SERVER_GUE6);
}

void gw_encap(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	      struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];
		const struct gw_server *to = &snapshot->servers[p->server];

		if (gw_unlikely(p->verdict != GW_FORWARDED || to->kind > GW_SERVER_GUE6))
			continue;
		p->verdict = encap_by_kind(worker, snapshot, to, p);
		if (gw_likely(p->verdict == GW_FORWARDED))
			gw_count_forwarded(worker, p);
		else
			gw_count_refused(worker, p);
	}
}
