/* SPDX-License-Identifier: Apache-2.0 */
#include "datagram.h"
#include "ip.h"
#include "siphash.h"

/* The fragment header that parse found: the first that is not of a whole datagram. */
static const uint8_t *fragment_header(const struct gw_packet *p)
{
	uint32_t at = p->l3 + 40u, end = p->l3 + (uint32_t)p->ip_len;
	uint8_t next = p->data[p->l3 + 6];

	for (int i = 0; i <= GW_IP_EXTENSIONS_MOST && gw_is_extension(next); i++) {
		const uint8_t *ext = p->data + at;

		if (at + 8 > end || at + 8 > p->data_len)
			return NULL;
		if (next == GW_IP_FRAGMENT && gw_be16(gw_load16(ext + 2)) & 0xfff9)
			return ext;
		at += gw_extension_length(next, ext);
		next = ext[0];
	}
	return NULL;
}

/* `words` of 8 bytes at `addresses`, and a last one: what tells the datagram from others between
 * them. */
static uint64_t hash(const uint64_t key[2], const uint8_t *addresses, int words, uint64_t last)
{
	struct gw_sip s = gw_sip_begin(key);

	for (int i = 0; i < words; i++)
		gw_sip_word(&s, gw_le64(gw_load64(addresses + 8 * i)));
	gw_sip_word(&s, last);
	return gw_sip_end(&s);
}

bool gw_datagram_of(const uint64_t key[2], const struct gw_packet *p, uint64_t *id)
{
	const uint8_t *ip = p->data + p->l3, *fragment;

	if (p->family == 4) {
		if (!gw_has_ports(ip[9]))
			return false;
		*id = hash(key, ip + 12, 1, (uint64_t)ip[9] << 32 | gw_load16(ip + 4));
		return true;
	}
	fragment = fragment_header(p);
	if (!fragment || (!gw_has_ports(fragment[0]) && !gw_is_extension(fragment[0])))
		return false;
	*id = hash(key, ip + 8, 4, gw_load32(fragment + 4));
	return true;
}
