/* SPDX-License-Identifier: Apache-2.0 */
/* What a tunnel puts before a packet: outer IP header, and what stands between that and the
 * packet. The order of bytes is told in encap.c. */
#ifndef GW_OUTER_H
#define GW_OUTER_H

#include "checksum.h"
#include "ip.h"
#include "state.h"

#define GW_ETHER 14
#define GW_IP4 20
#define GW_IP6 40
/* A copy of the code for each kind of tunnel and family of packet, in which both are constants, and
 * one for packets with tags: a branch for each once a packet, not for every field. */
#define GW_ALWAYS_INLINE inline __attribute__((always_inline))
#define GUE_PORTS 0xc000u /* source ports: 49152 and up */

static inline bool gw_over_ip4(uint8_t kind)
{
	return kind & 1;
}
_Static_assert(GW_SERVER_GRE4 & GW_SERVER_IPIP4 & GW_SERVER_GUE4 & 1, "odd kinds are over IPv4");

/* What a tunnel's packet is: its kind and what it carries. */
struct gw_shape {
	uint8_t kind, family;
	uint16_t l3; /* of the packet */
};

/* ipip names what it carries. */
static GW_ALWAYS_INLINE bool gw_carries_ip6(struct gw_shape shape)
{
	return (shape.kind == GW_SERVER_IPIP4 || shape.kind == GW_SERVER_IPIP6) &&
	       shape.family == 6;
}

/* The outer header at `ip` from the server's ready one, with the fields that are 0 there, and the
 * checksum with them. `tos` and `df`: as words of the header, network order. */
static GW_ALWAYS_INLINE void gw_put_ip4(struct gw_worker *worker,
					const struct gw_snapshot *snapshot,
					const struct gw_packet *p, struct gw_shape shape,
					const uint8_t *ready, uint8_t *ip, uint16_t length,
					uint16_t tos, uint16_t df)
{
	uint16_t id = gw_likely(df) ? 0 : gw_be16(worker->ip_id++), type = gw_load16(ready + 8);
	uint32_t src = gw_load32(ready + 12), sum = (uint16_t)~gw_load16(ready + 10);

	sum += (uint32_t)length + tos + df + id;
	if (gw_carries_ip6(shape)) {
		sum += gw_be16(GW_IP_IPV6) - gw_be16(GW_IP_IPIP);
		type += gw_be16(GW_IP_IPV6) - gw_be16(GW_IP_IPIP);
	}
	if (gw_unlikely(snapshot->ip4_entropy) && ready[9] != GW_IP_UDP) {
		uint32_t bits = (uint32_t)(p->hash >> 32) & snapshot->ip4_entropy;

		/* Never all 0 or all 1: those name a network and a broadcast. */
		bits = bits && bits != snapshot->ip4_entropy ? bits : gw_be32(1);
		sum += (bits & 0xffff) + (bits >> 16);
		src |= bits;
	}
	gw_store32(ip, gw_two16(gw_be16(0x4500) | tos, length));
	gw_store32(ip + 4, gw_two16(id, df));
	gw_store32(ip + 8, gw_two16(type, (uint16_t)~gw_fold_small(sum)));
	gw_store32(ip + 12, src);
	gw_store32(ip + 16, gw_load32(ready + 16));
}

static GW_ALWAYS_INLINE void gw_put_ip6(const struct gw_snapshot *snapshot,
					const struct gw_packet *p, struct gw_shape shape,
					const uint8_t *ready, uint8_t *ip, uint16_t length,
					uint16_t tos)
{
	const uint64_t *mask = snapshot->ip6_entropy;
	uint8_t next = gw_carries_ip6(shape) ? GW_IP_IPV6 : ready[6];
	uint64_t low;

	memcpy(ip + 8, ready + 8, 32);
	gw_store32(ip, gw_two16(gw_be16((uint16_t)(0x6000 | gw_be16(tos) << 4)), 0));
	gw_store32(ip + 4, gw_two16(length, gw_be16((uint16_t)(next << 8 | ready[7]))));
	if (gw_likely(!(mask[0] | mask[1])) || next == GW_IP_UDP)
		return;
	gw_store64(ip + 8, gw_load64(ip + 8) | (p->hash * 0x9e3779b97f4a7c15u & mask[0]));
	low = p->hash & mask[1];
	/* Never all 0 or all 1, as over IPv4. */
	if (!low || low == mask[1])
		low ^= gw_be64(1);
	gw_store64(ip + 16, gw_load64(ip + 16) | low);
}

/* What stands between the outer IP header and the packet. */
static GW_ALWAYS_INLINE void gw_put_tunnel(const struct gw_snapshot *snapshot,
					   const struct gw_packet *p, struct gw_shape shape,
					   uint8_t *inner)
{
	uint16_t port = (uint16_t)(GUE_PORTS | (p->hash >> 48 & 0x3fff));

	if (shape.kind <= GW_SERVER_GRE6) {
		gw_store32(inner - 4, gw_be32(shape.family == 4 ? 0x0800 : 0x86dd));
	} else if (shape.kind >= GW_SERVER_GUE4) {
		gw_store32(inner - 8, gw_two16(gw_be16(port), snapshot->gue_port));
		gw_store32(inner - 4, gw_be32((uint32_t)(p->ip_len + 8) << 16));
	}
}

/* TOS or traffic class, in the place of an IPv4 header's first word where the TOS is. */
static GW_ALWAYS_INLINE uint16_t gw_inner_tos(uint8_t family, const uint8_t *inner)
{
	uint16_t first = gw_load16(inner);

	if (family == 6)
		first = gw_be16(gw_be16(first) >> 4);
	return first & gw_be16(0x00ff);
}

#endif
