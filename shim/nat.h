/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_NAT_H
#define GW_NAT_H

#include "state.h"

/* The step, for packets to servers of kind NAT4 and NAT6: destination address and port become the
 * server's (a target_port of 0 keeps the port; ICMP and later fragments have none), TTL or hop
 * limit goes down by one, IP and L4 checksums follow (a UDP checksum of 0 stays 0), and the packet
 * is counted. An ICMP error about a flow (GW_IS_ERROR) is translated inside, too: the quote's
 * source. Before that, whatever becomes of the packet, the way back of its flow is remembered
 * (way.h) unless it is an error, or was decided by a remembered flow of a VIP that is not sticky
 * and that had a packet in these seconds (GW_IS_DUE).
 * Verdicts: GW_DROP_NO_NEXT_HOP, GW_DROP_TTL_EXPIRED, GW_DROP_TOO_BIG: then the packet is as it
 * was. An IPv4 packet without don't-fragment that does not fit server->mtu gets GW_IS_CUT. */
void gw_nat(struct gw_worker *worker, const struct gw_snapshot *snapshot, struct gw_packet *packets,
	    uint32_t count);

#endif
