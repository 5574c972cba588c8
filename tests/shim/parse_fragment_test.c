/* SPDX-License-Identifier: Apache-2.0 */
/* Extension headers, and datagrams in pieces. */
#include "parsing.h"

static void check_fragment(const struct gw_packet *p, bool later)
{
	CHECK_EQUAL(p->verdict, GW_FORWARDED);
	CHECK_EQUAL(p->special, GW_IS_FRAGMENT | (later ? GW_IS_LATER : 0));
	CHECK_EQUAL(p->protocol, 6);
	CHECK_EQUAL(p->src_port, later ? 0 : 40001);
	CHECK_EQUAL(p->dst_port, later ? 0 : 80);
	CHECK_EQUAL(p->l4, later ? 0 : 34);
}

static void fragments(void)
{
	static const uint16_t fields[] = { 0x2000, 0x2001, 0x0001, 0x1fff, 0x3fff };
	struct frame f;
	struct gw_packet p;

	for (size_t i = 0; i < 5; i++) {
		plain(&f);
		set16(f.bytes + 14 + 6, fields[i]);
		frame_resum(&f);
		p = whole(&f);
		check_fragment(&p, i > 0);
	}
	plain(&f);
	set16(f.bytes + 14 + 6, 0x4000); /* do not fragment */
	frame_resum(&f);
	CHECK_EQUAL(whole(&f).special, 0);
	CHECK_EQUAL(whole(&f).src_port, 40001);
	/* a first one must hold its ports, a later one may be of any length */
	frame_ip4(&f, 0, "203.0.113.7", "90.1.2.3", 6, 40001, 80, 0, 3);
	set16(f.bytes + 14 + 6, 0x2000);
	frame_resum(&f);
	CHECK_EQUAL(whole(&f).verdict, GW_DROP_BAD_LENGTH);
	set16(f.bytes + 14 + 6, 0x0001);
	frame_resum(&f);
	CHECK_EQUAL(whole(&f).verdict, GW_FORWARDED);
	/* a later one of ICMP is ICMP, without its header */
	for (uint16_t field = 0; field < 2; field++) {
		frame_ip4(&f, 0, "203.0.113.7", "90.1.2.3", 1, 8, 0, 0, 16);
		set16(f.bytes + 14 + 6, 0x2000u | field);
		frame_resum(&f);
		CHECK_EQUAL(whole(&f).special,
			    GW_IS_FRAGMENT | GW_IS_ICMP | (field ? GW_IS_LATER : 0));
		CHECK_EQUAL(whole(&f).l4, field ? 0 : 34);
	}
}

static void extensions(void)
{
	static const uint8_t kinds[] = { 0, 43, 60, 44, 60, 60, 60, 60, 60, 60 };
	struct frame f;
	uint8_t ext[512];

	for (uint32_t count = 1; count <= 10; count++) {
		uint32_t length = chain(ext, kinds, count);
		struct gw_packet p;

		frame_ip6(&f, 0, "2001:db8::7", "2002::1", 0, ext, length, 40001, 443, 20);
		p = whole(&f);
		CHECK_EQUAL(p.verdict, count <= 8 ? GW_FORWARDED : GW_DROP_BAD_IP6_HEADER);
		CHECK_EQUAL(p.dst_port, count <= 8 ? 443 : 0);
		if (count <= 8)
			CHECK_EQUAL(p.l4, 54 + length);
		CHECK_EQUAL(p.special, 0); /* the fragment header in the middle is an atomic one */
	}
	/* AH counts words of 4, options words of 8 */
	memset(ext, 0, sizeof(ext));
	ext[0] = 60;
	ext[1] = 4;
	ext[24] = 6;
	ext[25] = 2;
	frame_ip6(&f, 0, "2001:db8::7", "2002::1", 51, ext, 48, 40001, 443, 20);
	CHECK_EQUAL(whole(&f).verdict, GW_FORWARDED);
	CHECK_EQUAL(whole(&f).dst_port, 443);
	/* hop-by-hop options stand right behind the IPv6 header or nowhere */
	chain(ext, (const uint8_t[]){ 60, 0 }, 2);
	frame_ip6(&f, 0, "2001:db8::7", "2002::1", 60, ext, 16, 1, 2, 20);
	CHECK_EQUAL(whole(&f).verdict, GW_DROP_BAD_IP6_HEADER);
	/* a header that says it is longer than the packet */
	memset(ext, 0, 8);
	ext[0] = 6;
	ext[1] = 255;
	frame_ip6(&f, 0, "2001:db8::7", "2002::1", 60, ext, 8, 1, 2, 20);
	CHECK_EQUAL(whole(&f).verdict, GW_DROP_BAD_LENGTH);
}

static void ip6_fragments(void)
{
	struct frame f;
	uint8_t ext[24] = { 60, 0, 0, 1, [8] = 17 }; /* a first piece, and options behind it */
	struct gw_packet p;

	frame_ip6(&f, 0, "2001:db8::7", "2002::1", 44, ext, 16, 40001, 443, 20);
	p = whole(&f);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK_EQUAL(p.special, GW_IS_FRAGMENT);
	CHECK_EQUAL(p.protocol, 17);
	CHECK_EQUAL(p.src_port, 40001);
	CHECK_EQUAL(p.dst_port, 443);
	CHECK_EQUAL(p.l4, 70);
	ext[3] = 8; /* a later piece, the last: what its header names is elsewhere */
	frame_ip6(&f, 0, "2001:db8::7", "2002::1", 44, ext, 8, 40001, 443, 0);
	p = whole(&f);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK_EQUAL(p.special, GW_IS_FRAGMENT | GW_IS_LATER);
	CHECK_EQUAL(p.protocol, 60);
	CHECK_EQUAL(p.src_port + p.dst_port, 0);
	CHECK_EQUAL(p.l4, 0);
	ext[0] = 58;
	frame_ip6(&f, 0, "2001:db8::7", "2002::1", 44, ext, 8, 128, 0, 8);
	CHECK_EQUAL(whole(&f).special, GW_IS_FRAGMENT | GW_IS_LATER | GW_IS_ICMP);
	ext[3] = 1;
	frame_ip6(&f, 0, "2001:db8::7", "2002::1", 44, ext, 8, 128, 0, 8);
	CHECK_EQUAL(whole(&f).special, GW_IS_FRAGMENT | GW_IS_ICMP);
	ext[0] = 6; /* a first one must hold its ports */
	frame_ip6(&f, 0, "2001:db8::7", "2002::1", 44, ext, 8, 1, 2, 3);
	CHECK_EQUAL(whole(&f).verdict, GW_DROP_BAD_LENGTH);
}

static const struct test tests[] = {
	{ "IPv4 fragments are told, and the first one has its ports", fragments },
	{ "IPv6 extension headers are walked, eight at most", extensions },
	{ "IPv6 fragments are told, the first one has its ports, atomic ones are none",
	  ip6_fragments },
};

int main(void)
{
	return run_parse_tests(tests, sizeof(tests) / sizeof(tests[0]));
}
