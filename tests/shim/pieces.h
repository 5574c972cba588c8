/* SPDX-License-Identifier: Apache-2.0 */
/* Packets that do not fit on their way, and the fragments that they leave in. */
#ifndef GW_TEST_PIECES_H
#define GW_TEST_PIECES_H

#include "icmp_frames.h"
#include "oversize.h"
#include "steps.h"

#define CLIENT "203.0.113.7"
#define CLIENT6 "2001:db8::7"
#define VIP "90.1.2.3"
#define VIP6 "2002::9"
#define SLOT 2
#define MF 0x2000u
#define OFFSET 0x1fffu

/* A packet on its way to the server, of which so much fits. */
static inline struct gw_packet leaving(const struct frame *f, uint16_t mtu)
{
	struct gw_packet p = steps_parsed(f);

	servers[SLOT].vip = vips[STEPS_IP4].id;
	servers[SLOT].mtu = mtu;
	p.special |= GW_IS_CUT;
	p.server = SLOT;
	p.vip = &vips[STEPS_IP4];
	p.port = STEPS_OUT;
	worker.made->count = 0;
	worker.made->used = 0;
	return p;
}

/* A fragment as it left, and where its payload belongs. */
struct piece {
	const uint8_t *ip, *payload;
	uint32_t header, length, offset;
	bool more;
};

static inline struct piece piece_ip4(const uint8_t *frame, uint32_t length, uint32_t l3)
{
	struct piece piece = { .ip = frame + l3 };
	uint32_t field = get16(piece.ip + 6);

	piece.header = (piece.ip[0] & 15u) * 4;
	CHECK_EQUAL(piece.ip[0] >> 4, 4);
	CHECK_EQUAL(ip4_sum(piece.ip, piece.header), 0xffff);
	CHECK_EQUAL(get16(piece.ip + 2), length - l3);
	piece.payload = piece.ip + piece.header;
	piece.length = length - l3 - piece.header;
	piece.offset = (field & OFFSET) * 8;
	piece.more = field & MF;
	return piece;
}

static inline struct piece piece_ip6(const uint8_t *frame, uint32_t length, uint32_t l3)
{
	struct piece piece = { .ip = frame + l3, .header = 48 };

	CHECK_EQUAL(piece.ip[0] >> 4, 6);
	CHECK_EQUAL(piece.ip[6], 44);
	CHECK_EQUAL(get16(piece.ip + 4), length - l3 - 40);
	CHECK_EQUAL(piece.ip[41], 0);
	piece.payload = piece.ip + 48;
	piece.length = length - l3 - 48;
	piece.offset = get16(piece.ip + 42) & 0xfff8;
	piece.more = get16(piece.ip + 42) & 1;
	CHECK_EQUAL(get16(piece.ip + 42) & 6, 0);
	return piece;
}

/* All pieces of a packet, checked for what holds in every case, put together at `to`. Returns the
 * bytes. `offset` and `more`: of the packet itself. */
static inline uint32_t put_together(uint8_t *to, const struct frame *f, const struct gw_packet *p,
			     uint32_t mtu, uint32_t offset, bool more)
{
	uint32_t count = worker.made->count, at = 0;
	bool ip6 = f->bytes[f->l3] >> 4 == 6;

	CHECK_EQUAL(p->data_len, p->frame_len);
	for (uint32_t i = 0; i <= count; i++) {
		const uint8_t *frame = i ? made_bytes(i - 1) : p->data;
		uint32_t length = i ? worker.made->frames[i - 1].length : p->frame_len;
		struct piece piece = (ip6 ? piece_ip6 : piece_ip4)(frame, length, f->l3);

		CHECK(!memcmp(frame, f->bytes, f->l3));
		CHECK(length - f->l3 <= mtu);
		CHECK(i == count || length - f->l3 + 8 > mtu);
		CHECK_EQUAL(piece.offset, offset + at);
		CHECK_EQUAL(piece.more, more || i < count);
		CHECK(i == count || piece.length % 8 == 0);
		CHECK(i == 0 || worker.made->frames[i - 1].port == STEPS_OUT);
		memcpy(to + at, piece.payload, piece.length);
		at += piece.length;
	}
	return at;
}

static inline void run(struct gw_packet *p)
{
	gw_oversize(&worker, &snapshot, p, 1);
}

/* What an IPv6 tunnel has made: an outer header of the node's own. */
static inline void outer_ip6(struct frame *f, uint32_t tags, uint32_t payload)
{
	frame_ip6(f, tags, "2001:db8::10", "2001:db8:1::1", 47, NULL, 0, 0, 0, payload);
	f->bytes[f->l3 + 1] = 0xe0;
}

#endif
