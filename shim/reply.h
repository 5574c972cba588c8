/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to whoever sent a packet: whether there may be one, and its way back. */
#ifndef GW_REPLY_H
#define GW_REPLY_H

#include "ip.h"
#include "state.h"

#define GW_REPLY_TTL 64

/* Whether the address names one host elsewhere: not "this" host or net, no loopback, no group, no
 * broadcast (RFC 1122, 3.2.2; RFC 4443, 2.4). */
static inline bool gw_is_host(const uint8_t *address, uint8_t family)
{
	static const uint8_t none[15];

	if (family == 4)
		return address[0] && address[0] != 127 && address[0] < 224;
	return address[0] != 0xff && (memcmp(address, none, 15) || address[15] > 1);
}

/* Whether a packet that parse took apart went from one host to one host. */
static inline bool gw_may_reply(const struct gw_packet *p)
{
	return !((p->data[0] | p->data[6]) & 1) &&
	       gw_is_host(gw_address(p, GW_SRC), p->family) &&
	       gw_is_host(gw_address(p, GW_DST), p->family);
}

/* Exchanges the MAC addresses of a frame. */
static inline void gw_turn_ethernet(uint8_t *frame)
{
	uint8_t mac[6];

	memcpy(mac, frame, 6);
	memcpy(frame, frame + 6, 6);
	memcpy(frame + 6, mac, 6);
}

#endif
