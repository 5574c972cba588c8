/* SPDX-License-Identifier: Apache-2.0 */
#include "encap.h"

#include "frames.h"

static uint8_t out[2048 + GW_FRAME_GROWTH];

/* The whole frame that must leave: Ethernet and tags, outer headers by hand, the inner bytes. */
static uint32_t wanted(uint8_t *at, const struct frame *f, const struct gw_image_server *server,
		       const struct gw_image *head, int family)
{
	bool gre4 = server->encap == GW_ENCAP_GRE4;
	uint32_t outer = gre4 ? 24 : 44;
	uint8_t *ip = at + f->l3;

	memset(at, 0, f->l3 + outer);
	memcpy(at, sample_hop_mac, 6);
	memcpy(at + 6, sample_mac, 6);
	memcpy(at + 12, f->bytes + 12, f->l3 - 14);
	set16(ip - 2, gre4 ? 0x0800 : 0x86dd);
	if (gre4) {
		ip[0] = 0x45;
		set16(ip + 2, f->ip_len + 24);
		ip[8] = 127;
		ip[9] = 47;
		memcpy(ip + 12, head->ip4_src, 4);
		memcpy(ip + 16, server->address, 4);
		set16(ip + 10, (uint16_t)~ip4_sum(ip, 20));
	} else {
		ip[0] = 0x60;
		set16(ip + 4, f->ip_len + 4);
		ip[6] = 47;
		ip[7] = 127;
		memcpy(ip + 8, head->ip6_src, 16);
		memcpy(ip + 24, server->address, 16);
	}
	set16(ip + outer - 2, family == 4 ? 0x0800 : 0x86dd);
	memcpy(ip + outer, f->bytes + f->l3, f->ip_len);
	return f->l3 + outer + f->ip_len;
}

static void row(struct gw *gw, const struct sample *s, const struct frame *f, int family,
		uint32_t vip)
{
	struct gw_frame_result r = run_frame(gw, f, out);
	uint8_t expected[2048 + GW_FRAME_GROWTH];
	const struct gw_image_server *server = s->servers;

	CHECK_EQUAL(r.verdict, GW_FORWARDED);
	CHECK_EQUAL(r.vip, vip);
	CHECK_EQUAL(r.port, 3);
	while (server->slot != r.server)
		server++;
	CHECK_EQUAL(r.out_len, wanted(expected, f, server, &s->head, family));
	CHECK(!memcmp(out, expected, r.out_len));
}

static void four_pairs(void)
{
	struct sample *s = sample_rich();
	struct gw *gw = must_simulate(s);
	struct frame f;

	for (uint32_t tags = 0; tags <= 2; tags++) {
		for (uint32_t payload = 0; payload < 1400; payload += payload < 40 ? 1 : 97) {
			uint8_t protocol = payload < 4 ? 1 : 6;

			frame_ip4(&f, tags, "203.0.113.7", "90.9.9.9", protocol, 4, 80, payload % 11,
				  payload);
			row(gw, s, &f, 4, RICH_IP4);
			frame_ip4(&f, tags, "203.0.113.7", "90.1.2.9", protocol, 4, 81, 0, payload);
			row(gw, s, &f, 4, RICH_BOTH);
			frame_ip6(&f, tags, "2001:db8::7", "2002:9::1", protocol, NULL, 0, 4, 80, payload);
			row(gw, s, &f, 6, RICH_IP6);
			if (payload < 4)
				continue;
			frame_ip6(&f, tags, "2001:db8::7", "2002:1::1", 6, NULL, 0, 4, 443, payload);
			row(gw, s, &f, 6, RICH_TCP443);
		}
	}
	gw_close(gw, NULL);
	free(s);
}

static void inner_untouched(void)
{
	struct sample *s = sample_rich();
	struct gw *gw = must_simulate(s);
	struct frame f;

	frame_ip4(&f, 0, "203.0.113.7", "90.9.9.9", 17, 4, 80, 0, 26);
	f.bytes[14 + 8] = 1; /* TTL 1 */
	f.bytes[14 + 1] = 0xff;
	frame_resum(&f);
	memset(f.bytes + 14 + 26, 0, 2); /* UDP without checksum */
	row(gw, s, &f, 4, RICH_IP4);
	f.length = 64; /* padding is cut off */
	row(gw, s, &f, 4, RICH_IP4);
	gw_close(gw, NULL);
	free(s);
}

static void checksum_of_every_length(void)
{
	struct gw_server server = { .kind = GW_SERVER_GRE4, .port = 3 };
	uint64_t random = 11;
	uint8_t *buffer = malloc(64 + 65535);

	CHECK(buffer);
	for (uint32_t length = 20; length <= UINT16_MAX; length++) {
		uint32_t src = (uint32_t)next_random(&random), dst = (uint32_t)next_random(&random);
		struct gw_packet p = { .data = buffer + 24, .headroom = 24, .l3 = 14, .family = 4,
				       .ip_len = (uint16_t)length, .data_len = length + 14 };

		gw_encap_prepare(&server, sample_hop_mac, sample_mac, (uint8_t *)&src,
				 (uint8_t *)&dst);
		if (length > UINT16_MAX - 24) {
			CHECK_EQUAL(gw_encap_packet(&server, &p), GW_DROP_NO_ROOM);
			CHECK(p.data == buffer + 24);
			continue;
		}
		CHECK_EQUAL(gw_encap_packet(&server, &p), GW_FORWARDED);
		CHECK(p.data == buffer && p.headroom == 0);
		CHECK_EQUAL(p.frame_len, length + 38);
		CHECK_EQUAL(ip4_sum(buffer + 14, 20), 0xffff);
	}
	free(buffer);
}

static void no_room(void)
{
	struct gw_server server = { .port = 3 };
	uint8_t zero[16] = { 0 };

	for (int kind = GW_SERVER_GRE4; kind <= GW_SERVER_GRE6; kind++) {
		uint32_t growth = kind == GW_SERVER_GRE4 ? 24 : 44;

		server.kind = (uint8_t)kind;
		gw_encap_prepare(&server, sample_hop_mac, sample_mac, zero, zero);
		for (uint32_t headroom = 0; headroom < 50; headroom++) {
			uint8_t *buffer = malloc(headroom + 54);
			struct gw_packet p = { .data = buffer + headroom, .l3 = 14, .family = 4,
					       .headroom = (uint16_t)headroom, .ip_len = 40,
					       .data_len = 54, .frame_len = 54 };

			CHECK(buffer);
			memset(buffer, 0, headroom + 54);
			CHECK_EQUAL(gw_encap_packet(&server, &p),
				    headroom < growth ? GW_DROP_NO_ROOM : GW_FORWARDED);
			CHECK_EQUAL(p.frame_len, headroom < growth ? 54 : 54 + growth);
			free(buffer);
		}
	}
}

static void first_segment(void)
{
	struct gw_server server = { .kind = GW_SERVER_GRE4, .port = 3 };
	uint8_t zero[16] = { 0 }, buffer[256] = { 0 };
	struct gw_packet p = { .data = buffer + 64, .headroom = 64, .l3 = 14, .family = 4,
			       .ip_len = 1400, .data_len = 100, .frame_len = 1414 };

	gw_encap_prepare(&server, sample_hop_mac, sample_mac, zero, zero);
	CHECK_EQUAL(gw_encap_packet(&server, &p), GW_FORWARDED);
	CHECK_EQUAL(p.data_len, 124);
	CHECK_EQUAL(p.frame_len, 1438);
}

static const struct test tests[] = {
	{ "all four pairs of GRE leave byte for byte, with the tags they came with", four_pairs },
	{ "inner bytes are untouched and padding is cut off", inner_untouched },
	{ "the outer checksum is right for every length", checksum_of_every_length },
	{ "without headroom a packet is dropped, not written before its buffer", no_room },
	{ "of a packet in segments only the first grows", first_segment },
};
MAIN(tests)
