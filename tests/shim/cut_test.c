/* SPDX-License-Identifier: Apache-2.0 */
#include "pieces.h"

/* IPv4 without options: the header of all fragments, but for what belongs to each. */
static void check_header(const uint8_t *ip, const struct frame *f)
{
	uint8_t copy[20];

	memcpy(copy, ip, 20);
	memcpy(copy + 2, f->bytes + f->l3 + 2, 2);
	memcpy(copy + 6, f->bytes + f->l3 + 6, 2);
	memcpy(copy + 10, f->bytes + f->l3 + 10, 2);
	CHECK(!memcmp(copy, f->bytes + f->l3, 20));
}

static void every_size(void)
{
	uint64_t packets = 0;

	steps_start();
	for (uint32_t mtu = 68; mtu < 1500; mtu += mtu < 100 ? 1 : 77) {
		for (uint32_t over = 1; over < 500; over += over < 20 ? 1 : 83) {
			uint8_t whole[2048];
			struct gw_packet p;
			struct frame f;

			frame_ip4(&f, over % 3, CLIENT, VIP, 17, 4000, 53, 0, mtu + over - 20);
			f.bytes[f.l3 + 1] = 0x2e;
			set16(f.bytes + f.l3 + 4, 0x4711);
			frame_resum(&f);
			p = leaving(&f, (uint16_t)mtu);
			run(&p);
			CHECK_EQUAL(p.verdict, GW_FORWARDED);
			CHECK_EQUAL(put_together(whole, &f, &p, mtu, 0, false), f.ip_len - 20);
			CHECK(!memcmp(whole, f.bytes + f.l3 + 20, f.ip_len - 20));
			check_header(p.data + p.l3, &f);
			for (uint32_t i = 0; i < worker.made->count; i++)
				check_header(made_bytes(i) + f.l3, &f);
			packets++;
			steps_free(&p);
		}
	}
	CHECK_EQUAL(worker.counters[GW_W_FRAGMENTED], packets);
	steps_end();
}

static void options(void)
{
	/* Nothing, a recorded route (not copied), a stream id and a router alert (copied). */
	static const uint8_t in[16] = { 1, 7, 4, 4, 0, 0x88, 4, 9, 9, 1, 0x94, 4, 0, 0, 0, 0 };
	static const uint8_t out[8] = { 0x88, 4, 9, 9, 0x94, 4, 0, 0 };
	uint8_t whole[2048];
	struct gw_packet p;
	struct frame f;

	steps_start();
	frame_ip4(&f, 1, CLIENT, VIP, 17, 4000, 53, 4, 500);
	memcpy(f.bytes + f.l3 + 20, in, 16);
	frame_resum(&f);
	p = leaving(&f, 128);
	run(&p);
	CHECK_EQUAL(put_together(whole, &f, &p, 128, 0, false), 500);
	CHECK(!memcmp(whole, f.bytes + f.l3 + 36, 500));
	CHECK_EQUAL(p.data[p.l3], 0x49);
	CHECK(!memcmp(p.data + p.l3 + 20, in, 16));
	CHECK_EQUAL(p.frame_len - p.l3, 124);
	for (uint32_t i = 0; i < worker.made->count; i++) {
		CHECK_EQUAL(made_bytes(i)[f.l3], 0x47);
		CHECK(!memcmp(made_bytes(i) + f.l3 + 20, out, 8));
	}
	steps_free(&p);
	f.bytes[f.l3 + 26] = 1; /* the stream id has no length: nothing behind it counts */
	frame_resum(&f);
	p = leaving(&f, 128);
	run(&p);
	for (uint32_t i = 0; i < worker.made->count; i++)
		CHECK_EQUAL(made_bytes(i)[f.l3], 0x45);
	steps_free(&p);
	steps_end();
}

/* Options of any bytes: whatever they say, nothing is read or written where it must not be. */
static void broken_options(void)
{
	uint64_t random = 3;

	steps_start();
	for (int turn = 0; turn < 3000; turn++) {
		uint32_t words = 1 + (uint32_t)(next_random(&random) % 10);
		uint8_t whole[2048];
		struct gw_packet p;
		struct frame f;

		frame_ip4(&f, 0, CLIENT, VIP, 17, 4000, 53, words, 200);
		for (uint32_t i = 0; i < words * 4; i++)
			f.bytes[34 + i] = (uint8_t)(next_random(&random) >> (turn % 2 ? 0 : 60));
		frame_resum(&f);
		p = leaving(&f, 120);
		run(&p);
		CHECK_EQUAL(p.verdict, GW_FORWARDED);
		put_together(whole, &f, &p, 120, 0, false);
		CHECK(!memcmp(whole, f.bytes + 34 + words * 4, 200));
		steps_free(&p);
	}
	steps_end();
}

static void fragments_of_fragments(void)
{
	struct frame whole, f;
	uint8_t bytes[2048];

	steps_start();
	frame_ip4(&whole, 0, CLIENT, VIP, 17, 4000, 53, 0, 1600);
	for (uint32_t offset = 0; offset < 1600; offset += 400) {
		struct gw_packet p;

		fragment_ip4(&f, &whole, 7, offset, 400);
		p = leaving(&f, 100);
		run(&p);
		CHECK_EQUAL(put_together(bytes, &f, &p, 100, offset, offset < 1200), 400);
		CHECK(!memcmp(bytes, whole.bytes + 34 + offset, 400));
		steps_free(&p);
	}
	steps_end();
}

static uint32_t id_of(const uint8_t *ip)
{
	return (uint32_t)get16(ip + 44) << 16 | get16(ip + 46);
}

static void over_ip6(void)
{
	uint32_t seen[1000], count = 0;

	steps_start();
	for (uint32_t over = 1; over < 600; over++) {
		uint8_t whole[2048];
		struct gw_packet p;
		struct frame f;

		outer_ip6(&f, over % 3, 1240 + over);
		p = leaving(&f, 1280);
		p.hash = 0x1234567890abcdef;
		run(&p);
		CHECK_EQUAL(p.headroom, STEPS_ROOM - 8);
		CHECK_EQUAL(put_together(whole, &f, &p, 1280, 0, false), 1240 + over);
		CHECK(!memcmp(whole, f.bytes + f.l3 + 40, 1240 + over));
		for (uint32_t i = 0; i <= worker.made->count; i++) {
			const uint8_t *ip = (i ? made_bytes(i - 1) : p.data) + f.l3;

			CHECK_EQUAL(ip[40], 47);
			CHECK(!memcmp(ip, f.bytes + f.l3, 4));
			CHECK(!memcmp(ip + 7, f.bytes + f.l3 + 7, 33));
			CHECK_EQUAL(id_of(ip), id_of(p.data + p.l3));
		}
		for (uint32_t i = 0; i < count; i++)
			CHECK(seen[i] != id_of(p.data + p.l3));
		seen[count++] = id_of(p.data + p.l3);
		steps_free(&p);
	}
	steps_end();
}

static const struct test tests[] = {
	{ "a packet of any size leaves in fragments that fit any MTU, and is whole again",
	  every_size },
	{ "IPv4 options go into later fragments where they say so", options },
	{ "broken options are cut off", broken_options },
	{ "a fragment is cut into fragments of the same datagram", fragments_of_fragments },
	{ "over IPv6 a fragment header stands behind the outer header", over_ip6 },
};
MAIN(tests)
