/* SPDX-License-Identifier: Apache-2.0 */
/* The parsed view of one packet, handed from step to step. Knows nothing of DPDK. */
#ifndef GW_PACKET_H
#define GW_PACKET_H

#include "guideway.h"

#define GW_BURST 32 /* most packets that go through the steps together */

struct gw_server;
struct gw_vip;
struct gw_bucket;

/* What is special about a packet; 0 for most. */
enum gw_special {
	GW_IS_FRAGMENT = 1, /* any fragment of a datagram, first or later */
	GW_IS_LATER = 2,    /* a fragment but the first: its L4 header is elsewhere. Until
			       fragment.c found out, its ports are 0 (and over IPv6 its protocol is
			       what stands there) */
	GW_IS_ICMP = 4,     /* ICMP over IPv4, ICMPv6 over IPv6 */
	GW_IS_DUE = 32,     /* the first packet of its flow from its client in some seconds
			       (flow.c): nat makes sure of its way back */
	GW_IS_CUT = 16,     /* it leaves in fragments: too big for its way (oversize.c) */
	GW_IS_ERROR = 8     /* and an error about a flow of a VIP: protocol and ports are those of
			       the flow, as its own packets have them (icmp.c) */
};

/*
 * The caller fills the first group. `data` points at the Ethernet header; `headroom` bytes before
 * it belong to the packet too, and `data_len` bytes from it may be read (the first segment). The
 * steps that send it on move `data` and change both lengths; the caller then makes its buffer
 * agree. Writers: each group by the step named above it.
 */
struct gw_packet {
	/* caller */
	uint8_t *data;
	uint32_t data_len;
	uint32_t frame_len;  /* all segments */
	uint16_t headroom;
	uint8_t port;        /* in: where it came from (index); then: where it leaves */
	/* parse; any step may end a packet by a verdict other than GW_FORWARDED */
	uint8_t verdict;     /* enum gw_verdict; GW_FORWARDED as long as it goes on */
	uint8_t family;      /* 4 or 6 */
	uint8_t protocol;    /* behind IPv4 options and IPv6 extension headers */
	uint16_t l3;         /* offset of the IP header from data: 14, 18 or 22 */
	uint16_t ip_len;     /* bytes from the IP header on, without Ethernet padding */
	uint16_t l4;         /* offset of the L4 header from data; 0: there is none here */
	uint16_t src_port;   /* host order; 0 where there is none */
	uint16_t dst_port;
	uint8_t special;     /* GW_IS_* */
	/* flow */
	uint8_t decided;     /* enum gw_decided */
	uint8_t tracked;     /* 1: the flow is remembered */
	uint8_t first;       /* 1: and it was this packet that made it so */
	uint32_t server;     /* slot id; 0: none */
	/* vip */
	const struct gw_vip *vip;
	/* flow */
	uint64_t hash;
	struct gw_bucket *bucket;
} __attribute__((aligned(64)));
_Static_assert(sizeof(void *) != 8 || sizeof(struct gw_packet) == 64, "a packet is one cache line");

static inline int gw_leaves(const struct gw_packet *packet)
{
	return packet->verdict <= GW_VERDICT_LEAVES;
}

#endif
