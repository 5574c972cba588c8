/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzzer of frames reads: a byte of options, and then a list of
 *     flags (1 byte) | where (1 byte) | length (1 byte, or 2 with LONG) | frame
 */
#ifndef GW_TEST_FUZZ_INPUT_H
#define GW_TEST_FUZZ_INPUT_H

#include "ip_sums.h"
#include "sample_all.h"

enum { /* options */
	ENTROPY = 1,  /* the image has prefixes for it */
	TRACED = 2,   /* each frame is traced before */
	CHANGED = 4,  /* tables change wherever time passes */
};

enum { /* flags */
	OUR_MAC = 1,   /* the frame gets its port's MAC address, as else almost all are left */
	RIGHT_SUM = 2, /* and right checksums, as far as its headers are plain */
	SEGMENTED = 4, /* more of the frame lies in segments that are not here */
	TIGHT = 8,     /* headroom by `where` */
	LONG = 16,
	LATER = 32,    /* time passes before it */
	BURST = 64,    /* the frames so far go together */
	RIGHT_LENGTH = 128, /* the IP length is that of the frame */
};

enum { /* where: the lowest two bits are the port */
	SECOND_WORKER = 4,
	ROOM = 3, /* shift of half the headroom */
};

static inline void right_l4(uint8_t *ip, uint32_t there)
{
	uint16_t sum;
	uint32_t at;

	if (l4_sum(ip, there) != WRONG || !l4_add(ip, there, &at, &sum))
		return;
	set16(ip + at, 0);
	l4_add(ip, there, &at, &sum);
	set16(ip + at, sum == 0xffff ? 0xffff : (uint16_t)~sum);
}

static inline void right_ip4(uint8_t *ip, uint32_t there)
{
	uint32_t header = (ip[0] & 15u) * 4;

	if (ip[0] >> 4 != 4 || header < 20 || there < header)
		return;
	set16(ip + 10, 0);
	set16(ip + 10, (uint16_t)~ip4_sum(ip, header));
}

/* Makes the frame what its flags want. */
static inline void set_right(uint8_t *frame, uint32_t length, uint8_t flags, uint32_t port)
{
	static const uint8_t *const macs[] = { sample_mac, all_mac5, all_mac7, all_mac7 };
	uint32_t l3 = ip_offset(frame, length);

	if (flags & OUR_MAC && length >= 6)
		memcpy(frame, macs[port], 6);
	if (!l3)
		return;
	if (flags & RIGHT_LENGTH && frame[l3] >> 4 == 4)
		set16(frame + l3 + 2, length - l3);
	if (flags & RIGHT_LENGTH && frame[l3] >> 4 == 6)
		set16(frame + l3 + 4, length - l3 - 40);
	if (!(flags & RIGHT_SUM))
		return;
	right_l4(frame + l3, length - l3);
	right_ip4(frame + l3, length - l3);
}

#endif
