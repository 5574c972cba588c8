/* SPDX-License-Identifier: Apache-2.0 */
#include "l3dsr_bed.h"

static void every_kind(void)
{
	static const uint8_t protocols[] = { 6, 17, 47, 132, 50 };

	steps_start();
	prepare(DSCP, UINT16_MAX);
	for (uint32_t i = 0; i < sizeof(protocols); i++) {
		for (uint32_t tags = 0; tags <= 2; tags++) {
			for (uint32_t size = 20; size < 1000; size += size < 64 ? 1 : 101) {
				struct whole w = to_vip(tags, protocols[i], size % 11, size);

				row(&w);
			}
		}
	}
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_PACKETS), 5 * 3 * (44 + 10));
	CHECK_EQUAL(server_count(1, GW_S_PACKETS), 5 * 3 * (44 + 10));
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_BYTES), server_count(1, GW_S_BYTES));
	steps_end();
}

/* ECN bits are the network's: they stay, whatever the DSCP was and becomes. */
static void ecn(void)
{
	steps_start();
	for (uint32_t tos = 0; tos < 256; tos++) {
		struct whole w = to_vip(0, 6, 0, 20);

		w.f.bytes[14 + 1] = (uint8_t)tos;
		frame_resum(&w.f);
		prepare((uint8_t)(tos * 7 % 64), UINT16_MAX);
		row(&w);
	}
	steps_end();
}

/* What the step leaves at that offset of the L4 header, where the packet had `sum`. */
static uint16_t sum_after(struct whole *w, uint32_t at, uint16_t sum)
{
	struct gw_packet p;
	uint16_t after;

	set16(w->f.bytes + w->f.l3 + w->l4 + at, sum);
	p = run(&w->f, w->f.length);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	after = get16(p.data + p.l3 + w->l4 + at);
	steps_free(&p);
	return after;
}

/* What a checksum lacks before, it lacks after. */
static void wrong_sums(void)
{
	struct whole udp = to_vip(0, 17, 0, 20), tcp = to_vip(0, 6, 0, 20);
	struct whole right = translated(&udp, DESTINATION, SERVER, 0, 1);
	uint16_t before = get16(udp.f.bytes + 14 + 26), after = get16(right.f.bytes + 14 + 26);

	steps_start();
	prepare(DSCP, UINT16_MAX);
	CHECK_EQUAL(sum_after(&udp, 6, 0), 0); /* none stays none */
	CHECK_EQUAL(sum_after(&udp, 6, before), after);
	CHECK(sum_after(&udp, 6, (uint16_t)(before + 1)) != after);
	for (uint32_t sum = 1; sum <= UINT16_MAX; sum += 13)
		CHECK(sum_after(&udp, 6, (uint16_t)sum)); /* 0 would mean none */
	before = get16(tcp.f.bytes + 14 + 36);
	right = translated(&tcp, DESTINATION, SERVER, 0, 1);
	CHECK(sum_after(&tcp, 16, (uint16_t)(before + 1)) != get16(right.f.bytes + 14 + 36));
	steps_end();
}

/* Of a datagram in pieces the first has the checksum, the others have payload there. */
static void fragments(void)
{
	struct whole w = to_vip(0, 17, 0, 64), wanted = translated(&w, DESTINATION, SERVER, 0, 1);

	steps_start();
	prepare(DSCP, UINT16_MAX);
	set_dscp(&wanted.f, DSCP);
	set_macs(&wanted.f, sample_hop_mac, sample_mac);
	for (uint32_t offset = 0; offset < 64; offset += 16) {
		struct frame in, out;
		struct gw_packet p;

		fragment_ip4(&in, &w.f, 77, offset, 16);
		fragment_ip4(&out, &wanted.f, 77, offset, 16);
		p = run(&in, in.length);
		CHECK_EQUAL(p.frame_len, out.length);
		CHECK(!memcmp(p.data, out.bytes, out.length));
		steps_free(&p);
	}
	steps_end();
}

/* An ICMP error that is about a TCP flow has no TCP checksum. */
static void icmp_errors(void)
{
	struct whole about = whole(0, "90.1.2.3", 80, "203.0.113.7", 40001, 6, 0, 40);
	struct whole w = { .protocol = 1, .l4 = 20 };

	steps_start();
	prepare(DSCP, UINT16_MAX);
	frame_error(&w.f, "203.0.113.9", "90.1.2.3", 3, 4, &about.f, 28);
	row(&w);
	steps_end();
}

static const struct test tests[] = {
	{ "any packet leaves for the server as if it had been made so", every_kind },
	{ "the DSCP is the VIP's, the ECN bits stay", ecn },
	{ "a wrong checksum stays wrong and a missing one missing", wrong_sums },
	{ "of a datagram in fragments only the first has a checksum", fragments },
	{ "an ICMP error keeps what it quotes", icmp_errors },
};
MAIN(tests)
