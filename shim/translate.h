/* SPDX-License-Identifier: Apache-2.0 */
/* What changes in a packet that is sent on as a router does it, with another address and port at
 * one of its ends. Checksums follow by difference (RFC 1624): a wrong one stays wrong, a missing
 * one missing. */
#ifndef GW_TRANSLATE_H
#define GW_TRANSLATE_H

#include "checksum.h"
#include "ip.h"
#include "quote.h"
#include "state.h"

/* Whether a router sends the packet on over a link of that MTU: GW_FORWARDED (where it has to be
 * cut for that, it gets GW_IS_CUT), GW_DROP_TTL_EXPIRED or GW_DROP_TOO_BIG. No byte of it
 * changes. */
static inline uint8_t gw_may_go(struct gw_packet *p, uint16_t mtu)
{
	const uint8_t *ip = p->data + p->l3;
	bool ip4 = p->family == 4;

	if (gw_unlikely(ip[ip4 ? 8 : 7] <= 1))
		return GW_DROP_TTL_EXPIRED;
	if (gw_likely(p->ip_len <= mtu))
		return GW_FORWARDED;
	if (!ip4 || ip[6] & GW_IP_DF)
		return GW_DROP_TOO_BIG;
	p->special |= GW_IS_CUT;
	return GW_FORWARDED;
}

/* TTL or hop limit, which must not be 0, goes down by one; an IPv4 header that grew by `delta`
 * besides gets its checksum. */
static inline void gw_take_hop(uint8_t *ip, uint8_t family, uint64_t delta)
{
	if (family == 6) {
		ip[7]--;
		return;
	}
	ip[8]--;
	gw_checksum_update(ip + 10, delta + (uint16_t)~gw_be16(0x0100));
}

/* The frame leaves there: the Ethernet addresses change, its tags stay, and its padding goes.
 * `macs`: destination and source, 12 bytes. */
static inline void gw_leave(struct gw_packet *p, const uint8_t *macs, uint8_t port)
{
	uint32_t length = p->l3 + (uint32_t)p->ip_len;
	uint8_t *frame = p->data;

	p->data_len = p->data_len < length ? p->data_len : length;
	p->frame_len = length;
	p->port = port;
	memcpy(frame, macs, 12);
}

/* These write, and return by how much a sum over what they write grows. */
static inline uint64_t gw_put16(uint8_t *at, uint16_t value)
{
	uint16_t old = gw_load16(at);

	gw_store16(at, value);
	return value + (uint64_t)(uint16_t)~old;
}

static inline uint64_t gw_put32(uint8_t *at, uint32_t value)
{
	uint32_t old = gw_load32(at);

	gw_store32(at, value);
	return value + (uint64_t)(uint32_t)~old;
}

static inline uint64_t gw_put_address(uint8_t *at, const uint8_t *address, uint8_t family)
{
	uint64_t old, new;

	if (gw_likely(family == 4))
		return gw_put32(at, gw_load32(address));
	old = gw_sum(at, 16);
	new = gw_sum(address, 16);
	memcpy(at, address, 16);
	return new + UINT64_C(4) * UINT32_MAX - old; /* a multiple of 0xffff counts as 0 */
}

/* Offset of the L4 checksum that covers the IP addresses, too; 0: the protocol has none. */
static inline uint32_t gw_checksum_at(uint8_t family, uint8_t protocol)
{
	if (gw_likely(protocol == GW_IP_TCP))
		return 16;
	if (protocol == GW_IP_UDP)
		return 6;
	return protocol == GW_IP_ICMP6 && family == 6 ? 2 : 0;
}

/* The L4 header after `delta`, by which an address of its packet grew: the end's port becomes
 * `port` (network order; 0, or another protocol than TCP and UDP: nothing does), the checksum
 * follows if it is among the `there` bytes. Of a TCP or UDP header at least the ports must be. */
static inline uint64_t gw_put_l4(uint8_t *l4, uint32_t there, uint8_t family, uint8_t protocol,
				 enum gw_end end, uint16_t port, uint64_t delta)
{
	uint32_t at = gw_checksum_at(family, protocol);
	uint64_t grown = 0;
	uint16_t sum;

	if (port && gw_has_ports(protocol))
		grown = gw_put16(l4 + 2 * end, port);
	if (!at || gw_unlikely(there < at + 2))
		return grown;
	sum = gw_load16(l4 + at);
	if (protocol == GW_IP_UDP)
		gw_checksum_update_udp(l4 + at, delta + grown);
	else
		gw_checksum_update(l4 + at, delta + grown);
	return grown + gw_load16(l4 + at) + (uint16_t)~sum;
}

/* Sends the packet on with another address and port (network order; 0: it stays) at one end: they,
 * TTL and checksums change. `protocol`: of its L4 header, which is not p->protocol for
 * GW_IS_ERROR. What the packet says is read before its first byte is written: to the compiler that
 * could be any of it. */
static inline __attribute__((always_inline)) void gw_translate_of(struct gw_packet *p,
								  uint8_t family, uint8_t protocol,
								  enum gw_end end,
								  const uint8_t *address,
								  uint16_t port)
{
	uint8_t *data = p->data, *ip = data + p->l3;
	uint32_t l4 = p->l4, stop = p->l3 + (uint32_t)p->ip_len;
	uint64_t delta;

	stop = stop < p->data_len ? stop : p->data_len;
	delta = gw_put_address(ip + gw_address_at(family, end), address, family);
	gw_take_hop(ip, family, delta);
	if (gw_likely(l4 && l4 < stop))
		gw_put_l4(data + l4, stop - l4, family, protocol, end, port, delta);
}

/* The code once for each family, in which that is a constant. */
static inline void gw_translate(struct gw_packet *p, uint8_t protocol, enum gw_end end,
				const uint8_t *address, uint16_t port)
{
	if (gw_likely(p->family == 4))
		gw_translate_of(p, 4, protocol, end, address, port);
	else
		gw_translate_of(p, 6, protocol, end, address, port);
}

/* The same inside an ICMP error, for an end of the packet that it quotes, whose TTL stays. */
static inline void gw_translate_quote(struct gw_packet *p, const struct gw_quote *quote,
				      enum gw_end end, const uint8_t *address, uint16_t port)
{
	uint8_t *ip = p->data + quote->l3;
	uint64_t delta = gw_put_address(ip + gw_address_at(p->family, end), address, p->family);
	uint64_t grown = delta;

	if (p->family == 4)
		grown += gw_put16(ip + 10, (uint16_t)~gw_fold((uint16_t)~gw_load16(ip + 10) +
							      delta));
	if (quote->l4)
		grown += gw_put_l4(p->data + quote->l4, quote->end - quote->l4, p->family,
				   quote->protocol, end, port, delta);
	gw_checksum_update(p->data + p->l4 + 2, grown);
}

#endif
