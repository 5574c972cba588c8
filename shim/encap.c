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
#include "outer.h"

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

void gw_encap_prepare(struct gw_server *server, const uint8_t *dst_mac, const uint8_t *src_mac,
		      const uint8_t *src, const uint8_t *dst, uint8_t ttl)
{
	uint8_t *ip = server->header + GW_ETHER;
	uint64_t sum = 0;

	memcpy(server->header, dst_mac, 6);
	memcpy(server->header + 6, src_mac, 6);
	memset(ip, 0, sizeof(server->header) - GW_ETHER);
	if (!gw_over_ip4(server->kind)) {
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
	for (int i = 0; i < GW_IP4; i += 2)
		sum += gw_load16(ip + i);
	gw_store16(ip + 10, (uint16_t)~gw_fold(sum));
}

/* The packet's don't-fragment, as the word of an IPv4 header; IPv6 means it always. */
static GW_ALWAYS_INLINE uint16_t inner_df(struct gw_shape shape, const struct gw_packet *p)
{
	uint16_t df = gw_be16(GW_IP_DF << 8);

	return shape.family == 4 ? gw_load16(p->data + shape.l3 + 6) & df : df;
}

static GW_ALWAYS_INLINE uint16_t outer_df(const struct gw_server *server, struct gw_shape shape,
					  const struct gw_packet *p)
{
	if (gw_unlikely(p->special & GW_IS_CUT))
		return 0;
	if (gw_likely(server->df == GW_DF_COPY))
		return inner_df(shape, p);
	return server->df == GW_DF_SET ? gw_be16(GW_IP_DF << 8) : 0;
}

/* An IPv6 sender never has to send less than 1280 bytes at a time: such packets are cut all the
 * same (RFC 2473, 7.1; RFC 4213, 3.2). */
static inline bool may_cut(const struct gw_server *server, struct gw_shape shape,
			   const struct gw_packet *p)
{
	if (server->df == GW_DF_COPY)
		return !inner_df(shape, p) || (shape.family == 6 && p->ip_len <= 1280);
	return server->df == GW_DF_CLEAR;
}

/* What the packet says is read before the first byte is written: to the compiler a byte may be
 * anything, and it would read all of it again after each. */
static GW_ALWAYS_INLINE void wrap(struct gw_worker *worker, const struct gw_snapshot *snapshot,
				  const struct gw_server *server, struct gw_packet *p,
				  struct gw_shape shape)
{
	uint32_t growth = gw_growth(shape.kind), l3 = shape.l3, there = p->data_len;
	uint32_t length = p->ip_len + growth, end = l3 + length;
	uint8_t *inner = p->data + l3, *outer = inner - growth, *frame = outer - l3;
	const uint8_t *ready = server->header + GW_ETHER;
	bool ip4 = gw_over_ip4(shape.kind);
	uint16_t tos = gw_inner_tos(shape.family, inner), df = ip4 ? outer_df(server, shape, p) : 0;
	uint64_t tag = gw_load64(p->data + 12); /* type, tag, type, tag: overwritten below */

	gw_put_tunnel(snapshot, p, shape, inner);
	p->data = frame;
	p->headroom -= (uint16_t)growth;
	there += growth;
	p->data_len = there < end ? there : end;
	p->frame_len = end;
	p->port = server->port;
	/* Ethernet, at its place without tags, and two bytes more, for one wide copy. */
	memcpy(outer - GW_ETHER, server->header, 16);
	if (ip4)
		gw_put_ip4(worker, snapshot, p, shape, ready, outer, gw_be16((uint16_t)length),
			   tos, df);
	else
		gw_put_ip6(snapshot, p, shape, ready, outer, gw_be16((uint16_t)(length - GW_IP6)),
			   tos);
	if (l3 != GW_ETHER) {
		memcpy(frame, server->header, 12);
		memcpy(frame + 12, &tag, l3 - GW_ETHER);
	}
}

static GW_ALWAYS_INLINE uint8_t encap(struct gw_worker *worker, const struct gw_snapshot *snapshot,
				      const struct gw_server *server, struct gw_packet *p,
				      struct gw_shape shape)
{
	uint32_t growth = gw_growth(shape.kind), ip_len = p->ip_len;
	uint32_t most = UINT16_MAX - (gw_over_ip4(shape.kind) ? growth : growth - GW_IP6);

	if (gw_unlikely(server->port == GW_NO_HOP))
		return GW_DROP_NO_NEXT_HOP;
	if (gw_unlikely(ip_len + growth > server->mtu && server->mtu != UINT16_MAX)) {
		if (!may_cut(server, shape, p))
			return GW_DROP_TOO_BIG;
		p->special |= GW_IS_CUT;
	}
	if (gw_unlikely(p->headroom < growth || ip_len > most))
		return GW_DROP_NO_ROOM;
	wrap(worker, snapshot, server, p, shape);
	return GW_FORWARDED;
}

static __attribute__((noinline)) uint8_t encap_any(struct gw_worker *worker,
						   const struct gw_snapshot *snapshot,
						   const struct gw_server *server,
						   struct gw_packet *p)
{
	return encap(worker, snapshot, server, p,
		     (struct gw_shape){ server->kind, p->family, p->l3 });
}

static inline uint8_t encap_by_kind(struct gw_worker *worker, const struct gw_snapshot *snapshot,
				    const struct gw_server *server, struct gw_packet *p)
{
#define ENCAP(kind, family) \
	encap(worker, snapshot, server, p, (struct gw_shape){ GW_SERVER_##kind, family, GW_ETHER })
#define CASE(kind) \
	case GW_SERVER_##kind: \
		return gw_likely(p->family == 4) ? ENCAP(kind, 4) : ENCAP(kind, 6);

	if (gw_unlikely(p->l3 != GW_ETHER))
		return encap_any(worker, snapshot, server, p);
	switch (server->kind) {
		CASE(GRE4)
		CASE(GRE6)
		CASE(IPIP4)
		CASE(IPIP6)
		CASE(GUE4)
	}
	return gw_likely(p->family == 4) ? ENCAP(GUE6, 4) : ENCAP(GUE6, 6);
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
