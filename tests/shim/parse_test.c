/* SPDX-License-Identifier: Apache-2.0 */
#include "parsing.h"

static void plain(struct frame *f)
{
	frame_ip4(f, 0, "203.0.113.7", "90.1.2.3", 6, 40001, 80, 0, 20);
}

static void reads_headers(void)
{
	struct frame f;
	struct gw_packet p;

	for (uint32_t tags = 0; tags <= 2; tags++) {
		for (uint32_t options = 0; options <= 10; options++) {
			frame_ip4(&f, tags, "203.0.113.7", "90.1.2.3", 17, 40001, 53, options, 8);
			p = whole(&f);
			CHECK_EQUAL(p.verdict, GW_FORWARDED);
			CHECK_EQUAL(p.family, 4);
			CHECK_EQUAL(p.protocol, 17);
			CHECK_EQUAL(p.l3, 14 + 4 * tags);
			CHECK_EQUAL(p.ip_len, 28 + 4 * options);
			CHECK_EQUAL(p.src_port, 40001);
			CHECK_EQUAL(p.dst_port, 53);
			CHECK_EQUAL(p.l4, p.l3 + 20 + 4 * options);
			CHECK_EQUAL(p.special, 0);
		}
		frame_ip6(&f, tags, "2001:db8::7", "2002::1", 6, NULL, 0, 40001, 443, 20);
		p = whole(&f);
		CHECK_EQUAL(p.verdict, GW_FORWARDED);
		CHECK_EQUAL(p.family, 6);
		CHECK_EQUAL(p.ip_len, 60);
		CHECK_EQUAL(p.l4, p.l3 + 40);
		CHECK_EQUAL(p.special, 0);
		CHECK_EQUAL(p.src_port, 40001);
		CHECK_EQUAL(p.dst_port, 443);
	}
}

static void other_protocols(void)
{
	static const uint8_t protocols[] = { 1, 47, 50, 58, 132, 33, 136, 255, 59 };
	struct frame f;

	for (size_t i = 0; i < sizeof(protocols); i++) {
		uint8_t ip4 = protocols[i] == 1 ? GW_IS_ICMP : 0;
		uint8_t ip6 = protocols[i] == 58 ? GW_IS_ICMP : 0;
		struct gw_packet p;

		for (uint32_t payload = 0; payload < 8; payload++) {
			frame_ip4(&f, 0, "203.0.113.7", "90.1.2.3", protocols[i], 1, 2, 0, payload);
			p = whole(&f);
			CHECK_EQUAL(p.verdict, GW_FORWARDED);
			CHECK_EQUAL(p.protocol, protocols[i]);
			CHECK_EQUAL(p.src_port + p.dst_port, 0);
			CHECK_EQUAL(p.special, ip4);
			CHECK_EQUAL(p.l4, 34);
			frame_ip6(&f, 0, "2001:db8::7", "2002::1", protocols[i], NULL, 0, 1, 2,
				  payload);
			p = whole(&f);
			CHECK_EQUAL(p.verdict, GW_FORWARDED);
			CHECK_EQUAL(p.src_port + p.dst_port, 0);
			CHECK_EQUAL(p.special, ip6);
			CHECK_EQUAL(p.l4, 54);
		}
	}
}

static void whose_frame(void)
{
	struct frame f;
	struct gw_packet p;

	plain(&f);
	f.bytes[5] ^= 2;
	CHECK_EQUAL(whole(&f).verdict, GW_LEFT_NOT_MINE);
	memset(f.bytes, 0xff, 6);
	CHECK_EQUAL(whole(&f).verdict, GW_LEFT_NOT_MINE);
	plain(&f);
	p = (struct gw_packet){ .data = f.bytes, .data_len = f.length, .frame_len = f.length };
	for (int port = 0; port < 256; port++) {
		p.port = (uint8_t)port;
		gw_parse(snapshot, &p, 1);
		CHECK_EQUAL(p.verdict, port == 3 ? GW_FORWARDED : GW_LEFT_NOT_MINE);
	}
	frame_ether(&f, 0, 0x0806);
	f.length = 60;
	CHECK_EQUAL(whole(&f).verdict, GW_LEFT_ETHERTYPE);
	frame_ip4(&f, 3, "203.0.113.7", "90.1.2.3", 6, 1, 2, 0, 20);
	CHECK_EQUAL(whole(&f).verdict, GW_LEFT_ETHERTYPE);
}

static void bad_ip4(void)
{
	struct frame f;

	for (uint32_t byte = 0; byte < 20; byte++) { /* the checksum finds any one wrong bit */
		for (int bit = 0; bit < 8; bit++) {
			plain(&f);
			f.bytes[14 + byte] ^= (uint8_t)(1 << bit);
			CHECK(whole(&f).verdict == GW_DROP_BAD_IP4_HEADER ||
			      whole(&f).verdict == GW_DROP_BAD_LENGTH);
		}
	}
	plain(&f);
	f.bytes[14] = 0x55;
	frame_resum(&f);
	CHECK_EQUAL(whole(&f).verdict, GW_DROP_BAD_IP4_HEADER);
	f.bytes[14] = 0x44;
	CHECK_EQUAL(whole(&f).verdict, GW_DROP_BAD_IP4_HEADER);
	plain(&f);
	set16(f.bytes + 16, 19); /* less than its header */
	frame_resum(&f);
	CHECK_EQUAL(whole(&f).verdict, GW_DROP_BAD_LENGTH);
	set16(f.bytes + 16, f.ip_len + 1); /* more than the frame */
	frame_resum(&f);
	CHECK_EQUAL(whole(&f).verdict, GW_DROP_BAD_LENGTH);
	plain(&f);
	f.bytes[14] = 0x4f; /* options beyond the total length */
	CHECK_EQUAL(whole(&f).verdict, GW_DROP_BAD_LENGTH);
}

static void ttl(void)
{
	struct frame f;

	for (int value = 0; value < 3; value++) {
		uint8_t verdict = value ? GW_FORWARDED : GW_DROP_TTL;

		plain(&f);
		f.bytes[14 + 8] = (uint8_t)value;
		frame_resum(&f);
		CHECK_EQUAL(whole(&f).verdict, verdict);
		frame_ip6(&f, 0, "2001:db8::7", "2002::1", 6, NULL, 0, 1, 2, 20);
		f.bytes[14 + 7] = (uint8_t)value;
		CHECK_EQUAL(whole(&f).verdict, verdict);
	}
}

static void padding(void)
{
	struct frame f;
	struct gw_packet p;

	frame_ip4(&f, 0, "203.0.113.7", "90.1.2.3", 17, 7, 8, 0, 8);
	f.length = 60;
	p = whole(&f);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK_EQUAL(p.ip_len, 28);
	/* ports in the padding are no ports */
	frame_ip4(&f, 0, "203.0.113.7", "90.1.2.3", 6, 7, 8, 0, 3);
	f.length = 60;
	CHECK_EQUAL(whole(&f).verdict, GW_DROP_BAD_LENGTH);
}

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

static void bad_ip6(void)
{
	struct frame f;

	frame_ip6(&f, 0, "2001:db8::7", "2002::1", 6, NULL, 0, 1, 2, 20);
	f.bytes[14] = 0x50;
	CHECK_EQUAL(whole(&f).verdict, GW_DROP_BAD_IP6_HEADER);
	frame_ip6(&f, 0, "2001:db8::7", "2002::1", 6, NULL, 0, 1, 2, 20);
	set16(f.bytes + 14 + 4, 65535);
	CHECK_EQUAL(whole(&f).verdict, GW_DROP_BAD_LENGTH);
}

/* A step that nobody needs is not called: it must show when one is needed. */
static void all_together(void)
{
	struct gw_packet packets[3] = { 0 };
	struct frame f[3];

	plain(&f[0]);
	frame_ip4(&f[1], 0, "203.0.113.7", "90.1.2.3", 1, 8, 0, 0, 16);
	plain(&f[2]);
	set16(f[2].bytes + 14 + 6, 0x0001);
	frame_resum(&f[2]);
	for (int i = 0; i < 3; i++) {
		packets[i].data = f[i].bytes;
		packets[i].data_len = packets[i].frame_len = f[i].length;
		packets[i].port = 3;
	}
	CHECK_EQUAL(gw_parse(snapshot, packets, 1), 0);
	CHECK_EQUAL(gw_parse(snapshot, packets, 2), GW_IS_ICMP);
	CHECK_EQUAL(gw_parse(snapshot, packets, 3), GW_IS_ICMP | GW_IS_FRAGMENT | GW_IS_LATER);
}

static const struct test tests[] = {
	{ "headers are read behind any options and up to two VLAN tags", reads_headers },
	{ "only TCP and UDP have ports", other_protocols },
	{ "frames for others and other ethertypes are left", whose_frame },
	{ "a wrong IPv4 header is dropped by name", bad_ip4 },
	{ "TTL 0 is dropped, TTL 1 goes on", ttl },
	{ "padding does not belong to the packet", padding },
	{ "IPv4 fragments are told, and the first one has its ports", fragments },
	{ "IPv6 extension headers are walked, eight at most", extensions },
	{ "IPv6 fragments are told, the first one has its ports, atomic ones are none",
	  ip6_fragments },
	{ "a wrong IPv6 header is dropped by name", bad_ip6 },
	{ "what is special about any packet of a burst is told of the burst", all_together },
};

int main(void)
{
	return run_parse_tests(tests, sizeof(tests) / sizeof(tests[0]));
}
