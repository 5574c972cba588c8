/* SPDX-License-Identifier: Apache-2.0 */
#include "parsing.h"

/* Every shorter frame: no read behind its end (the sanitizer watches), and never forwarded. */
static void cut(const struct frame *f)
{
	uint32_t headers = 0;

	for (uint32_t length = 0; length < f->length; length++) {
		uint8_t verdict = parse(f, length, length).verdict;

		CHECK(verdict == GW_DROP_BAD_LENGTH ||
		      (length >= 14 && verdict == GW_LEFT_ETHERTYPE));
		/* as a first segment it may do, from where all headers are in it */
		verdict = parse(f, length, f->length).verdict;
		CHECK(verdict == GW_DROP_BAD_LENGTH || verdict == GW_FORWARDED);
		CHECK(verdict == GW_FORWARDED || !headers);
		headers = verdict == GW_FORWARDED;
	}
	CHECK_EQUAL(whole(f).verdict, GW_FORWARDED);
}

/* A packet that goes on has its L4 header where the packet is, if anywhere. */
static void check_l4(const struct gw_packet *p)
{
	uint32_t header = p->family == 4 ? 20 : 40;

	if (p->verdict != GW_FORWARDED || !p->l4)
		return;
	CHECK(p->l4 >= p->l3 + header && p->l4 <= p->l3 + p->ip_len);
	if (p->protocol == 6 || p->protocol == 17)
		CHECK(p->l4 + 4u <= p->data_len);
}

static void truncation(void)
{
	static const uint8_t kinds[] = { 0, 43, 60, 44, 60 };
	uint8_t ext[64];
	struct frame f;

	for (uint32_t tags = 0; tags <= 2; tags++) {
		frame_ip4(&f, tags, "203.0.113.7", "90.1.2.3", 6, 1, 2, 0, 20);
		cut(&f);
		frame_ip4(&f, tags, "203.0.113.7", "90.1.2.3", 17, 1, 2, 10, 8);
		cut(&f);
		frame_ip4(&f, tags, "203.0.113.7", "90.1.2.3", 1, 1, 2, 0, 8);
		cut(&f);
		set16(f.bytes + f.l3 + 6, 0x2000); /* a first fragment */
		frame_resum(&f);
		cut(&f);
		frame_ip4(&f, tags, "203.0.113.7", "90.1.2.3", 6, 1, 2, 0, 20);
		set16(f.bytes + f.l3 + 6, 0x2000);
		frame_resum(&f);
		cut(&f);
		frame_ip6(&f, tags, "2001:db8::7", "2002::1", 17, NULL, 0, 1, 2, 8);
		cut(&f);
		chain(ext, kinds, 5);
		frame_ip6(&f, tags, "2001:db8::7", "2002::1", 0, ext, 40, 1, 2, 20);
		cut(&f);
		set16(f.bytes + f.l3 + 40 + 3 * 8 + 2, 1); /* a first fragment */
		cut(&f);
	}
}

static void garbage(void)
{
	uint64_t random = 7;

	for (int turn = 0; turn < 200000; turn++) {
		uint32_t length = next_random(&random) % 120;
		struct gw_packet p;
		struct frame f;

		frame_ether(&f, next_random(&random) % 4, turn & 1 ? 0x0800 : 0x86dd);
		for (uint32_t i = f.l3; i < length; i++)
			f.bytes[i] = (uint8_t)(next_random(&random) >> 20);
		if (length > f.l3 + 20)
			f.bytes[f.l3] = turn & 1 ? 0x40 | (next_random(&random) & 15) : 0x60;
		p = parse(&f, length, length + next_random(&random) % 3 * 1000);
		check_l4(&p);
	}
}

static const struct test tests[] = {
	{ "a frame cut at any byte is not forwarded", truncation },
	{ "garbage is only read within its bounds", garbage },
};

int main(void)
{
	return run_parse_tests(tests, sizeof(tests) / sizeof(tests[0]));
}
