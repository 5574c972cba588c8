/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GRE over IPv4 or IPv6, around a packet whose bytes stay as they are:
 *     Ethernet, the tags that the frame came with | outer IP | GRE 00 00, 08 00 or 86 dd | packet
 * Outer IPv4: no options, TOS 0, id 0, no flags, TTL 127; outer IPv6: class and label 0, hop limit
 * 127.
 */
#include "bytes.h"
#include "encap.h"

#define ETHER 14
#define GRE4 (20 + 4)
#define GRE6 (40 + 4)
#define IP_GRE 47
#define TTL 127

void gw_encap_prepare(struct gw_server *server, const uint8_t *dst_mac, const uint8_t *src_mac,
		      const uint8_t *src, const uint8_t *dst)
{
	static const uint8_t ip4[12] = { 0x45, [8] = TTL, IP_GRE };
	static const uint8_t ip6[8] = { 0x60, [6] = IP_GRE, TTL };
	uint8_t *ip = server->header + ETHER;
	uint64_t sum = 0;

	memcpy(server->header, dst_mac, 6);
	memcpy(server->header + 6, src_mac, 6);
	if (server->kind == GW_SERVER_GRE6) {
		gw_store16(server->header + 12, gw_be16(0x86dd));
		memcpy(ip, ip6, 8);
		memcpy(ip + 8, src, 16);
		memcpy(ip + 24, dst, 16);
		return;
	}
	gw_store16(server->header + 12, gw_be16(0x0800));
	memcpy(ip, ip4, 12);
	memcpy(ip + 12, src, 4);
	memcpy(ip + 16, dst, 4);
	for (int i = 0; i < 20; i += 2)
		sum += gw_load16(ip + i);
	gw_store16(ip + 10, (uint16_t)~gw_fold(sum));
}

/* The length, and the checksum, which the ready header has for a length of 0. */
static inline void finish_ip4(uint8_t *ip, const uint8_t *ready, uint32_t inner)
{
	uint16_t length = gw_be16((uint16_t)(inner + GRE4));
	uint32_t sum = (uint16_t)~gw_load16(ready + 10);

	sum += length;
	sum = (sum & 0xffff) + (sum >> 16);
	gw_store16(ip + 2, length);
	gw_store16(ip + 10, (uint16_t)~sum);
}

static inline uint8_t encap(const struct gw_server *server, struct gw_packet *p)
{
	bool gre4 = server->kind == GW_SERVER_GRE4;
	uint32_t growth = gre4 ? GRE4 : GRE6, tags = p->l3 - ETHER;
	uint32_t most = gre4 ? UINT16_MAX - GRE4 : UINT16_MAX - 4;
	uint8_t *inner = p->data + p->l3, *outer = inner - growth, *frame;
	uint8_t tag[8];

	if (gw_unlikely(server->port == GW_NO_HOP))
		return GW_DROP_NO_NEXT_HOP;
	if (gw_unlikely(p->headroom < growth || p->ip_len > most))
		return GW_DROP_NO_ROOM;
	frame = outer - ETHER - tags;
	memcpy(tag, p->data + 12, 8); /* tags: type, tag, type, tag; they are overwritten below */
	/* Overlapping copies of fixed size: Ethernet (at its place without tags), IP, GRE. */
	if (gw_likely(gre4)) {
		memcpy(outer - ETHER, server->header, 32);
		memcpy(outer + 10, server->header + 24, 14);
		finish_ip4(outer, server->header + ETHER, p->ip_len);
	} else {
		memcpy(outer - ETHER, server->header, 58);
		gw_store16(outer + 4, gw_be16((uint16_t)(p->ip_len + 4)));
	}
	gw_store16(inner - 2, p->family == 4 ? gw_be16(0x0800) : gw_be16(0x86dd));
	if (gw_unlikely(tags)) {
		memcpy(frame, server->header, 12);
		memcpy(frame + 12, tag, tags);
	}
	p->data = frame;
	p->headroom -= (uint16_t)growth;
	p->data_len = (p->data_len < p->l3 + (uint32_t)p->ip_len ? p->data_len :
								   p->l3 + (uint32_t)p->ip_len) +
		      growth;
	p->frame_len = p->l3 + (uint32_t)p->ip_len + growth;
	p->port = server->port;
	return GW_FORWARDED;
}

uint8_t gw_encap_packet(const struct gw_server *server, struct gw_packet *packet)
{
	return encap(server, packet);
}

void gw_encap(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	      struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];
		uint64_t *vip, *server;

		if (gw_unlikely(p->verdict != GW_FORWARDED))
			continue;
		vip = &worker->vip_counters[(uint64_t)p->vip->id * GW_V_STRIDE];
		p->verdict = encap(&snapshot->servers[p->server], p);
		if (gw_unlikely(p->verdict != GW_FORWARDED)) {
			vip[GW_V_NO_NEXT_HOP] += p->verdict == GW_DROP_NO_NEXT_HOP;
			continue;
		}
		server = &worker->server_counters[(uint64_t)p->server * GW_S_STRIDE];
		vip[GW_V_PACKETS]++;
		vip[GW_V_BYTES] += p->ip_len;
		server[GW_S_PACKETS]++;
		server[GW_S_BYTES] += p->ip_len;
	}
}
