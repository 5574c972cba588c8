/* SPDX-License-Identifier: Apache-2.0 */
/* L3DSR: the server's address becomes the destination, and the DSCP tells the server which VIP it was. */
#include "checksum.h"
#include "l3dsr.h"

#define DF 0x40
#define ECN 0x03
enum { TCP = 6, UDP = 17 };

static uint8_t check(const struct gw_server *server, struct gw_packet *p)
{
	const uint8_t *ip = p->data + p->l3;

	if (gw_unlikely(server->port == GW_NO_HOP))
		return GW_DROP_NO_NEXT_HOP;
	if (gw_unlikely(ip[8] <= 1))
		return GW_DROP_TTL_EXPIRED;
	if (gw_likely(p->ip_len <= server->mtu))
		return GW_FORWARDED;
	if (ip[6] & DF)
		return GW_DROP_TOO_BIG;
	p->special |= GW_IS_CUT;
	return GW_FORWARDED;
}

/* Destination, DSCP and TTL, and the header's checksum with them. Returns what the destination adds to
 * the sum of the pseudo header. */
static uint64_t rewrite_ip4(const struct gw_server *server, uint8_t *ip)
{
	uint64_t delta = gw_minus(gw_load32(ip + 16)) + gw_load32(server->to.address);
	uint64_t other = gw_minus((uint64_t)gw_load16(ip) + gw_load16(ip + 8));

	ip[1] = (uint8_t)(server->to.dscp << 2 | (ip[1] & ECN));
	ip[8]--;
	memcpy(ip + 16, server->to.address, 4);
	gw_checksum_update(ip + 10, delta + other + gw_load16(ip) + gw_load16(ip + 8));
	return delta;
}

/* Whether `length` bytes from `at` (from data) are there. */
static bool there(const struct gw_packet *p, uint32_t at, uint32_t length)
{
	return at + length <= p->l3 + (uint32_t)p->ip_len && at + length <= p->data_len;
}

static void rewrite_l4(struct gw_packet *p, uint64_t delta)
{
	uint8_t *l4 = p->data + p->l4;

	if (!p->l4 || p->special & GW_IS_ICMP) /* an ICMP error shows the protocol of its quote */
		return;
	if (p->protocol == TCP && there(p, p->l4, 18))
		gw_checksum_update(l4 + 16, delta);
	else if (p->protocol == UDP && there(p, p->l4, 8))
		gw_checksum_update_udp(l4 + 6, delta);
}

static void rewrite(const struct gw_server *server, struct gw_packet *p)
{
	uint32_t end = p->l3 + (uint32_t)p->ip_len;

	rewrite_l4(p, rewrite_ip4(server, p->data + p->l3));
	memcpy(p->data, server->to.ether, 12);
	p->data_len = p->data_len < end ? p->data_len : end;
	p->frame_len = end;
	p->port = server->port;
}

void gw_l3dsr(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	      struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];
		const struct gw_server *to = &snapshot->servers[p->server];
		uint64_t *vip, *server;

		if (p->verdict != GW_FORWARDED || to->kind != GW_SERVER_L3DSR)
			continue;
		vip = &worker->vip_counters[(uint64_t)p->vip->id * GW_V_STRIDE];
		p->verdict = check(to, p);
		if (gw_unlikely(p->verdict != GW_FORWARDED)) {
			vip[GW_V_NO_NEXT_HOP] += p->verdict == GW_DROP_NO_NEXT_HOP;
			vip[GW_V_TTL_EXPIRED] += p->verdict == GW_DROP_TTL_EXPIRED;
			continue;
		}
		rewrite(to, p);
		server = &worker->server_counters[(uint64_t)p->server * GW_S_STRIDE];
		vip[GW_V_PACKETS]++;
		vip[GW_V_BYTES] += p->ip_len;
		server[GW_S_PACKETS]++;
		server[GW_S_BYTES] += p->ip_len;
	}
}
