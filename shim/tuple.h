/* SPDX-License-Identifier: Apache-2.0 */
/* What a packet's flow is known by. */
#ifndef GW_TUPLE_H
#define GW_TUPLE_H

#include "quote.h"
#include "state.h"

/* Addresses are the family's length; ports in host order. */
struct gw_tuple {
	const uint8_t *src, *dst;
	uint16_t src_port, dst_port;
	uint8_t protocol;
};

/* Whether that is simply what stands in the packet's headers. */
static inline bool gw_tuple_is_plain(const struct gw_packet *p)
{
	return !(p->special & GW_IS_ERROR || p->vip->flags & GW_VIP_STICKY);
}

/* A client's address alone for a sticky VIP; for an ICMP error the flow that it is about. */
static inline struct gw_tuple gw_tuple_of(const struct gw_packet *p)
{
	struct gw_tuple t = { gw_address(p, GW_SRC), gw_address(p, GW_DST),
			      p->src_port, p->dst_port, p->protocol };
	struct gw_quote quote;

	if (gw_unlikely(p->special & GW_IS_ERROR) && gw_quote_read(p, &quote))
		t.src = p->data + gw_quote_dst(p, &quote);
	if (gw_unlikely(p->vip->flags & GW_VIP_STICKY)) {
		t.dst = p->vip->prefix;
		t.src_port = 0;
		t.dst_port = p->vip->port;
		t.protocol = p->vip->protocol;
	}
	return t;
}

#endif
