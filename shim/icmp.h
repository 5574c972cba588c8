/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_ICMP_H
#define GW_ICMP_H

#include "state.h"

/* The step, before vip: of the packets to VIPs (and the node's own address) that are ICMP and still
 * go on,
 * - an echo request to a VIP whose `echo` VIP has GW_VIP_ECHO becomes the reply in place: addresses
 * exchanged, IPv6 extension headers taken out, TTL 64, back to the MAC it came from, verdict
 * GW_ANSWERED, counted for the VIP. Fragments are answered each by itself, with all their headers.
 * One from or to a group or broadcast address goes on like any packet. - an error whose quote is a
 * packet from the error's own destination gets GW_IS_ERROR: protocol   and ports become those of
 * the client's packets (the quote's, exchanged; 0 where its protocol   has none). A quote without 8
 * bytes of L4 tells no flow. The rest is left to vip. */
void gw_icmp(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	     struct gw_packet *packets, uint32_t count);

#endif
