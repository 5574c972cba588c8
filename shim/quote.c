/* SPDX-License-Identifier: Apache-2.0 */
#include "quote.h"

#define ICMP_HEADER 8u /* the quote follows it */
#define LEAST_L4 8u    /* bytes of L4 that must be quoted (RFC 792) */

static bool is_error(uint8_t family, uint8_t type)
{
	if (family == 6)
		return type >= 1 && type <= 127;
	return (type >= 3 && type <= 5) || type == 11 || type == 12;
}

/* The L4 header, if enough of it is there. */
static void read_l4(const struct gw_packet *p, struct gw_quote *quote, uint32_t at)
{
	if (at + LEAST_L4 > quote->end)
		return;
	quote->l4 = (uint16_t)at;
	if (!gw_has_ports(quote->protocol))
		return;
	quote->src_port = gw_be16(gw_load16(p->data + at));
	quote->dst_port = gw_be16(gw_load16(p->data + at + 2));
}

static bool read_ip4(const struct gw_packet *p, struct gw_quote *quote)
{
	const uint8_t *ip = p->data + quote->l3;
	uint32_t header;

	if (quote->l3 + 20u > quote->end || ip[0] >> 4 != 4)
		return false;
	header = (ip[0] & 15u) * 4;
	if (header < 20 || quote->l3 + header > quote->end)
		return false;
	quote->protocol = ip[9];
	if (!(gw_be16(gw_load16(ip + 6)) & GW_IP_OFFSET)) /* no later fragment */
		read_l4(p, quote, quote->l3 + header);
	return true;
}

/* Walks the extension headers as far as they are there. */
static bool read_ip6(const struct gw_packet *p, struct gw_quote *quote)
{
	const uint8_t *ip = p->data + quote->l3;
	uint32_t at = quote->l3 + 40u;

	if (at > quote->end || ip[0] >> 4 != 6)
		return false;
	quote->protocol = ip[6];
	for (int i = 0; i < GW_IP_EXTENSIONS_MOST; i++) {
		const uint8_t *ext = p->data + at;
		uint8_t type = quote->protocol;

		if (!gw_is_extension(type))
			break;
		if (at + 8 > quote->end)
			return true;
		quote->protocol = ext[0];
		if (type == GW_IP_FRAGMENT && gw_be16(gw_load16(ext + 2)) & 0xfff8)
			return true;
		at += gw_extension_length(type, ext);
	}
	read_l4(p, quote, at);
	return true;
}

bool gw_quote_read(const struct gw_packet *p, struct gw_quote *quote)
{
	uint32_t end = p->l3 + (uint32_t)p->ip_len;

	memset(quote, 0, sizeof(*quote));
	end = end < p->data_len ? end : p->data_len;
	end = end < UINT16_MAX ? end : UINT16_MAX;
	if (p->special & GW_IS_FRAGMENT || !p->l4 || p->l4 + ICMP_HEADER > end ||
	    !is_error(p->family, p->data[p->l4]))
		return false;
	quote->l3 = (uint16_t)(p->l4 + ICMP_HEADER);
	quote->end = (uint16_t)end;
	return p->family == 4 ? read_ip4(p, quote) : read_ip6(p, quote);
}
