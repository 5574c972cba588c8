/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_BACK_H
#define GW_BACK_H

#include "state.h"

/*
 * The step, after vip: packets that no VIP holds (GW_LEFT_NOT_VIP) and that came in by a port with
 * GW_PORT_SNAT4 (IPv4) or GW_PORT_SNAT6 (IPv6). One from a nat server's address and target port
 * leaves from the VIP: source address and port become those that the client sent to, TTL goes down
 * by one, checksums follow, verdict GW_RETURNED, counted for VIP and server. Which VIP: by the
 * remembered way (way.h), else by nat_index where only one is possible, else GW_LEFT_NO_FLOW. What
 * has no ports (an echo reply) goes by a remembered way from any nat server's address. An ICMP
 * error about a packet to a nat server is translated inside (the quote's destination), and outside
 * if the server itself sent it.
 * All others keep GW_LEFT_NOT_VIP and are untouched: neighbour discovery, too, and without a
 * remembered way what is for the node's own address, a group or the link.
 * With GW_RETURNED p->server is set, and tells the VIP; p->vip stays NULL.
 * Further verdicts: GW_DROP_TTL_EXPIRED, GW_DROP_TOO_BIG, GW_DROP_NO_NEXT_HOP; then p->server and
 * p->vip stay unset, and the packet is untouched (too big: p->hash is the MTU, that of the port
 * where it would leave). An IPv4 packet without don't-fragment that does not fit gets GW_IS_CUT.
 */
void gw_back(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	     struct gw_packet *packets, uint32_t count);

#endif
