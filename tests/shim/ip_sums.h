/* SPDX-License-Identifier: Apache-2.0 */
/* Any frame as an IP packet, and whether the checksums of one are right: made by hand, in full. */
#ifndef GW_TEST_IP_SUMS_H
#define GW_TEST_IP_SUMS_H

#include "icmp_frames.h"

/* Offset of the IP header, 0: neither IPv4 nor IPv6, or not all of it is there. */
static inline uint32_t ip_offset(const uint8_t *frame, uint32_t length)
{
	uint32_t l3 = 14;

	while (l3 < 22 && length >= l3 + 4 &&
	       (get16(frame + l3 - 2) == 0x8100 || get16(frame + l3 - 2) == 0x88a8))
		l3 += 4;
	if (length >= l3 + 20 && get16(frame + l3 - 2) == 0x0800)
		return l3;
	return length >= l3 + 40 && get16(frame + l3 - 2) == 0x86dd ? l3 : 0;
}

/* Bytes of the IP packet, as its header says. */
static inline uint32_t ip_length(const uint8_t *ip)
{
	return ip[0] >> 4 == 4 ? get16(ip + 2) : 40u + get16(ip + 4);
}

/* The sum over the TCP, UDP or ICMP packet right behind the IP header of a whole packet, and where
 * its checksum is, from the IP header on. False: it is none, or not all of it is there. */
static inline bool l4_add(const uint8_t *ip, uint32_t there, uint32_t *at, uint16_t *sum)
{
	static uint8_t bytes[40 + UINT16_MAX + 2];
	bool ip4 = ip[0] >> 4 == 4;
	uint32_t header = ip4 ? (ip[0] & 15u) * 4 : 40, total = ip_length(ip), size;
	uint8_t protocol = ip[ip4 ? 9 : 6];
	bool icmp = protocol == (ip4 ? 1 : 58);

	if (total > there || total < header + 20 || (ip4 && get16(ip + 6) & 0x3fff) ||
	    (!icmp && protocol != 6 && protocol != 17))
		return false;
	*at = header + (icmp ? 2 : protocol == 6 ? 16 : 6);
	size = total - header;
	memset(bytes, 0, 40);
	if (!ip4 || !icmp) {
		memcpy(bytes, ip + (ip4 ? 12 : 8), ip4 ? 8 : 32);
		set16(bytes + 34, size);
		bytes[39] = protocol;
	}
	memcpy(bytes + 40, ip + header, size);
	bytes[40 + size] = 0;
	*sum = ip4_sum(bytes, 40 + (size + 1) / 2 * 2);
	return true;
}

enum sums { UNKNOWN, RIGHT, WRONG, NONE };

static inline enum sums l4_sum(const uint8_t *ip, uint32_t there)
{
	uint16_t sum;
	uint32_t at;

	if (!l4_add(ip, there, &at, &sum))
		return UNKNOWN;
	if (ip[ip[0] >> 4 == 4 ? 9 : 6] == 17 && !get16(ip + at))
		return NONE;
	return sum == 0xffff ? RIGHT : WRONG;
}

/* A whole frame is an IP packet of the length that it says, with a right IPv4 checksum. */
static inline void check_ip(const uint8_t *frame, uint32_t there, uint32_t l3, uint32_t length)
{
	const uint8_t *ip = frame + l3;

	CHECK(l3 && there <= length);
	CHECK_EQUAL(ip[0] >> 4, get16(ip - 2) == 0x0800 ? 4 : 6);
	CHECK_EQUAL(ip_length(ip), length - l3);
	if (ip[0] >> 4 == 4)
		CHECK_EQUAL(ip4_sum(ip, (ip[0] & 15u) * 4), 0xffff);
}

#endif
