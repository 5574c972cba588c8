/* SPDX-License-Identifier: Apache-2.0 */
/* ICMP to a VIP: echo requests are answered in place (RFC 792, RFC 4443), errors are made part of
 * the flow that they are about. */
#include "checksum.h"
#include "icmp.h"
#include "quote.h"
#include "reply.h"
#include "vip_index.h"

enum { ECHO4 = 8, REPLY4 = 0, ECHO6 = 128, REPLY6 = 129 };
#define ECHO_HEADER 8u

/* An echo request. Of one in fragments every fragment counts, and each is turned round by itself:
 * nothing else of ICMP is that long (RFC 1812, 4.3.2.3; RFC 4443, 2.4). */
static bool is_echo(const struct gw_packet *p)
{
	uint32_t end = p->l4 + ECHO_HEADER;

	if (p->special & GW_IS_LATER)
		return gw_may_reply(p);
	return end <= p->l3 + (uint32_t)p->ip_len && end <= p->data_len &&
	       p->data[p->l4] == (p->family == 4 ? ECHO4 : ECHO6) && gw_may_reply(p);
}

/* Takes the extension headers out: a routing header or an authentication header would say something
 * else on the way back. IPv4 options stay, and so do all headers of a fragment. */
static void drop_extensions(struct gw_packet *p)
{
	uint32_t head = p->l3 + 40u, length = p->l4 - head;
	uint8_t *ip;

	if (p->family == 4 || p->special & GW_IS_FRAGMENT || !length)
		return;
	memmove(p->data + length, p->data, head);
	p->data += length;
	p->headroom += (uint16_t)length;
	p->data_len -= length;
	p->ip_len -= (uint16_t)length;
	p->l4 -= (uint16_t)length;
	ip = p->data + p->l3;
	gw_store16(ip + 4, gw_be16(p->ip_len - 40));
	ip[6] = GW_IP_ICMP6;
}

/* Exchanged addresses leave every sum over them as it is. */
static void turn_ip(uint8_t *ip, uint8_t family)
{
	uint32_t length = gw_address_length(family);
	uint8_t *src = ip + gw_address_at(family, GW_SRC), address[16];
	uint16_t old = gw_load16(ip + 8);

	memcpy(address, src, length);
	memcpy(src, src + length, length);
	memcpy(src + length, address, length);
	if (family == 6) {
		ip[7] = GW_REPLY_TTL;
		return;
	}
	ip[8] = GW_REPLY_TTL;
	gw_checksum_update(ip + 10, gw_load16(ip + 8) + gw_minus(old));
}

static void turn_echo(uint8_t *icmp, uint8_t family)
{
	uint16_t old = gw_load16(icmp);

	icmp[0] = family == 4 ? REPLY4 : REPLY6;
	gw_checksum_update(icmp + 2, gw_load16(icmp) + gw_minus(old));
}

static void answer(struct gw_worker *worker, const struct gw_vip *vip, struct gw_packet *p)
{
	uint32_t end;

	drop_extensions(p);
	gw_turn_ethernet(p->data);
	turn_ip(p->data + p->l3, p->family);
	if (!(p->special & GW_IS_LATER))
		turn_echo(p->data + p->l4, p->family);
	end = p->l3 + (uint32_t)p->ip_len; /* behind it is Ethernet's padding */
	p->data_len = p->data_len < end ? p->data_len : end;
	p->frame_len = end;
	p->vip = vip;
	p->verdict = GW_ANSWERED;
	worker->vip_counters[(uint64_t)vip->id * GW_V_STRIDE + GW_V_ANSWERED]++;
}

/* A quote that ends before its L4 header, or is a later fragment, does not tell its flow. */
static void find_flow(struct gw_packet *p, const uint8_t *dst)
{
	struct gw_quote quote;
	bool ports;

	if (!gw_quote_read(p, &quote) || !quote.l4 ||
	    !gw_same_address(p->family, p->data + gw_quote_src(p, &quote), dst))
		return;
	ports = gw_has_ports(quote.protocol);
	p->special |= GW_IS_ERROR;
	p->protocol = quote.protocol;
	p->src_port = ports ? quote.dst_port : 0;
	p->dst_port = ports ? quote.src_port : 0;
}

void gw_icmp(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	     struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];
		const uint8_t *dst = gw_address(p, GW_DST);
		const struct gw_vip_entry *e;

		if (gw_likely(!(p->special & GW_IS_ICMP)) || p->verdict != GW_FORWARDED)
			continue;
		e = gw_vip_prefix_of(snapshot->index, p->family, dst);
		if (!e)
			continue;
		if (!is_echo(p))
			find_flow(p, dst);
		else if (e->echo && e->echo->flags & GW_VIP_ECHO)
			answer(worker, e->echo, p);
	}
}
