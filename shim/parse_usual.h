/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The short way through parse, which most packets take: TCP or UDP over IP without tags, options,
 * extension headers and fragments, and nothing wrong with it. What is different in any way is left
 * to the long way, which finds out what it is; both fill a usual packet alike. (Step parse takes 71
 * instructions a packet over IPv4 by it, 129 without it.)
 */
#ifndef GW_PARSE_USUAL_H
#define GW_PARSE_USUAL_H

#include "ip.h"
#include "state.h"

/* Whose frames a burst has, all of which came in by one port: those whose first 8 bytes are `mac`
 * where `mask` has ones. */
struct gw_arrival {
	uint64_t mac, mask;
	bool polled; /* else none is ours, whatever it begins with */
};

static inline struct gw_arrival gw_arrival(const struct gw_snapshot *snapshot, uint8_t port)
{
	uint8_t at = port < GW_MAX_PORTS ? snapshot->port_at[port] : GW_NO_HOP;
	struct gw_arrival arrival = { .polled = at != GW_NO_HOP };

	if (!arrival.polled || snapshot->ports[at].any_mac)
		return arrival;
	memcpy(&arrival.mac, snapshot->ports[at].mac, 6);
	memset(&arrival.mask, 0xff, 6);
	return arrival;
}

static inline bool gw_arrives(const struct gw_arrival *arrival, const uint8_t *frame)
{
	return !((gw_load64(frame) ^ arrival->mac) & arrival->mask);
}

/* 64 bits that become 16 by folding, plus 64 more. */
static inline uint64_t gw_add_carry(uint64_t a, uint64_t b)
{
	uint64_t sum = a + b;

	return sum + (sum < a);
}

/* The parse group of one, and 0 in all that later steps fill, in few wide stores. `ports`: as they
 * stand in the packet. */
static inline void gw_fill_usual(struct gw_packet *p, uint8_t family, uint8_t protocol,
				 uint32_t length, uint32_t ports)
{
	memset(&p->verdict, 0, sizeof(*p) - offsetof(struct gw_packet, verdict));
	p->family = family;
	p->protocol = protocol;
	p->l3 = 14;
	p->ip_len = (uint16_t)length;
	p->l4 = family == 4 ? 34 : 54;
	ports = gw_be32(ports);
	p->src_port = (uint16_t)(ports >> 16);
	p->dst_port = (uint16_t)ports;
}
_Static_assert(GW_FORWARDED == 0, "a verdict of zeroes lets a packet go on");

/* False: nothing was written. */
static inline bool gw_parse_usual4(const struct gw_arrival *arrival, struct gw_packet *p)
{
	enum { PORTS_END = 20 + 4 };
	const uint8_t *frame = p->data, *ip = frame + 14;
	uint32_t length, frame_len = p->frame_len;
	uint64_t sum;

	if (gw_unlikely(p->data_len < 14 + PORTS_END || frame_len < p->data_len))
		return false;
	/* Ethertype, version and header length in one; the TOS beside them may be anything. */
	if (gw_unlikely((gw_load32(frame + 12) ^ gw_be32(0x08004500)) & gw_be32(0xffffff00)))
		return false;
	length = gw_be16(gw_load16(ip + 2));
	sum = gw_add_carry(gw_load64(ip), gw_load64(ip + 8));
	sum = gw_add_carry(sum, gw_load32(ip + 16));
	if (gw_unlikely(!gw_arrives(arrival, frame) || length < PORTS_END ||
			frame_len < 14 + length || !ip[8] || !gw_has_ports(ip[9]) ||
			gw_load16(ip + 6) & gw_be16(GW_IP_MORE | GW_IP_OFFSET) ||
			gw_fold(sum) != 0xffff))
		return false;
	gw_fill_usual(p, 4, ip[9], length, gw_load32(ip + 20));
	return true;
}

static inline bool gw_parse_usual6(const struct gw_arrival *arrival, struct gw_packet *p)
{
	enum { PORTS_END = 40 + 4 };
	const uint8_t *frame = p->data, *ip = frame + 14;
	uint32_t length, frame_len = p->frame_len;

	if (gw_unlikely(p->data_len < 14 + PORTS_END || frame_len < p->data_len))
		return false;
	/* Ethertype and version. */
	if (gw_unlikely((gw_load32(frame + 12) ^ gw_be32(0x86dd6000)) & gw_be32(0xfffff000)))
		return false;
	length = 40u + gw_be16(gw_load16(ip + 4));
	if (gw_unlikely(!gw_arrives(arrival, frame) || length < PORTS_END ||
			length > UINT16_MAX || frame_len < 14 + length || !ip[7] ||
			!gw_has_ports(ip[6])))
		return false;
	gw_fill_usual(p, 6, ip[6], length, gw_load32(ip + 40));
	return true;
}

#endif
