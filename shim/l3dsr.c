/* SPDX-License-Identifier: Apache-2.0 */
/* L3DSR: the server's address becomes the destination, and the DSCP tells the server which VIP it
 * was. */
#include "count.h"
#include "l3dsr.h"
#include "translate.h"

#define ECN 0x03

/* The checksum of an IPv4 packet's L4 header; an ICMP error shows the protocol of its quote. */
static inline void rewrite_l4(struct gw_packet *p, uint64_t delta)
{
	uint32_t stop = p->l3 + (uint32_t)p->ip_len;

	stop = stop < p->data_len ? stop : p->data_len;
	if (gw_likely(p->l4 && p->l4 < stop && !(p->special & GW_IS_ICMP)))
		gw_put_l4(p->data + p->l4, stop - p->l4, 4, p->protocol, GW_DST, 0, delta);
}

static inline void rewrite(const struct gw_server *server, struct gw_packet *p)
{
	uint8_t *ip = p->data + p->l3, tos = (uint8_t)(server->to.dscp << 2 | (ip[1] & ECN));
	uint64_t delta = gw_put_address(ip + 16, server->to.address, 4);

	rewrite_l4(p, delta);
	gw_take_hop(ip, 4, delta + gw_put16(ip, gw_be16((uint16_t)(ip[0] << 8 | tos))));
	gw_leave(p, server->to.ether, server->port);
}

void gw_l3dsr(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	      struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];
		const struct gw_server *to = &snapshot->servers[p->server];

		if (p->verdict != GW_FORWARDED || to->kind != GW_SERVER_L3DSR)
			continue;
		p->verdict = to->port == GW_NO_HOP ? GW_DROP_NO_NEXT_HOP : gw_may_go(p, to->mtu);
		if (gw_unlikely(p->verdict != GW_FORWARDED)) {
			gw_count_refused(worker, p);
			continue;
		}
		rewrite(to, p);
		gw_count_forwarded(worker, p);
	}
}
