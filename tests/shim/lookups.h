/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, the VIPs that they lead to, and packets that are nothing but a destination. */
#ifndef GW_TEST_LOOKUPS_H
#define GW_TEST_LOOKUPS_H

#include "vip.h"
#include "vip_index.h"

#include "sample.h"

#define MOST 10000

static struct gw_vip_key keys[MOST];
static struct gw_vip vips[MOST];

/* An IP header with nothing in it but the destination, and a byte behind it. */
struct ip {
	uint8_t bytes[41];
};

static inline struct gw_packet packet_to(struct ip *ip, const uint8_t *dst, uint8_t family,
				  uint8_t protocol, uint16_t port)
{
	memset(ip, 0, sizeof(*ip));
	memcpy(ip->bytes + (family == 6 ? 24 : 16), dst, family == 6 ? 16 : 4);
	return (struct gw_packet){ .data = ip->bytes, .data_len = sizeof(*ip), .family = family,
				   .protocol = protocol, .dst_port = port,
				   .l4 = family == 6 ? 40 : 20 };
}

/* An ICMP message of that type; `special` beside GW_IS_ICMP. */
static inline struct gw_packet icmp_to(struct ip *ip, const uint8_t *dst, uint8_t family,
				       uint8_t type, uint8_t special)
{
	struct gw_packet p = packet_to(ip, dst, family, family == 6 ? 58 : 1, 0);

	ip->bytes[p.l4] = type;
	p.special = GW_IS_ICMP | special;
	return p;
}

#endif
