/* SPDX-License-Identifier: Apache-2.0 */
/* Packets with right checksums, and what a translator must make of them: rewritten by hand, all
 * sums made anew. */
#ifndef GW_TEST_TRANSLATED_H
#define GW_TEST_TRANSLATED_H

#include "icmp_frames.h"
#include "packet.h"

enum { SOURCE, DESTINATION };

struct whole {
	struct frame f;
	uint32_t l4; /* behind the start of the IP header */
	uint8_t protocol;
};

/* Where the checksum of an L4 header stands, -1: none that covers addresses. */
static inline int checksum_at(int family, uint8_t protocol)
{
	return protocol == 6 ? 16 : protocol == 17 ? 6 : protocol == 58 && family == 6 ? 2 : -1;
}

static inline void sum_l4(struct whole *w)
{
	uint8_t *ip = w->f.bytes + w->f.l3, bytes[2048 + 40] = { 0 };
	int family = ip[0] >> 4, at = checksum_at(family, w->protocol);
	uint32_t size = w->f.ip_len - w->l4;
	uint16_t sum;

	if (at < 0 || size < (uint32_t)at + 2)
		return;
	set16(ip + w->l4 + at, 0);
	memcpy(bytes, ip + (family == 4 ? 12 : 8), family == 4 ? 8 : 32);
	set16(bytes + 34, size);
	bytes[39] = w->protocol;
	memcpy(bytes + 40, ip + w->l4, size);
	sum = (uint16_t)~ip4_sum(bytes, 40 + (size + 1) / 2 * 2);
	set16(ip + w->l4 + at, sum || w->protocol != 17 ? sum : 0xffff);
}

static inline void sum_all(struct whole *w)
{
	sum_l4(w);
	if (w->f.bytes[w->f.l3] >> 4 == 4)
		frame_resum(&w->f);
}

/* `options`: words of options, or over IPv6 destination option headers. */
static inline struct whole whole(uint32_t tags, const char *src, uint16_t src_port, const char *dst,
				 uint16_t dst_port, uint8_t protocol, uint32_t options,
				 uint32_t payload)
{
	struct whole w = { .protocol = protocol };
	uint8_t ext[64] = { 0 };

	if (!strchr(src, ':')) {
		w.l4 = 20 + options * 4;
		frame_ip4(&w.f, tags, src, dst, protocol, src_port, dst_port, options, payload);
	} else {
		w.l4 = 40 + options * 8;
		for (uint32_t i = 0; i < options; i++)
			ext[8 * i] = i + 1 < options ? 60 : protocol;
		frame_ip6(&w.f, tags, src, dst, options ? 60 : protocol, ext, options * 8, src_port,
			  dst_port, payload);
	}
	sum_all(&w);
	return w;
}

/* The packet with another address and port (0: it stays) at one end, and one hop less. */
static inline struct whole translated(const struct whole *from, int end, const char *text,
				      uint16_t port, uint32_t hops)
{
	struct whole w = *from;
	uint8_t *ip = w.f.bytes + w.f.l3;
	int family = ip[0] >> 4;

	address(family, text, ip + (family == 4 ? 12 + 4 * end : 8 + 16 * end));
	if (port && (w.protocol == 6 || w.protocol == 17))
		set16(ip + w.l4 + 2 * end, port);
	ip[family == 4 ? 8 : 7] -= (uint8_t)hops;
	sum_all(&w);
	return w;
}

static inline void set_macs(struct frame *f, const uint8_t *dst, const uint8_t *src)
{
	memcpy(f->bytes, dst, 6);
	memcpy(f->bytes + 6, src, 6);
}

/* The packet is what the frame says, in as many bytes as there are. It is freed. */
static inline void check_bytes(struct gw_packet *p, const struct frame *wanted)
{
	uint32_t length = wanted->l3 + wanted->ip_len;

	CHECK_EQUAL(p->frame_len, length);
	CHECK(p->data_len <= length);
	CHECK(!memcmp(p->data, wanted->bytes, p->data_len));
	free(p->data);
}

#endif
