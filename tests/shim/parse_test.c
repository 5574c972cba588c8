/* SPDX-License-Identifier: Apache-2.0 */
#include "parsing.h"

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
	{ "a wrong IPv6 header is dropped by name", bad_ip6 },
	{ "what is special about any packet of a burst is told of the burst", all_together },
};

int main(void)
{
	return run_parse_tests(tests, sizeof(tests) / sizeof(tests[0]));
}
