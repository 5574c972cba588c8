/* SPDX-License-Identifier: Apache-2.0 */
/* The parsed view of one packet, handed from step to step. Knows nothing of DPDK. */
#ifndef GW_PACKET_H
#define GW_PACKET_H

#include "guideway.h"

#define GW_BURST 32 /* most packets that go through the steps together */

struct gw_server;
struct gw_vip;
struct gw_bucket;

/*
 * The caller fills the first group. `data` points at the Ethernet header; `headroom` bytes before it
 * belong to the packet too, and `data_len` bytes from it may be read (the first segment). encap
 * moves `data` and changes both lengths; the caller then makes its buffer agree.
 * Writers: each group by the step named above it.
 */
struct gw_packet {
	/* caller */
	uint8_t *data;
	uint32_t data_len;
	uint32_t frame_len;  /* all segments */
	uint16_t headroom;
	uint8_t port;        /* in: where it came from (index); encap: where it leaves */
	/* parse; any step may end a packet by a verdict other than GW_FORWARDED */
	uint8_t verdict;     /* enum gw_verdict; GW_FORWARDED as long as it goes on */
	uint8_t family;      /* 4 or 6 */
	uint8_t protocol;    /* behind IPv4 options and IPv6 extension headers */
	uint16_t l3;         /* offset of the IP header from data: 14, 18 or 22 */
	uint16_t ip_len;     /* bytes from the IP header on, without Ethernet padding */
	uint16_t src_port;   /* host order; 0 where there is none or the packet is a fragment */
	uint16_t dst_port;
	uint8_t fragment;    /* 1: any fragment, first or later */
	/* flow */
	uint8_t decided;     /* enum gw_decided */
	uint8_t tracked;     /* 1: the flow is remembered */
	uint8_t first;       /* 1: and it was this packet that made it so */
	uint8_t reserved[2];
	uint32_t server;     /* slot id; 0: none */
	/* vip */
	const struct gw_vip *vip;
	/* flow */
	uint64_t hash;
	struct gw_bucket *bucket;
} __attribute__((aligned(64)));
_Static_assert(sizeof(void *) != 8 || sizeof(struct gw_packet) == 64, "a packet is one cache line");

#endif
