/* SPDX-License-Identifier: Apache-2.0 */
/* ICMP messages and fragments for the C tests, and checksums over them by hand. */
#ifndef GW_TEST_ICMP_FRAMES_H
#define GW_TEST_ICMP_FRAMES_H

#include "frames.h"

/* Sum over the upper layer of an IPv6 packet, its pseudo header included; 0xffff: it is right. */
static inline uint16_t ip6_sum(const uint8_t *ip, uint32_t l4, uint32_t length, uint8_t protocol)
{
	uint8_t bytes[40 + 2048] = { 0 };

	CHECK(length <= 2040);
	memcpy(bytes, ip + 8, 32);
	set16(bytes + 34, length);
	bytes[39] = protocol;
	memcpy(bytes + 40, ip + l4, length);
	return ip4_sum(bytes, 40 + (length + 1) / 2 * 2);
}

static inline uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* Rights the ICMP checksum of a frame. `l4`: where the ICMP header is, from the IP header on. */
static inline void icmp_resum(struct frame *f, uint32_t l4)
{
	uint8_t *ip = f->bytes + f->l3, *icmp = ip + l4;
	uint32_t length = f->ip_len - l4;

	set16(icmp + 2, 0);
	if (ip[0] >> 4 == 6) {
		set16(icmp + 2, (uint16_t)~ip6_sum(ip, l4, length, 58));
		return;
	}
	icmp[length] = 0; /* an odd one is summed with a 0 behind it */
	set16(icmp + 2, (uint16_t)~ip4_sum(icmp, (length + 1) / 2 * 2));
}

/* An ICMP message with `payload` bytes behind its 8 bytes of header. */
static inline void frame_icmp(struct frame *f, uint32_t tags, const char *src, const char *dst,
			      uint8_t type, uint8_t code, uint32_t payload)
{
	bool ip6 = strchr(src, ':');
	uint32_t l4 = ip6 ? 40 : 20;
	uint8_t *icmp;

	if (ip6)
		frame_ip6(f, tags, src, dst, 58, NULL, 0, 0, 0, 8 + payload);
	else
		frame_ip4(f, tags, src, dst, 1, 0, 0, 0, 8 + payload);
	icmp = f->bytes + f->l3 + l4;
	icmp[0] = type;
	icmp[1] = code;
	set16(icmp + 4, 0x1234);
	set16(icmp + 6, 7);
	icmp_resum(f, l4);
}

/* An ICMP error that quotes the first `quoted` bytes of another frame's IP packet. */
static inline void frame_error(struct frame *f, const char *src, const char *dst, uint8_t type,
			       uint8_t code, const struct frame *about, uint32_t quoted)
{
	uint32_t l4 = strchr(src, ':') ? 40 : 20;

	frame_icmp(f, 0, src, dst, type, code, quoted);
	memcpy(f->bytes + f->l3 + l4 + 8, about->bytes + about->l3, quoted);
	icmp_resum(f, l4);
}

/* Of an IPv4 frame without options: `length` bytes from `offset` of its payload, as a fragment. */
static inline void fragment_ip4(struct frame *f, const struct frame *whole, uint16_t id,
				uint32_t offset, uint32_t length)
{
	uint32_t payload = whole->ip_len - 20;
	bool more = offset + length < payload;
	uint8_t *ip = f->bytes + whole->l3;

	CHECK(offset % 8 == 0 && offset + length <= payload);
	*f = *whole;
	memcpy(ip + 20, whole->bytes + whole->l3 + 20 + offset, length);
	f->ip_len = 20 + length;
	f->length = f->l3 + f->ip_len;
	set16(ip + 2, f->ip_len);
	set16(ip + 4, id);
	set16(ip + 6, (more ? 0x2000u : 0) | offset / 8);
	frame_resum(f);
}

/* Of an IPv6 frame: its first `before` bytes behind the IPv6 header stand in every fragment, a
 * fragment header follows, then `length` bytes from `offset` of the rest. `at`: the next header
 * field that leads to the fragment header. */
static inline void fragment_ip6(struct frame *f, const struct frame *whole, uint32_t before,
				uint32_t at, uint32_t id, uint32_t offset, uint32_t length)
{
	uint32_t head = 40 + before, payload = whole->ip_len - head;
	bool more = offset + length < payload;
	uint8_t *ip = f->bytes + whole->l3;

	CHECK(offset % 8 == 0 && offset + length <= payload);
	*f = *whole;
	memmove(ip + head + 8, whole->bytes + whole->l3 + head + offset, length);
	memset(ip + head, 0, 8);
	ip[head] = ip[at];
	ip[at] = 44;
	set16(ip + head + 2, offset | more);
	set16(ip + head + 4, id >> 16);
	set16(ip + head + 6, id & 0xffff);
	f->ip_len = head + 8 + length;
	f->length = f->l3 + f->ip_len;
	set16(ip + 4, f->ip_len - 40);
}

#endif
