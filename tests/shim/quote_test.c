/* SPDX-License-Identifier: Apache-2.0 */
#include "quote.h"

#include "icmp_frames.h"
#include "translated.h"

/* Reads the quote of a frame without tags of which `there` bytes are in the first segment; ICMP
 * begins `l4` bytes behind the start of the IP header. */
static bool read_part(const struct frame *f, uint32_t l4, uint32_t there, struct gw_quote *quote)
{
	struct gw_packet p = { .data = malloc(there), .data_len = there, .frame_len = f->length,
			       .family = f->bytes[f->l3] >> 4, .l3 = (uint16_t)f->l3,
			       .ip_len = (uint16_t)f->ip_len, .l4 = (uint16_t)(f->l3 + l4),
			       .special = GW_IS_ICMP };
	bool is;

	CHECK(p.data);
	memcpy(p.data, f->bytes, there);
	memset(quote, 0xa5, sizeof(*quote));
	is = gw_quote_read(&p, quote);
	free(p.data);
	return is;
}

static bool read_whole(const struct frame *f, struct gw_quote *quote)
{
	return read_part(f, f->bytes[f->l3] >> 4 == 4 ? 20 : 40, f->length, quote);
}

static void types(void)
{
	struct whole about4 = whole(0, "192.0.2.1", 7, "192.0.2.2", 9, 6, 0, 40);
	struct whole about6 = whole(0, "2001:db8::1", 7, "2001:db8::2", 9, 17, 0, 40);
	struct gw_quote quote;
	struct frame f;

	for (uint32_t type = 0; type < 256; type++) {
		bool error = (type >= 3 && type <= 5) || type == 11 || type == 12;

		frame_error(&f, "192.0.2.9", "192.0.2.1", (uint8_t)type, 0, &about4.f, 60);
		CHECK_EQUAL(read_whole(&f, &quote), error);
		frame_error(&f, "2001:db8::9", "2001:db8::1", (uint8_t)type, 0, &about6.f, 80);
		CHECK_EQUAL(read_whole(&f, &quote), type >= 1 && type <= 127);
	}
}

/* What must be found of a packet from port 7 to port 9 that is quoted in `quoted` bytes. */
static void row(const struct frame *f, const struct whole *about, uint32_t quoted,
		const struct gw_quote *quote)
{
	bool ports = about->protocol == 6 || about->protocol == 17;
	uint32_t l3 = f->length - quoted;

	CHECK_EQUAL(quote->l3, l3);
	CHECK_EQUAL(quote->end, f->length);
	CHECK_EQUAL(quote->l4, quoted >= about->l4 + 8 ? l3 + about->l4 : 0);
	CHECK_EQUAL(quote->src_port, quote->l4 && ports ? 7 : 0);
	CHECK_EQUAL(quote->dst_port, quote->l4 && ports ? 9 : 0);
	if (quote->l4)
		CHECK_EQUAL(quote->protocol, about->protocol);
}

static void lengths(void)
{
	static const uint8_t protocols[] = { 1, 6, 17, 47 };

	for (size_t i = 0; i < 4 * sizeof(protocols); i++) {
		uint32_t options = (uint32_t)i / 4;
		struct whole about4 = whole(0, "192.0.2.1", 7, "192.0.2.2", 9, protocols[i % 4],
					    options, 40);
		struct whole about6 = whole(0, "2001:db8::1", 7, "2001:db8::2", 9, protocols[i % 4],
					    options, 40);
		struct gw_quote quote;
		struct frame f;

		for (uint32_t quoted = 0; quoted <= about4.f.ip_len; quoted++) {
			frame_error(&f, "192.0.2.9", "192.0.2.1", 3, 4, &about4.f, quoted);
			CHECK_EQUAL(read_whole(&f, &quote), quoted >= about4.l4);
			if (quoted >= about4.l4)
				row(&f, &about4, quoted, &quote);
		}
		for (uint32_t quoted = 0; quoted <= about6.f.ip_len; quoted++) {
			frame_error(&f, "2001:db8::9", "2001:db8::1", 2, 0, &about6.f, quoted);
			CHECK_EQUAL(read_whole(&f, &quote), quoted >= 40);
			if (quoted >= 40)
				row(&f, &about6, quoted, &quote);
		}
	}
}

/* The quote ends with the packet, not with its padding, and with the first segment. */
static void ends(void)
{
	struct whole about = whole(0, "192.0.2.1", 7, "192.0.2.2", 9, 6, 0, 40);
	struct gw_quote quote;
	struct frame f;

	frame_error(&f, "192.0.2.9", "192.0.2.1", 3, 4, &about.f, 27);
	f.length += 30;
	CHECK(read_whole(&f, &quote));
	CHECK(!quote.l4);
	frame_error(&f, "192.0.2.9", "192.0.2.1", 3, 4, &about.f, 60);
	for (uint32_t there = 14 + 20; there <= f.length; there++) {
		CHECK_EQUAL(read_part(&f, 20, there, &quote), there >= 14 + 20 + 8 + 20);
		if (there < 14 + 48)
			continue;
		CHECK_EQUAL(quote.end, there);
		CHECK_EQUAL(quote.l4 != 0, there >= 14 + 56);
	}
}

static void fragments(void)
{
	struct whole about4 = whole(0, "192.0.2.1", 7, "192.0.2.2", 9, 17, 0, 100);
	struct whole about6 = whole(0, "2001:db8::1", 7, "2001:db8::2", 9, 17, 1, 100);
	struct gw_quote quote;
	struct frame piece, f;

	for (uint32_t at = 0; at < 100; at += 40) {
		fragment_ip4(&piece, &about4.f, 1, at, at < 80 ? 40 : 20);
		frame_error(&f, "192.0.2.9", "192.0.2.1", 11, 1, &piece, 40);
		CHECK(read_whole(&f, &quote));
		CHECK_EQUAL(quote.protocol, 17);
		CHECK_EQUAL(quote.l4, at ? 0 : 14 + 20 + 8 + 20);
		CHECK_EQUAL(quote.src_port, at ? 0 : 7);
		fragment_ip6(&piece, &about6.f, 8, 40, 1, at, at < 80 ? 40 : 20);
		frame_error(&f, "2001:db8::9", "2001:db8::1", 3, 1, &piece, 76);
		CHECK(read_whole(&f, &quote));
		CHECK_EQUAL(quote.protocol, 17);
		CHECK_EQUAL(quote.l4, at ? 0 : 14 + 40 + 8 + 56);
		CHECK_EQUAL(quote.src_port, at ? 0 : 7);
	}
}

static void no_quotes(void)
{
	struct whole about4 = whole(0, "192.0.2.1", 7, "192.0.2.2", 9, 17, 0, 40);
	struct whole about6 = whole(0, "2001:db8::1", 7, "2001:db8::2", 9, 17, 0, 40);
	struct gw_quote quote;
	struct frame f, cut;
	uint8_t *ip;

	frame_error(&f, "192.0.2.9", "192.0.2.1", 3, 4, &about6.f, 80); /* the other family */
	CHECK(!read_whole(&f, &quote));
	frame_error(&f, "2001:db8::9", "2001:db8::1", 2, 0, &about4.f, 60);
	CHECK(!read_whole(&f, &quote));
	frame_error(&f, "192.0.2.9", "192.0.2.1", 3, 4, &about4.f, 60);
	ip = f.bytes + f.l3 + 28;
	ip[0] = 0x44; /* a header of 16 bytes */
	CHECK(!read_whole(&f, &quote));
	ip[0] = 0x45;
	CHECK(read_whole(&f, &quote));
	fragment_ip4(&cut, &f, 1, 0, 48);
	{
		struct gw_packet p = { .data = cut.bytes, .data_len = cut.length, .family = 4,
				       .l3 = 14, .ip_len = (uint16_t)cut.ip_len, .l4 = 34,
				       .special = GW_IS_ICMP | GW_IS_FRAGMENT };

		CHECK(!gw_quote_read(&p, &quote));
		p.special = GW_IS_ICMP;
		CHECK(gw_quote_read(&p, &quote));
		p.l4 = 0;
		CHECK(!gw_quote_read(&p, &quote));
	}
}

/* Whatever stands there, nothing is read beyond it, and what is found lies within. */
static void any_bytes(void)
{
	uint64_t random = 13;

	for (int turn = 0; turn < 200000; turn++) {
		struct gw_quote quote;
		struct frame f;
		uint32_t there;

		if (next_random(&random) % 2)
			frame_icmp(&f, 0, "192.0.2.9", "192.0.2.1", 3, 4, 120);
		else
			frame_icmp(&f, 0, "2001:db8::9", "2001:db8::1", 1, 0, 120);
		for (uint32_t i = f.length - 120; i < f.length; i++) /* often an extension header */
			f.bytes[i] = (uint8_t)(next_random(&random) % 4 ? next_random(&random) : 0);
		f.bytes[f.length - 120] = next_random(&random) % 2 ? 0x45 : 0x60;
		there = f.l3 + 40 + (uint32_t)next_random(&random) % (f.length - f.l3 - 39);
		if (!read_part(&f, f.bytes[14] >> 4 == 4 ? 20 : 40, there, &quote))
			continue;
		CHECK(quote.l3 + 20u <= quote.end && quote.end <= there);
		CHECK(!quote.l4 || (quote.l4 >= quote.l3 + 20u && quote.l4 + 8u <= quote.end));
	}
}

static const struct test tests[] = {
	{ "errors are ICMP 3, 4, 5, 11 and 12, and ICMPv6 1 to 127", types },
	{ "a quote of any length, with options or extension headers, shows what it has", lengths },
	{ "a quote ends with the IP packet and with the first segment", ends },
	{ "a quoted later fragment has no L4 header", fragments },
	{ "another family, half a header and a fragmented error are no quotes", no_quotes },
	{ "any bytes are read within their bounds", any_bytes },
};
MAIN(tests)
