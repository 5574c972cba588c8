/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include "icmp_frames.h"
#include "steps.h"

#define CLIENT "203.0.113.7"
#define CLIENT6 "2001:db8::7"
#define VIP "90.1.2.3"
#define VIP6 "2002::9"

/* The whole frame of an error about `f` from `source`, with `quote` bytes of the packet. */
static uint32_t wanted(uint8_t *at, const struct frame *f, const char *source, uint8_t type,
		       uint8_t code, uint32_t word, uint32_t quote, uint16_t id)
{
	const uint8_t *packet = f->bytes + f->l3;
	bool ip6 = packet[0] >> 4 == 6;
	uint32_t header = ip6 ? 40 : 20;
	struct frame e = { .l3 = f->l3, .ip_len = header + 8 + quote };
	uint8_t *ip = e.bytes + f->l3;

	memcpy(e.bytes, f->bytes, f->l3);
	memcpy(e.bytes, f->bytes + 6, 6);
	memcpy(e.bytes + 6, f->bytes, 6);
	ip[0] = ip6 ? 0x60 : 0x45;
	ip[1] = ip6 ? 0 : 0xc0;
	set16(ip + (ip6 ? 4 : 2), e.ip_len - (ip6 ? 40 : 0));
	if (!ip6)
		set16(ip + 4, id);
	ip[ip6 ? 7 : 8] = 64;
	ip[ip6 ? 6 : 9] = ip6 ? 58 : 1;
	address(ip6 ? 6 : 4, source, ip + (ip6 ? 8 : 12));
	memcpy(ip + (ip6 ? 24 : 16), packet + (ip6 ? 8 : 12), ip6 ? 16 : 4);
	ip[header] = type;
	ip[header + 1] = code;
	set16(ip + header + 4, word >> 16);
	set16(ip + header + 6, word & 0xffff);
	memcpy(ip + header + 8, packet, quote);
	if (!ip6)
		frame_resum(&e);
	icmp_resum(&e, header);
	memcpy(at, e.bytes, e.l3 + e.ip_len);
	return e.l3 + e.ip_len;
}

/* Exactly this error stands among the made frames at the place. */
static void check_made(uint32_t place, const struct frame *f, const char *source, uint8_t type,
		       uint8_t code, uint32_t word, uint32_t quote)
{
	uint8_t expected[2048];
	uint16_t id = (uint16_t)(worker.ip_id - 1);
	uint32_t length = wanted(expected, f, source, type, code, word, quote, id);

	CHECK(place < worker.made->count);
	CHECK_EQUAL(worker.made->frames[place].length, length);
	CHECK_EQUAL(worker.made->frames[place].port, STEPS_PORT);
	CHECK(!memcmp(made_bytes(place), expected, length));
}

static void restart(void)
{
	worker.made->count = 0;
	worker.made->used = 0;
}

static void too_big(const struct frame *f, uint16_t mtu, uint8_t cause)
{
	struct gw_packet p = steps_parsed(f);

	restart();
	gw_answer_too_big(&worker, &p, mtu, cause);
	steps_free(&p);
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void both_families(void)
{
	struct frame f;

	steps_start();
	for (uint32_t tags = 0; tags <= 2; tags++) {
		for (uint32_t payload = 20; payload < 1500; payload += payload < 30 ? 1 : 53) {
			frame_ip4(&f, tags, CLIENT, VIP, 6, 50000, 443, payload % 11, payload);
			too_big(&f, 1400, 9);
			check_made(0, &f, VIP, 3, 4, 1400, least(f.ip_len, 548));
			CHECK_EQUAL(worker.made->frames[0].cause, 9);
			CHECK_EQUAL(worker.made->count, 1);
			frame_ip6(&f, tags, CLIENT6, VIP6, 17, NULL, 0, 50000, 53, payload);
			too_big(&f, 1280, 31);
			check_made(0, &f, VIP6, 2, 0, 1280, least(f.ip_len, 1232));
			CHECK_EQUAL(worker.made->frames[0].cause, 31);
			CHECK_EQUAL(worker.made->count, 1);
		}
	}
	steps_end();
}

static void padding_and_segments(void)
{
	struct frame f;
	struct gw_packet p;

	steps_start();
	frame_ip4(&f, 0, CLIENT, VIP, 6, 50000, 443, 0, 20);
	f.length = 60; /* the quote ends with the packet */
	too_big(&f, 68, 0);
	check_made(0, &f, VIP, 3, 4, 68, 40);
	frame_ip4(&f, 0, CLIENT, VIP, 6, 50000, 443, 0, 300);
	p = steps_packet(&f);
	p.data_len = 134; /* or with the first segment */
	gw_parse(&snapshot, &p, 1);
	restart();
	gw_answer_too_big(&worker, &p, 68, 0);
	check_made(0, &f, VIP, 3, 4, 68, 120);
	steps_free(&p);
	steps_end();
}

static void time_exceeded(void)
{
	struct gw_packet p[4];
	struct frame f[4];

	steps_start();
	for (int i = 0; i < 4; i++) {
		if (i % 2)
			frame_ip6(&f[i], 1, CLIENT6, VIP6, 6, NULL, 0, 50000, 443, 60);
		else
			frame_ip4(&f[i], 1, CLIENT, VIP, 6, 50000, 443, 0, 60);
		p[i] = steps_parsed(&f[i]);
	}
	p[2].verdict = p[3].verdict = GW_DROP_TTL_EXPIRED;
	gw_answer_ttl(&worker, &snapshot, p, 4); /* no address of its own */
	CHECK_EQUAL(worker.made->count, 2);
	check_made(0, &f[2], VIP, 11, 0, 0, 80);
	check_made(1, &f[3], VIP6, 3, 0, 0, 100);
	CHECK_EQUAL(worker.made->frames[0].cause, 2);
	CHECK_EQUAL(worker.made->frames[1].cause, 3);
	address(4, "192.0.2.10", snapshot.ip4_src);
	address(6, "2001:db8::10", snapshot.ip6_src);
	restart();
	gw_answer_ttl(&worker, &snapshot, p, 4);
	check_made(0, &f[2], "192.0.2.10", 11, 0, 0, 80);
	check_made(1, &f[3], "2001:db8::10", 3, 0, 0, 100);
	CHECK_EQUAL(worker.counters[GW_W_ICMP_SENT], 4);
	for (int i = 0; i < 4; i++)
		steps_free(&p[i]);
	steps_end();
}

static uint32_t errors_about(const struct frame *f)
{
	too_big(f, 1280, 0);
	return worker.made->count;
}

static uint32_t errors_from(const char *src, const char *dst)
{
	struct frame f;

	if (strchr(src, ':'))
		frame_ip6(&f, 0, src, dst, 17, NULL, 0, 4, 53, 60);
	else
		frame_ip4(&f, 0, src, dst, 17, 4, 53, 0, 60);
	return errors_about(&f);
}

static void nothing_about_some(void)
{
	struct frame f, whole;

	steps_start();
	CHECK_EQUAL(errors_from(CLIENT, VIP) + errors_from(CLIENT6, VIP6), 2);
	CHECK_EQUAL(errors_from("0.0.0.0", VIP) + errors_from("127.0.0.1", VIP), 0);
	CHECK_EQUAL(errors_from("239.1.1.1", VIP) + errors_from("255.255.255.255", VIP), 0);
	CHECK_EQUAL(errors_from(CLIENT, "224.0.0.5") + errors_from(CLIENT, "255.255.255.255"), 0);
	CHECK_EQUAL(errors_from("::", VIP6) + errors_from("::1", VIP6), 0);
	CHECK_EQUAL(errors_from("ff02::1", VIP6) + errors_from(CLIENT6, "ff0e::1"), 0);
	frame_ip4(&whole, 0, CLIENT, VIP, 17, 4, 53, 0, 100);
	fragment_ip4(&f, &whole, 7, 0, 40);
	CHECK_EQUAL(errors_about(&f), 1);
	fragment_ip4(&f, &whole, 7, 40, 40);
	CHECK_EQUAL(errors_about(&f), 0);
	frame_ip6(&whole, 0, CLIENT6, VIP6, 17, NULL, 0, 4, 53, 100);
	fragment_ip6(&f, &whole, 0, 6, 7, 40, 40);
	CHECK_EQUAL(errors_about(&f), 0);
	snapshot.ports[0].any_mac = 1;
	memset(whole.bytes, 0xff, 6);
	CHECK_EQUAL(errors_about(&whole), 0);
	memcpy(whole.bytes, "\x33\x33\0\0\0\1", 6);
	CHECK_EQUAL(errors_about(&whole), 0);
	steps_end();
}

static void nothing_about_errors(void)
{
	struct frame f;

	steps_start();
	for (int type = 0; type < 256; type++) {
		bool error4 = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;

		frame_icmp(&f, 0, CLIENT, VIP, (uint8_t)type, 0, 40);
		CHECK_EQUAL(errors_about(&f), !error4);
		frame_icmp(&f, 0, CLIENT6, VIP6, (uint8_t)type, 0, 40);
		CHECK_EQUAL(errors_about(&f), type > 127 && type != 137);
	}
	frame_ip4(&f, 0, CLIENT, VIP, 1, 0, 0, 0, 0); /* no type to be seen */
	CHECK_EQUAL(errors_about(&f), 0);
	f.length = 60; /* padding is no type */
	f.bytes[34] = 8;
	CHECK_EQUAL(errors_about(&f), 0);
	steps_end();
}

static void so_many_a_second(void)
{
	steps_start();
	worker.now = 0; /* the first second of a clock, too */
	for (uint32_t second = 0; second < 3; second++) {
		for (int i = 0; i < GW_ICMP_A_SECOND; i++)
			CHECK_EQUAL(errors_from(CLIENT, VIP), 1);
		for (int i = 0; i < 5; i++)
			CHECK_EQUAL(errors_from(CLIENT6, VIP6), 0);
		CHECK_EQUAL(worker.counters[GW_W_ICMP_SENT], (second + 1) * GW_ICMP_A_SECOND);
		CHECK_EQUAL(worker.counters[GW_W_ICMP_LIMITED], (second + 1) * 5);
		worker.now++;
	}
	steps_end();
}

static void without_room(void)
{
	struct frame f;
	struct gw_packet p;

	steps_start();
	frame_ip4(&f, 0, CLIENT, VIP, 6, 50000, 443, 0, 60);
	p = steps_parsed(&f);
	for (int i = 0; i < GW_MADE_MOST + 9; i++)
		gw_answer_too_big(&worker, &p, 1400, 0);
	CHECK_EQUAL(worker.made->count, GW_MADE_MOST);
	CHECK_EQUAL(worker.counters[GW_W_ICMP_SENT], GW_MADE_MOST);
	CHECK_EQUAL(worker.counters[GW_W_ICMP_LIMITED], 0);
	worker.made->count = 0;
	worker.made->used = GW_MADE_BYTES - 120; /* one less than it needs */
	gw_answer_too_big(&worker, &p, 1400, 0);
	CHECK_EQUAL(worker.made->count, 0);
	worker.made->used = GW_MADE_BYTES - 128;
	gw_answer_too_big(&worker, &p, 1400, 0);
	CHECK_EQUAL(worker.made->count, 1);
	steps_free(&p);
	steps_end();
}

static const struct test tests[] = {
	{ "too big is told byte for byte, in both families, with the tags that came",
	  both_families },
	{ "the quote ends where the packet or its first segment does", padding_and_segments },
	{ "time exceeded comes from the node, or from the destination where it has no address",
	  time_exceeded },
	{ "nothing is told about groups, broadcasts and later fragments", nothing_about_some },
	{ "nothing is told about ICMP errors, but about other ICMP", nothing_about_errors },
	{ "a worker sends a thousand errors a second, and counts those that it did not",
	  so_many_a_second },
	{ "without room nothing is sent or counted", without_room },
};
MAIN(tests)
