/* SPDX-License-Identifier: Apache-2.0 */
/* What an ICMP error quotes: the head of the packet that it is about. */
#ifndef GW_QUOTE_H
#define GW_QUOTE_H

#include "ip.h"
#include "state.h"

struct gw_quote {
	uint16_t l3;         /* offset of the quoted IP header from data */
	uint16_t l4;         /* of the quoted L4 header; 0: it is not there (a later fragment) */
	uint16_t end;        /* of the quote */
	uint8_t protocol;    /* behind options and extension headers */
	uint16_t src_port;   /* host order, where l4 is a TCP or UDP header with 8 bytes there */
	uint16_t dst_port;
};

/* Offsets of the quoted addresses from data. */
static inline uint32_t gw_quote_src(const struct gw_packet *p, const struct gw_quote *quote)
{
	return quote->l3 + gw_address_at(p->family, GW_SRC);
}

static inline uint32_t gw_quote_dst(const struct gw_packet *p, const struct gw_quote *quote)
{
	return quote->l3 + gw_address_at(p->family, GW_DST);
}

/* quote.c: reads the quote of a packet that parse marked GW_IS_ICMP. False: it is no error (RFC
 * 792: 3, 4, 5, 11, 12; RFC 4443: 1 to 127), a fragment, or its quote is not a whole IP header of
 * the packet's family. */
bool gw_quote_read(const struct gw_packet *packet, struct gw_quote *quote);

#endif
