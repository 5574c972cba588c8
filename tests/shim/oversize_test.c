/* SPDX-License-Identifier: Apache-2.0 */
#include "pieces.h"

/* A packet that cannot be cut is dropped, and what was counted for it is taken back. */
static void dropped(struct gw_packet *p, uint32_t made)
{
	uint32_t used = worker.made->used;

	run(p);
	CHECK_EQUAL(p->verdict, GW_DROP_NO_ROOM);
	CHECK_EQUAL(worker.made->count, made);
	CHECK_EQUAL(worker.made->used, used);
	CHECK_EQUAL(worker.counters[GW_W_FRAGMENTED], 0);
	steps_free(p);
}

static void count_sent(uint32_t length)
{
	uint64_t *vip = &worker.vip_counters[(uint64_t)vips[STEPS_IP4].id * GW_V_STRIDE];
	uint64_t *server = &worker.server_counters[SLOT * GW_S_STRIDE];

	vip[GW_V_PACKETS]++;
	vip[GW_V_BYTES] += length;
	server[GW_S_PACKETS]++;
	server[GW_S_BYTES] += length;
}

static void cannot_be_cut(void)
{
	struct frame f;
	struct gw_packet p;

	steps_start();
	frame_ip4(&f, 0, CLIENT, VIP, 17, 4000, 53, 0, 1000);
	p = leaving(&f, 600);
	count_sent(1020);
	p.data_len = 800; /* the rest lies in other segments */
	dropped(&p, 0);
	p = leaving(&f, 100);
	count_sent(1020);
	worker.made->count = GW_MADE_MOST - 3; /* room for some of the fragments */
	dropped(&p, GW_MADE_MOST - 3);
	p = leaving(&f, 100);
	count_sent(1020);
	worker.made->used = GW_MADE_BYTES - 300;
	dropped(&p, 0);
	p = leaving(&f, 27); /* nothing fits */
	count_sent(1020);
	dropped(&p, 0);
	outer_ip6(&f, 0, 1400);
	p = leaving(&f, 55);
	count_sent(1440);
	dropped(&p, 0);
	p = leaving(&f, 1280);
	count_sent(1440);
	p.headroom = 7;
	run(&p);
	CHECK_EQUAL(p.verdict, GW_DROP_NO_ROOM);
	p.headroom = STEPS_ROOM;
	steps_free(&p);
	frame_ip4(&f, 0, CLIENT, VIP, 17, 4000, 53, 0, 1000);
	set16(f.bytes + 14 + 6, MF | 8080); /* to byte 65,640 */
	frame_resum(&f);
	p = leaving(&f, 600);
	count_sent(1020);
	dropped(&p, 0);
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_PACKETS) + vip_count(STEPS_IP4, GW_V_BYTES), 0);
	CHECK_EQUAL(server_count(SLOT, GW_S_PACKETS) + server_count(SLOT, GW_S_BYTES), 0);
	steps_end();
}

static void the_way_back(void)
{
	uint64_t *vip, *server;
	uint8_t whole[2048];
	struct gw_packet p;
	struct frame f;

	steps_start();
	snapshot.ports[1].mtu = 576;
	frame_ip4(&f, 0, VIP, CLIENT, 17, 53, 4000, 0, 1000);
	p = leaving(&f, 100);
	p.verdict = GW_RETURNED;
	run(&p);
	CHECK_EQUAL(p.verdict, GW_RETURNED);
	CHECK_EQUAL(put_together(whole, &f, &p, 576, 0, false), 1000);
	steps_free(&p);
	vip = &worker.vip_counters[(uint64_t)vips[STEPS_IP4].id * GW_V_STRIDE];
	server = &worker.server_counters[SLOT * GW_S_STRIDE];
	vip[GW_V_RETURN_PACKETS] = server[GW_S_RETURN_PACKETS] = 5;
	vip[GW_V_RETURN_BYTES] = server[GW_S_RETURN_BYTES] = 5000;
	p = leaving(&f, 100);
	p.verdict = GW_RETURNED;
	p.data_len = 800;
	run(&p);
	CHECK_EQUAL(p.verdict, GW_DROP_NO_ROOM);
	CHECK_EQUAL(vip[GW_V_RETURN_PACKETS], 4);
	CHECK_EQUAL(server[GW_S_RETURN_PACKETS], 4);
	CHECK_EQUAL(vip[GW_V_RETURN_BYTES], 3980);
	CHECK_EQUAL(server[GW_S_RETURN_BYTES], 3980);
	CHECK_EQUAL(vip[GW_V_PACKETS] + server[GW_S_PACKETS], 0);
	steps_free(&p);
	steps_end();
}

/* The MTU that the sender is told; 0: it is told nothing. */
static uint32_t told(const struct frame *f, uint8_t kind, uint16_t mtu, bool back)
{
	struct gw_packet p = leaving(f, mtu);
	const uint8_t *icmp;
	bool ip6 = p.family == 6;

	servers[SLOT].kind = kind;
	p.port = STEPS_PORT;
	p.special &= (uint8_t)~GW_IS_CUT;
	p.verdict = GW_DROP_TOO_BIG;
	if (back) {
		p.vip = NULL;
		p.server = 0;
		p.hash = mtu;
	}
	run(&p);
	CHECK_EQUAL(p.verdict, GW_DROP_TOO_BIG);
	CHECK(!memcmp(p.data, f->bytes, f->length));
	steps_free(&p);
	if (!worker.made->count)
		return 0;
	CHECK_EQUAL(worker.made->count, 1);
	CHECK_EQUAL(worker.made->frames[0].port, STEPS_PORT);
	icmp = made_bytes(0) + f->l3 + (ip6 ? 40 : 20);
	CHECK_EQUAL(get16(icmp), ip6 ? 0x0200 : 0x0304);
	return (uint32_t)get16(icmp + 4) << 16 | get16(icmp + 6);
}

static void senders_are_told(void)
{
	struct frame f, f6;

	steps_start();
	frame_ip4(&f, 1, CLIENT, VIP, 6, 50000, 443, 0, 1480);
	frame_ip6(&f6, 0, CLIENT6, VIP6, 6, NULL, 0, 50000, 443, 1460);
	CHECK_EQUAL(told(&f, GW_SERVER_GRE4, 1500, false), 1476);
	CHECK_EQUAL(told(&f, GW_SERVER_GRE6, 1500, false), 1456);
	CHECK_EQUAL(told(&f, GW_SERVER_IPIP4, 1500, false), 1480);
	CHECK_EQUAL(told(&f, GW_SERVER_IPIP6, 1500, false), 1460);
	CHECK_EQUAL(told(&f6, GW_SERVER_GUE4, 1500, false), 1472);
	CHECK_EQUAL(told(&f6, GW_SERVER_GUE6, 1500, false), 1452);
	CHECK_EQUAL(told(&f, GW_SERVER_L3DSR, 1400, false), 1400);
	CHECK_EQUAL(told(&f, GW_SERVER_NAT4, 1400, false), 1400);
	CHECK_EQUAL(told(&f6, GW_SERVER_NAT6, 1400, false), 1400);
	CHECK_EQUAL(told(&f, GW_SERVER_GRE4, 70, false), 68);
	CHECK_EQUAL(told(&f, GW_SERVER_GRE6, 40, false), 68);
	CHECK_EQUAL(told(&f6, GW_SERVER_GRE6, 1300, false), 1280);
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_TOO_BIG), 12);
	CHECK_EQUAL(told(&f, GW_SERVER_NAT4, 1400, true), 1400);
	CHECK_EQUAL(told(&f6, GW_SERVER_NAT6, 1281, true), 1281);
	CHECK_EQUAL(told(&f6, GW_SERVER_NAT6, 1000, true), 1280);
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_TOO_BIG), 12);
	frame_error(&f6, "198.51.100.1", VIP, 3, 3, &f, 500); /* it counts, but is not told */
	CHECK_EQUAL(told(&f6, GW_SERVER_GRE4, 100, false), 0);
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_TOO_BIG), 13);
	steps_end();
}

static void others_are_left(void)
{
	static const uint8_t verdicts[] = { GW_FORWARDED, GW_RETURNED, GW_ANSWERED,
					    GW_LEFT_NOT_VIP, GW_DROP_NO_SERVER };
	struct frame f;

	steps_start();
	frame_ip4(&f, 0, CLIENT, VIP, 6, 50000, 443, 0, 1480);
	for (int i = 0; i < 5; i++) {
		struct gw_packet p = leaving(&f, 100), before;

		p.verdict = verdicts[i];
		if (i < 3)
			p.special = 0;
		before = p;
		run(&p);
		CHECK(!memcmp(&p, &before, sizeof(p)));
		CHECK(!memcmp(p.data, f.bytes, f.length));
		CHECK_EQUAL(worker.made->count, 0);
		steps_free(&p);
	}
	steps_end();
}

static const struct test tests[] = {
	{ "what cannot be cut is dropped, and not counted as sent", cannot_be_cut },
	{ "on the way back the MTU is that of the port", the_way_back },
	{ "who sent what does not fit is told the MTU that is left", senders_are_told },
	{ "all others stay as they are", others_are_left },
};
MAIN(tests)
