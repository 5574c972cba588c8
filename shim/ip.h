/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and places of the IP headers, for the steps that read or write them. */
#ifndef GW_IP_H
#define GW_IP_H

#include <stdbool.h>

#include "bytes.h"
#include "packet.h"

/* Protocols and next headers. */
enum {
	GW_IP_HOP_BY_HOP = 0,
	GW_IP_ICMP = 1,
	GW_IP_IPIP = 4,
	GW_IP_TCP = 6,
	GW_IP_UDP = 17,
	GW_IP_IPV6 = 41,
	GW_IP_ROUTING = 43,
	GW_IP_FRAGMENT = 44,
	GW_IP_GRE = 47,
	GW_IP_AH = 51,
	GW_IP_ICMP6 = 58,
	GW_IP_OPTIONS = 60
};

#define GW_IP_EXTENSIONS_MOST 8 /* that are walked */

/* IPv4: byte 6 of the header, and the 16-bit field that begins there. */
#define GW_IP_DF 0x40
#define GW_IP_MORE 0x2000
#define GW_IP_OFFSET 0x1fff /* in units of 8 bytes */

enum gw_end { GW_SRC, GW_DST };

static inline bool gw_has_ports(uint8_t protocol)
{
	return protocol == GW_IP_TCP || protocol == GW_IP_UDP;
}

/* Whether the next header is an extension header of IPv6 that is walked. */
static inline bool gw_is_extension(uint8_t next)
{
	return next == GW_IP_HOP_BY_HOP || next == GW_IP_ROUTING || next == GW_IP_FRAGMENT ||
	       next == GW_IP_AH || next == GW_IP_OPTIONS;
}

/* Its length (RFC 8200, 4; RFC 4302, 2.2); the first two bytes must be there. */
static inline uint32_t gw_extension_length(uint8_t type, const uint8_t *ext)
{
	if (type == GW_IP_FRAGMENT)
		return 8;
	return type == GW_IP_AH ? (ext[1] + 2u) * 4 : (ext[1] + 1u) * 8;
}

static inline uint32_t gw_address_length(uint8_t family)
{
	return family == 4 ? 4 : 16;
}

/* Offset of an end's address in an IP header. */
static inline uint32_t gw_address_at(uint8_t family, enum gw_end end)
{
	return family == 4 ? 12 + 4 * (uint32_t)end : 8 + 16 * (uint32_t)end;
}

/* An end's address of a packet that parse took apart. */
static inline uint8_t *gw_address(const struct gw_packet *p, enum gw_end end)
{
	return p->data + p->l3 + gw_address_at(p->family, end);
}

static inline bool gw_same_address(uint8_t family, const uint8_t *a, const uint8_t *b)
{
	if (__builtin_expect(family == 4, 1))
		return gw_load32(a) == gw_load32(b);
	return gw_load64(a) == gw_load64(b) && gw_load64(a + 8) == gw_load64(b + 8);
}

#endif
