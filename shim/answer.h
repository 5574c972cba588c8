/* SPDX-License-Identifier: Apache-2.0 */
/* ICMP errors to the sender of a packet, made beside it: out by the port it came in, to the MAC
 * address it came from, with its VLAN tags. */
#ifndef GW_ANSWER_H
#define GW_ANSWER_H

#include "state.h"

#define GW_ICMP_A_SECOND 1000 /* errors that a worker sends in a second (RFC 1812, 4.3.2.8) */

/* "Fragmentation needed" (RFC 1191) or "packet too big" (RFC 4443): from the packet's destination.
 * `cause`: its place in the burst. The packet must be untouched; p->port is where it came in. */
void gw_answer_too_big(struct gw_worker *worker, const struct gw_packet *p, uint16_t mtu,
		       uint8_t cause);

/* The step, after oversize: "time exceeded" for every packet with the verdict GW_DROP_TTL_EXPIRED,
 * from the node's own address, or where it has none from the packet's destination. */
void gw_answer_ttl(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		   struct gw_packet *packets, uint32_t count);

/*
 * Nothing is sent about (RFC 1122, 3.2.2; RFC 4443, 2.4): an ICMP error, a later fragment, a packet
 * to or from a group or broadcast address or an unspecified source, one that came in a group MAC
 * frame. IPv4 errors quote up to 576 bytes in all (RFC 1812, 4.3.2.3), IPv6 ones up to 1280.
 * Counted: GW_W_ICMP_SENT, GW_W_ICMP_LIMITED. Without room among the made frames (made.h) nothing
 * is sent.
 */

#endif
