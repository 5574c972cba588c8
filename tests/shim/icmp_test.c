/* SPDX-License-Identifier: Apache-2.0 */
#include "icmp_steps.h"

/* The whole reply that must leave. `cut`: bytes of extension headers that are taken out. */
static uint32_t wanted(uint8_t *at, const struct frame *f, uint32_t cut)
{
	const uint8_t *request = f->bytes + f->l3;
	bool ip6 = request[0] >> 4 == 6;
	uint32_t l4 = ip6 ? 40 : (request[0] & 15u) * 4, size = ip6 ? 16 : 4, src = ip6 ? 8 : 12;
	struct frame reply = *f;
	uint8_t *ip = reply.bytes + f->l3;

	memcpy(reply.bytes, f->bytes + 6, 6);
	memcpy(reply.bytes + 6, f->bytes, 6);
	memcpy(ip + l4, request + l4 + cut, f->ip_len - l4 - cut);
	reply.ip_len -= cut;
	memcpy(ip + src, request + src + size, size);
	memcpy(ip + src + size, request + src, size);
	ip[ip6 ? 7 : 8] = 64;
	ip[l4] = ip6 ? 129 : 0;
	if (ip6) {
		set16(ip + 4, reply.ip_len - 40);
		ip[6] = 58;
	} else {
		frame_resum(&reply);
	}
	icmp_resum(&reply, l4);
	memcpy(at, reply.bytes, reply.l3 + reply.ip_len);
	return reply.l3 + reply.ip_len;
}

static void row(const struct frame *f, uint32_t cut, uint32_t vip)
{
	struct gw_packet p = run(f);
	uint8_t expected[2048];
	uint32_t length = wanted(expected, f, cut);

	CHECK_EQUAL(p.verdict, GW_ANSWERED);
	CHECK(p.vip == &vips[vip]);
	CHECK_EQUAL(p.port, STEPS_PORT);
	CHECK_EQUAL(p.frame_len, length);
	CHECK_EQUAL(p.data_len, length);
	CHECK(!memcmp(p.data, expected, length));
	steps_free(&p);
}

static void both_families(void)
{
	struct frame f;
	uint64_t count = 0;

	steps_start();
	for (uint32_t tags = 0; tags <= 2; tags++) {
		for (uint32_t payload = 0; payload < 1400; payload += payload < 70 ? 1 : 97) {
			frame_icmp(&f, tags, CLIENT, VIP, 8, 0, payload);
			f.bytes[f.l3 + 1] = 0xb9; /* TOS, id, TTL */
			set16(f.bytes + f.l3 + 4, payload * 31);
			f.bytes[f.l3 + 8] = (uint8_t)(1 + payload % 255);
			frame_resum(&f);
			row(&f, 0, STEPS_IP4);
			frame_icmp(&f, tags, CLIENT6, VIP6, 128, 0, payload);
			f.bytes[f.l3 + 7] = (uint8_t)(1 + payload % 255);
			row(&f, 0, STEPS_IP6);
			count++;
		}
	}
	frame_icmp(&f, 0, CLIENT, "92.0.0.1", 8, 0, 56); /* a VIP by port */
	row(&f, 0, STEPS_TCP80);
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_ANSWERED), count);
	CHECK_EQUAL(vip_count(STEPS_IP6, GW_V_ANSWERED), count);
	CHECK_EQUAL(vip_count(STEPS_TCP80, GW_V_ANSWERED), 1);
	steps_end();
}

static void padding(void)
{
	struct frame f;

	steps_start();
	frame_icmp(&f, 0, CLIENT, VIP, 8, 0, 3);
	f.length = 60;
	memset(f.bytes + f.l3 + f.ip_len, 0xee, 60 - f.l3 - f.ip_len);
	row(&f, 0, STEPS_IP4);
	steps_end();
}

static void options_and_extensions(void)
{
	/* hop by hop, routing with a segment left, options of 16 bytes, authentication of 16 */
	static const uint8_t ext[48] = { 43, [8] = 60, 0, 0, 1, [16] = 51, 1, [32] = 58, 2 };
	struct frame f;

	steps_start();
	frame_ip4(&f, 1, CLIENT, VIP, 1, 0x0800, 0, 3, 30);
	icmp_resum(&f, 32);
	row(&f, 0, STEPS_IP4);
	for (uint32_t from = 0; from < 48; from = from < 16 ? from + 8 : from + 16) {
		static const uint8_t kinds[48] = { [8] = 43, [16] = 60, [32] = 51 };

		frame_ip6(&f, 1, CLIENT6, VIP6, kinds[from], ext + from, 48 - from, 0x8000, 0, 30);
		icmp_resum(&f, 40 + 48 - from);
		row(&f, 48 - from, STEPS_IP6);
	}
	steps_end();
}

static void long_ones(void)
{
	struct frame f;
	struct gw_packet p;

	steps_start();
	frame_icmp(&f, 0, CLIENT, VIP, 8, 0, 1400);
	set16(f.bytes + 14 + 2, 4028);
	frame_resum(&f);
	p = steps_packet(&f);
	p.frame_len = 4042; /* the rest lies in other segments */
	gw_parse(&snapshot, &p, 1);
	gw_icmp(&worker, &snapshot, &p, 1);
	CHECK_EQUAL(p.verdict, GW_ANSWERED);
	CHECK_EQUAL(p.data_len, f.length);
	CHECK_EQUAL(p.frame_len, 4042);
	CHECK_EQUAL(p.data[34], 0);
	steps_free(&p);
	steps_end();
}

/* The same, of a first segment. */
static void segmented(const struct frame *f)
{
	struct gw_packet p = steps_packet(f);

	p.frame_len = f->l3 + f->ip_len;
	gw_parse(&snapshot, &p, 1);
	gw_icmp(&worker, &snapshot, &p, 1);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK(!memcmp(p.data, f->bytes, f->length));
	steps_free(&p);
}

static void ping(const char *src, const char *dst)
{
	struct frame f;

	frame_icmp(&f, 0, src, dst, strchr(src, ':') ? 128 : 8, 0, 56);
	goes_on(&f);
}

static void not_answered(void)
{
	struct frame f;

	steps_start();
	ping(CLIENT, "91.1.1.1");   /* icmp_echo: forward */
	ping(CLIENT, "192.0.2.10"); /* the node's own */
	ping(CLIENT, "192.0.2.11"); /* no VIP */
	ping("0.0.0.0", VIP);
	ping("127.0.0.1", VIP);
	ping("224.0.0.1", VIP);
	ping("255.255.255.255", VIP);
	ping("::", VIP6);
	ping("::1", VIP6);
	ping("ff02::1", VIP6);
	frame_icmp(&f, 0, CLIENT, VIP, 8, 0, 56);
	snapshot.ports[0].any_mac = 1;
	memset(f.bytes, 0xff, 6);
	goes_on(&f);
	for (int type = 0; type < 256; type++) {
		frame_icmp(&f, 0, CLIENT, VIP, (uint8_t)type, 0, 2);
		if (type != 8)
			goes_on(&f);
		frame_icmp(&f, 0, CLIENT6, VIP6, (uint8_t)type, 0, 2);
		if (type != 128)
			goes_on(&f);
	}
	frame_ip4(&f, 0, CLIENT, VIP, 1, 0x0800, 0, 0, 7); /* the header is cut short */
	goes_on(&f);
	frame_ip4(&f, 0, CLIENT, VIP, 1, 0, 0, 0, 0);
	goes_on(&f);
	frame_icmp(&f, 0, CLIENT, VIP, 8, 0, 56); /* or lies in another segment */
	f.length = 41;
	segmented(&f);
	frame_ip4(&f, 0, CLIENT, VIP, 58, 0x8000, 0, 0, 40); /* ICMPv6 is not of IPv4 */
	goes_on(&f);
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_ANSWERED), 0);
	steps_end();
}

/* The reply's fragment, by itself, holds the bytes that stand there in the reply to the whole; its
 * IP header is the request's but for addresses and TTL. */
static void fragment_row(const struct frame *f, const uint8_t *reply, uint32_t at, uint32_t size)
{
	bool ip6 = f->bytes[14] >> 4 == 6;
	uint32_t head = ip6 ? 48 : 20, length = ip6 ? 16 : 4, src = ip6 ? 8 : 12;
	struct gw_packet p = run(f);
	const uint8_t *ip = p.data + 14, *request = f->bytes + 14;

	CHECK_EQUAL(p.verdict, GW_ANSWERED);
	CHECK_EQUAL(p.frame_len, 14 + head + size);
	CHECK(!memcmp(ip + head, reply + at, size));
	CHECK(!memcmp(ip + src, request + src + length, length));
	CHECK(!memcmp(ip + src + length, request + src, length));
	CHECK(!memcmp(ip, request, ip6 ? 7 : 8)); /* lengths, id, flags and offset */
	CHECK_EQUAL(ip[ip6 ? 7 : 8], 64);
	if (ip6)
		CHECK(!memcmp(ip + 40, request + 40, 8));
	else
		CHECK_EQUAL(ip4_sum(ip, 20), 0xffff);
	steps_free(&p);
}

static void fragments(void)
{
	uint8_t reply[2048];
	struct frame whole, f;

	steps_start();
	frame_icmp(&whole, 0, CLIENT, VIP, 8, 0, 100);
	wanted(reply, &whole, 0);
	for (uint32_t at = 0; at < 108; at += 40) {
		uint32_t size = at == 80 ? 28 : 40;

		fragment_ip4(&f, &whole, 7, at, size);
		fragment_row(&f, reply + 34, at, size);
	}
	frame_icmp(&whole, 0, CLIENT6, VIP6, 128, 0, 100);
	wanted(reply, &whole, 0);
	for (uint32_t at = 0; at < 108; at += 40) {
		uint32_t size = at == 80 ? 28 : 40;

		fragment_ip6(&f, &whole, 0, 6, 7, at, size);
		fragment_row(&f, reply + 54, at, size);
	}
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_ANSWERED), 3);
	CHECK_EQUAL(vip_count(STEPS_IP6, GW_V_ANSWERED), 3);
	steps_end();
}

static const struct test tests[] = {
	{ "echo requests to a VIP are answered byte for byte, in both families", both_families },
	{ "padding does not go into the reply", padding },
	{ "IPv4 options stay in the reply, IPv6 extension headers do not", options_and_extensions },
	{ "an echo request in segments is answered, too", long_ones },
	{ "a ping in fragments is answered fragment by fragment", fragments },
	{ "all others go on as they came", not_answered },
};
MAIN(tests)
