/* SPDX-License-Identifier: Apache-2.0 */
/* Which packets go on by l3dsr, and in which length. */
#include "l3dsr_bed.h"

/* TTL goes down by one, and a packet that may travel no further does not. */
static void ttl(void)
{
	steps_start();
	prepare(DSCP, UINT16_MAX);
	for (uint32_t left = 1; left < 256; left++) {
		struct whole w = to_vip(0, 6, 0, 20);
		struct gw_packet p;

		w.f.bytes[14 + 8] = (uint8_t)left;
		frame_resum(&w.f);
		if (left > 1) {
			row(&w);
			continue;
		}
		p = run(&w.f, w.f.length);
		CHECK_EQUAL(p.verdict, GW_DROP_TTL_EXPIRED);
		CHECK(!memcmp(p.data, w.f.bytes, w.f.length));
		CHECK_EQUAL(p.port, STEPS_PORT);
		steps_free(&p);
	}
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_TTL_EXPIRED), 1);
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_PACKETS), 254);
	steps_end();
}

static void segments(void)
{
	struct whole w = to_vip(0, 6, 0, 1000), wanted = translated(&w, DESTINATION, SERVER, 0, 1);

	steps_start();
	prepare(0, UINT16_MAX);
	set_macs(&wanted.f, sample_hop_mac, sample_mac);
	for (uint32_t there = 14 + 20 + 18; there < 1000; there += 31) {
		struct gw_packet p = run(&w.f, there);

		CHECK_EQUAL(p.data_len, there);
		CHECK_EQUAL(p.frame_len, w.f.length);
		CHECK(!memcmp(p.data, wanted.f.bytes, there));
		steps_free(&p);
	}
	steps_end();
}

static void padding(void)
{
	struct whole w = to_vip(0, 17, 0, 8);
	struct gw_packet p;

	steps_start();
	prepare(DSCP, UINT16_MAX);
	w.f.length = 60;
	p = run(&w.f, 60);
	CHECK_EQUAL(p.frame_len, 42);
	CHECK_EQUAL(p.data_len, 42);
	steps_free(&p);
	steps_end();
}

static void narrow_row(bool df, uint32_t more)
{
	struct whole w = to_vip(0, 17, 0, 180);
	struct gw_packet p;

	prepare(DSCP, (uint16_t)(200 - more));
	set16(w.f.bytes + 14 + 6, df ? 0x4000 : 0);
	frame_resum(&w.f);
	p = run(&w.f, w.f.length);
	CHECK_EQUAL(p.verdict, df && more ? GW_DROP_TOO_BIG : GW_FORWARDED);
	CHECK_EQUAL(p.special, !df && more ? GW_IS_CUT : 0);
	if (df && more)
		CHECK(!memcmp(p.data, w.f.bytes, w.f.length) && p.port == STEPS_PORT);
	steps_free(&p);
}

static void narrow(void)
{
	steps_start();
	for (uint32_t more = 0; more < 3; more++) {
		narrow_row(false, more);
		narrow_row(true, more);
	}
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_PACKETS), 4);
	CHECK_EQUAL(server_count(1, GW_S_BYTES), 4 * 200);
	steps_end();
}

static void others(void)
{
	struct whole w = to_vip(0, 17, 0, 180);
	struct gw_packet p, before;

	steps_start();
	prepare(DSCP, UINT16_MAX);
	servers[1].port = GW_NO_HOP;
	p = run(&w.f, w.f.length);
	CHECK_EQUAL(p.verdict, GW_DROP_NO_NEXT_HOP);
	CHECK(!memcmp(p.data, w.f.bytes, w.f.length));
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_NO_NEXT_HOP), 1);
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_PACKETS), 0);
	before = p;
	gw_l3dsr(&worker, &snapshot, &p, 1); /* it has its verdict */
	CHECK(!memcmp(&p, &before, sizeof(p)));
	servers[1].kind = GW_SERVER_NAT4;
	p.verdict = before.verdict = GW_FORWARDED;
	gw_l3dsr(&worker, &snapshot, &p, 1);
	CHECK(!memcmp(&p, &before, sizeof(p)));
	steps_free(&p);
	steps_end();
}

static const struct test tests[] = {
	{ "TTL goes down by one, and at 1 the packet stays as it came", ttl },
	{ "a packet in segments is changed in the first", segments },
	{ "padding is cut off", padding },
	{ "a packet too big for its way is marked to be cut, or stays as it came", narrow },
	{ "packets that go another way are left alone", others },
};
MAIN(tests)
