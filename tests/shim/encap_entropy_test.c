/* SPDX-License-Identifier: Apache-2.0 */
/* What of an outer header tells flows apart, for those who spread packets on the way. */
#include "sample_all.h"
#include "tunnels.h"

#define FLOWS 1000

static uint8_t out[2048 + GW_FRAME_GROWTH];

/* The outer source address and, of gue, the UDP ports, of each flow's packets, twice. */
struct seen {
	uint8_t source[16];
	uint16_t src_port, dst_port;
};

static void look(struct gw *gw, uint32_t tunnel, int family, uint32_t flow, struct seen *seen)
{
	const struct tunnel *t = &tunnels[tunnel];
	const uint8_t *ip = out + 14, *udp = ip + (t->family == 4 ? 20 : 40);
	struct frame f;

	memset(seen, 0, sizeof(*seen));
	tunnel_frame(&f, tunnel, family, 0, (uint16_t)(1000 + flow), 20);
	CHECK_EQUAL(run_frame(gw, &f, out).verdict, GW_FORWARDED);
	CHECK(!memcmp(ip + t->growth, f.bytes + 14, f.ip_len));
	if (t->family == 4)
		CHECK_EQUAL(ip4_sum(ip, 20), 0xffff);
	memcpy(seen->source, ip + (t->family == 4 ? 12 : 8), t->family == 4 ? 4 : 16);
	if (t->protocol != 17)
		return;
	seen->src_port = (uint16_t)(udp[0] << 8 | udp[1]);
	seen->dst_port = (uint16_t)(udp[2] << 8 | udp[3]);
}

/* Looks at every flow, twice; returns how many of them differ from all others. */
static uint32_t look_at_all(struct gw *gw, uint32_t tunnel, int family, struct seen *all)
{
	uint32_t different = 0;

	for (uint32_t i = 0; i < FLOWS; i++) {
		struct seen again;
		bool known = false;

		look(gw, tunnel, family, i, &all[i]);
		look(gw, tunnel, family, i, &again);
		CHECK(!memcmp(&all[i], &again, sizeof(again)));
		for (uint32_t j = 0; j < i; j++)
			known |= !memcmp(&all[j], &all[i], sizeof(all[i]));
		different += !known;
	}
	return different;
}

static void gue_ports(void)
{
	struct sample *s = sample_tunnels(1, 64);
	static struct seen all[FLOWS];
	struct gw *gw;

	s->head.gue_port = 4444;
	sample_entropy(s); /* is not for gue */
	gw = must_simulate(s);
	for (uint32_t tunnel = 4; tunnel < TUNNELS; tunnel++) {
		const uint8_t *source = tunnel == 4 ? s->head.ip4_src : s->head.ip6_src;

		for (int family = 4; family <= 6; family += 2) {
			/* of 16,384 ports, 1,000 flows take some 970 */
			CHECK(look_at_all(gw, tunnel, family, all) > 900);
			for (uint32_t i = 0; i < FLOWS; i++) {
				CHECK(all[i].src_port >= 49152);
				CHECK_EQUAL(all[i].dst_port, 4444);
				CHECK(!memcmp(all[i].source, source, 16));
			}
		}
	}
	gw_close(gw, NULL);
	free(s);
}

static bool in_prefix(const uint8_t *address, const uint8_t *prefix, uint32_t length)
{
	for (uint32_t bit = 0; bit < length; bit++)
		if ((address[bit / 8] ^ prefix[bit / 8]) & 0x80 >> bit % 8)
			return false;
	return true;
}

/* Whether all bits of the address behind the prefix, to its end, have that value. */
static bool host_is(const uint8_t *address, uint32_t length, uint32_t end, bool value)
{
	for (uint32_t bit = length; bit < end; bit++)
		if (!(address[bit / 8] & 0x80 >> bit % 8) == value)
			return false;
	return true;
}

static void sources(void)
{
	struct sample *s = sample_tunnels(1, 64);
	static struct seen all[FLOWS];
	struct gw *gw;

	sample_entropy(s);
	memset(s->head.ip4_src, 0, 16); /* only gue needs them */
	memset(s->head.ip6_src, 0, 16);
	s->head.servers_count = s->head.vips_count = 8;
	gw = must_simulate(s);
	for (uint32_t i = 0; i < 8; i++) {
		bool ip4 = tunnels[i / 2].family == 4;
		uint32_t length = ip4 ? 15 : 48;

		CHECK(look_at_all(gw, i / 2, i & 1 ? 6 : 4, all) > 980);
		for (uint32_t flow = 0; flow < FLOWS; flow++)
			CHECK(in_prefix(all[flow].source,
					ip4 ? s->head.ip4_entropy : s->head.ip6_entropy, length));
	}
	gw_close(gw, NULL);
	free(s);
}

/* Of a small prefix neither the network's own address nor the broadcast address is taken. */
static void small_prefixes(void)
{
	struct sample *s = sample_tunnels(1, 64);
	static struct seen all[FLOWS];

	sample_entropy(s);
	for (uint32_t less = 0; less < 4; less++) {
		uint32_t ip4 = 30 - less, ip6 = 126 - less;
		struct gw *gw;

		s->head.ip4_entropy_len = (uint8_t)ip4;
		s->head.ip6_entropy_len = (uint8_t)ip6;
		gw = must_simulate(s);
		CHECK_EQUAL(look_at_all(gw, 0, 4, all), (4u << less) - 2);
		for (uint32_t i = 0; i < FLOWS; i++) {
			CHECK(in_prefix(all[i].source, s->head.ip4_entropy, ip4));
			CHECK(!host_is(all[i].source, ip4, 32, false));
			CHECK(!host_is(all[i].source, ip4, 32, true));
		}
		CHECK_EQUAL(look_at_all(gw, 1, 4, all), (4u << less) - 2);
		for (uint32_t i = 0; i < FLOWS; i++) {
			CHECK(in_prefix(all[i].source, s->head.ip6_entropy, ip6));
			CHECK(!host_is(all[i].source, ip6, 128, false));
			CHECK(!host_is(all[i].source, ip6, 128, true));
		}
		gw_close(gw, NULL);
	}
	free(s);
}

static const struct test tests[] = {
	{ "the UDP source port of gue is the flow's, from 49152 up", gue_ports },
	{ "outer sources of gre and ipip are the flow's, from the prefix for entropy", sources },
	{ "a small prefix gives only addresses that a host can have", small_prefixes },
};
MAIN(tests)
