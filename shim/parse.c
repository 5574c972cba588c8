/* SPDX-License-Identifier: Apache-2.0 */
/* Frame -> protocol, ports and where the IP packet lies; or a verdict why it goes no further. */
#include "ip.h"
#include "parse.h"
#include "parse_usual.h"

#define ETHER_IP4 0x0800
#define ETHER_IP6 0x86dd
#define ETHER_VLAN 0x8100
#define ETHER_QINQ 0x88a8

/* Ethertype behind up to two tags, with p->l3 behind it; 0 when the frame ends before. */
static inline uint16_t ethertype(struct gw_packet *p)
{
	uint16_t type = gw_be16(gw_load16(p->data + 12));

	p->l3 = 14;
	while (gw_unlikely(type == ETHER_VLAN || type == ETHER_QINQ) && p->l3 < 22) {
		if (p->data_len < p->l3 + 4u)
			return 0;
		type = gw_be16(gw_load16(p->data + p->l3 + 2));
		p->l3 += 4;
	}
	return type;
}

/* Reads the ports at the L4 header. */
static inline uint8_t read_ports(struct gw_packet *p)
{
	uint32_t at = p->l4;

	if (gw_unlikely(at + 4 > p->l3 + (uint32_t)p->ip_len || at + 4 > p->data_len))
		return GW_DROP_BAD_LENGTH;
	p->src_port = gw_be16(gw_load16(p->data + at));
	p->dst_port = gw_be16(gw_load16(p->data + at + 2));
	return GW_FORWARDED;
}

static inline bool ip4_checksum_ok(const uint8_t *ip, uint32_t header)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < 20; i += 4)
		sum += gw_load32(ip + i);
	for (uint32_t i = 20; i < header; i += 4)
		sum += gw_load32(ip + i);
	return gw_fold(sum) == 0xffff;
}

static inline uint8_t parse_ip4(struct gw_packet *p)
{
	const uint8_t *ip = p->data + p->l3;
	uint32_t header, fragment;

	p->family = 4;
	if (gw_unlikely(p->data_len < p->l3 + 20u))
		return GW_DROP_BAD_LENGTH;
	header = (ip[0] & 15u) * 4;
	if (gw_unlikely(ip[0] >> 4 != 4 || header < 20))
		return GW_DROP_BAD_IP4_HEADER;
	p->ip_len = gw_be16(gw_load16(ip + 2));
	if (gw_unlikely(p->ip_len < header || p->frame_len < p->l3 + (uint32_t)p->ip_len ||
			p->data_len < p->l3 + header))
		return GW_DROP_BAD_LENGTH;
	if (gw_unlikely(!ip4_checksum_ok(ip, header)))
		return GW_DROP_BAD_IP4_HEADER;
	if (gw_unlikely(!ip[8]))
		return GW_DROP_TTL;
	p->protocol = ip[9];
	p->l4 = (uint16_t)(p->l3 + header);
	fragment = gw_be16(gw_load16(ip + 6)) & (GW_IP_MORE | GW_IP_OFFSET);
	if (gw_unlikely(fragment)) {
		p->special = GW_IS_FRAGMENT;
		if (fragment & GW_IP_OFFSET) {
			p->special = GW_IS_FRAGMENT | GW_IS_LATER;
			p->special |= p->protocol == GW_IP_ICMP ? GW_IS_ICMP : 0;
			p->l4 = 0;
			return GW_FORWARDED;
		}
	}
	if (gw_likely(gw_has_ports(p->protocol)))
		return read_ports(p);
	if (p->protocol == GW_IP_ICMP)
		p->special |= GW_IS_ICMP;
	return GW_FORWARDED;
}

/* Walks the extension headers from `at`. A later fragment ends the walk at its fragment header:
 * what follows there is the middle of something. */
static uint8_t walk_ip6(struct gw_packet *p, uint32_t at, uint8_t next)
{
	uint32_t end = p->l3 + (uint32_t)p->ip_len;

	for (int i = 0; i <= GW_IP_EXTENSIONS_MOST; i++) {
		const uint8_t *ext = p->data + at;

		p->protocol = next;
		p->l4 = (uint16_t)at;
		if (gw_has_ports(next))
			return read_ports(p);
		if (next == GW_IP_ICMP6)
			p->special |= GW_IS_ICMP;
		if (!gw_is_extension(next))
			return GW_FORWARDED;
		if (next == GW_IP_HOP_BY_HOP && i) /* RFC 8200: only right behind the IPv6 header */
			return GW_DROP_BAD_IP6_HEADER;
		if (at + 8 > end || at + 8 > p->data_len)
			return GW_DROP_BAD_LENGTH;
		if (next == GW_IP_FRAGMENT && gw_be16(gw_load16(ext + 2)) & 0xfff9) {
			p->special |= GW_IS_FRAGMENT;
			if (gw_be16(gw_load16(ext + 2)) & 0xfff8) {
				p->special |= GW_IS_LATER;
				p->special |= ext[0] == GW_IP_ICMP6 ? GW_IS_ICMP : 0;
				p->protocol = ext[0];
				p->l4 = 0;
				return GW_FORWARDED;
			}
		}
		at += gw_extension_length(next, ext);
		if (at > end)
			return GW_DROP_BAD_LENGTH;
		next = ext[0];
	}
	return GW_DROP_BAD_IP6_HEADER;
}

static inline uint8_t parse_ip6(struct gw_packet *p)
{
	const uint8_t *ip = p->data + p->l3;
	uint32_t length;

	p->family = 6;
	if (gw_unlikely(p->data_len < p->l3 + 40u))
		return GW_DROP_BAD_LENGTH;
	if (gw_unlikely(ip[0] >> 4 != 6))
		return GW_DROP_BAD_IP6_HEADER;
	length = 40u + gw_be16(gw_load16(ip + 4));
	if (gw_unlikely(length > UINT16_MAX || p->frame_len < p->l3 + length))
		return GW_DROP_BAD_LENGTH;
	p->ip_len = (uint16_t)length;
	if (gw_unlikely(!ip[7]))
		return GW_DROP_TTL;
	return walk_ip6(p, p->l3 + 40u, ip[6]);
}

static __attribute__((noinline)) uint8_t parse_any(const struct gw_arrival *arrival,
						   struct gw_packet *p)
{
	uint16_t type;

	memset(&p->family, 0, sizeof(*p) - offsetof(struct gw_packet, family));

	if (gw_unlikely(p->data_len < 14 || p->frame_len < p->data_len))
		return GW_DROP_BAD_LENGTH;
	if (gw_unlikely(!arrival->polled || !gw_arrives(arrival, p->data)))
		return GW_LEFT_NOT_MINE;
	type = ethertype(p);
	if (gw_likely(type == ETHER_IP4))
		return parse_ip4(p);
	if (gw_likely(type == ETHER_IP6))
		return parse_ip6(p);
	return type ? GW_LEFT_ETHERTYPE : GW_DROP_BAD_LENGTH;
}

uint32_t gw_parse(const struct gw_snapshot *snapshot, struct gw_packet *packets, uint32_t count)
{
	struct gw_arrival arrival = gw_arrival(snapshot, count ? packets[0].port : 0);
	uint32_t special = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];

		if (gw_likely(arrival.polled && gw_parse_usual4(&arrival, p)))
			continue;
		if (gw_likely(arrival.polled && gw_parse_usual6(&arrival, p)))
			continue;
		p->verdict = parse_any(&arrival, p);
		special |= p->special;
	}
	return special;
}
