/* SPDX-License-Identifier: Apache-2.0 */
#include "checksum.h"
#include "cut.h"
#include "ip.h"
#include "made.h"

#define IP6 40u
#define FRAGMENT_HEADER 8u
#define OPTION_END 0
#define OPTION_NOTHING 1
#define OPTION_COPIED 0x80

struct cut {
	uint8_t header[60]; /* of the fragments after the first; IPv6: with the fragment header */
	uint32_t header_len;
	const uint8_t *payload;
	uint32_t payload_len;
	uint32_t first, each; /* bytes of it in the first fragment, and in every other */
	uint32_t offset;      /* of it in its datagram: not 0 if the packet is a fragment */
	bool more;            /* and the datagram goes on behind it */
	bool ip6;
};

/* Bytes of `room` that a fragment can use, as all but the last are multiples of 8. */
static uint32_t fill(uint32_t room)
{
	return room & ~7u;
}

/* Length of the option at `at`; 0: there is none, or they are broken from there on. */
static uint32_t option_length(const uint8_t *ip, uint32_t at, uint32_t header)
{
	uint32_t length;

	if (at >= header || ip[at] == OPTION_END)
		return 0;
	if (ip[at] == OPTION_NOTHING)
		return 1;
	length = at + 1 < header ? ip[at + 1] : 0;
	return length >= 2 && at + length <= header ? length : 0;
}

/* The options that every fragment has, behind the 20 bytes at `to`. Returns the length of it
 * all. */
static uint32_t copy_options(uint8_t *to, const uint8_t *ip, uint32_t header)
{
	uint32_t length = 20, size;

	for (uint32_t at = 20; (size = option_length(ip, at, header)); at += size) {
		if (!(ip[at] & OPTION_COPIED))
			continue;
		memcpy(to + length, ip + at, size);
		length += size;
	}
	while (length % 4)
		to[length++] = OPTION_END;
	to[0] = (uint8_t)(0x40 | length / 4);
	return length;
}

static bool plan_ip4(struct cut *cut, const struct gw_packet *p, uint32_t mtu)
{
	const uint8_t *ip = p->data + p->l3;
	uint32_t header = (ip[0] & 15u) * 4, total = gw_be16(gw_load16(ip + 2));
	uint32_t field = gw_be16(gw_load16(ip + 6));

	if (total < header || p->data_len < p->l3 + total || mtu < header + 8)
		return false;
	memcpy(cut->header, ip, 20);
	cut->header_len = copy_options(cut->header, ip, header);
	cut->payload = ip + header;
	cut->payload_len = total - header;
	cut->first = fill(mtu - header);
	cut->each = fill(mtu - cut->header_len);
	cut->offset = (field & GW_IP_OFFSET) * 8;
	cut->more = field & GW_IP_MORE;
	return cut->offset + cut->payload_len <= UINT16_MAX;
}

/* Moves what stands before the payload back, which makes room for the first fragment's fragment
 * header. An identification does not come again among 2^16 packets of one flow. */
static bool plan_ip6(struct cut *cut, struct gw_worker *worker, struct gw_packet *p, uint32_t mtu)
{
	uint32_t head = p->l3 + IP6;
	uint32_t total = IP6 + gw_be16(gw_load16(p->data + p->l3 + 4));
	uint32_t id = (uint32_t)(p->hash >> 32) + worker->ip_id * 0x9e3779b1u;
	uint8_t *fragment;

	if (p->data_len < p->l3 + total || p->headroom < FRAGMENT_HEADER ||
	    mtu < IP6 + FRAGMENT_HEADER + 8)
		return false;
	worker->ip_id++;
	cut->payload = p->data + head;
	cut->payload_len = total - IP6;
	memmove(p->data - FRAGMENT_HEADER, p->data, head);
	p->data -= FRAGMENT_HEADER;
	p->headroom -= FRAGMENT_HEADER;
	fragment = p->data + head;
	memset(fragment, 0, FRAGMENT_HEADER);
	fragment[0] = p->data[p->l3 + 6];
	gw_store32(fragment + 4, gw_be32(id));
	p->data[p->l3 + 6] = GW_IP_FRAGMENT;
	cut->header_len = IP6 + FRAGMENT_HEADER;
	memcpy(cut->header, p->data + p->l3, cut->header_len);
	cut->first = fill(mtu - cut->header_len);
	cut->each = cut->first;
	return true;
}

/* Writes into a fragment's header what is its own: `size` bytes from `at` of the payload on. */
static void finish(const struct cut *cut, uint8_t *ip, uint32_t at, uint32_t size)
{
	uint32_t header = cut->ip6 ? IP6 + FRAGMENT_HEADER : (ip[0] & 15u) * 4;
	bool more = cut->more || at + size < cut->payload_len;
	uint32_t offset = cut->offset + at, flags;

	if (cut->ip6) {
		gw_store16(ip + 4, gw_be16((uint16_t)(size + FRAGMENT_HEADER)));
		gw_store16(ip + IP6 + 2, gw_be16((uint16_t)(offset | more)));
		return;
	}
	flags = gw_be16(gw_load16(ip + 6)) & ~(uint32_t)(GW_IP_MORE | GW_IP_OFFSET);
	gw_store16(ip + 2, gw_be16((uint16_t)(header + size)));
	gw_store16(ip + 6, gw_be16((uint16_t)(flags | (more ? GW_IP_MORE : 0) | offset / 8)));
	gw_store16(ip + 10, 0);
	gw_store16(ip + 10, (uint16_t)~gw_fold(gw_sum(ip, header)));
}

static bool make_rest(const struct cut *cut, struct gw_made *made, const struct gw_packet *p,
		      uint8_t cause)
{
	for (uint32_t at = cut->first; at < cut->payload_len; at += cut->each) {
		uint32_t left = cut->payload_len - at, size = left < cut->each ? left : cut->each;
		uint32_t head = p->l3 + cut->header_len;
		uint8_t *frame = gw_made_room(made, head + size);

		if (!frame)
			return false;
		memcpy(frame, p->data, p->l3);
		memcpy(frame + p->l3, cut->header, cut->header_len);
		finish(cut, frame + p->l3, at, size);
		memcpy(frame + head, cut->payload + at, size);
		gw_made_add(made, head + size, p->port, cause);
	}
	return true;
}

bool gw_cut(struct gw_worker *worker, struct gw_packet *p, uint32_t mtu, uint8_t cause)
{
	struct cut cut = { .ip6 = p->data[p->l3] >> 4 == 6 };
	uint32_t count = worker->made->count, used = worker->made->used, size;

	if (!(cut.ip6 ? plan_ip6(&cut, worker, p, mtu) : plan_ip4(&cut, p, mtu)))
		return false;
	if (!make_rest(&cut, worker->made, p, cause)) {
		worker->made->count = count;
		worker->made->used = used;
		return false;
	}
	size = cut.payload_len < cut.first ? cut.payload_len : cut.first;
	finish(&cut, p->data + p->l3, 0, size);
	p->data_len = (uint32_t)(cut.payload - p->data) + size;
	p->frame_len = p->data_len;
	return true;
}
