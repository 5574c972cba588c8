/* SPDX-License-Identifier: Apache-2.0 */
#include "state.h"

#include "tunnels.h"

static uint8_t out[2048 + GW_FRAME_GROWTH];
static uint16_t next_id; /* of outer headers that may be fragmented */

/* Sends the frame through its tunnel, and finds it byte for byte as it must leave. */
static struct gw_frame_result row(struct gw *gw, const struct sample *s, const struct frame *f,
				  uint32_t tunnel, uint8_t tos, bool df)
{
	const struct tunnel *t = &tunnels[tunnel];
	struct gw_frame_result r = run_frame(gw, f, out);
	struct outer outer = { .tos = tos, .df = df };
	uint8_t wanted[2048 + GW_FRAME_GROWTH];

	CHECK_EQUAL(r.verdict, GW_FORWARDED);
	CHECK_EQUAL(r.vip, 2 * tunnel + (f->bytes[f->l3] >> 4 == 6));
	CHECK_EQUAL(r.port, 3);
	CHECK_EQUAL(r.made_count, 0);
	if (t->family == 4 && !df)
		outer.id = next_id++;
	if (t->protocol == 17) /* which flow has which: see below */
		outer.src_port = (uint16_t)(out[f->l3 + t->growth - 8] << 8 |
					    out[f->l3 + t->growth - 7]);
	CHECK_EQUAL(r.out_len, tunnel_wanted(wanted, f, t, &s->head, server_of(s, r.server),
					     &outer));
	CHECK(!memcmp(out, wanted, r.out_len));
	return r;
}

static struct gw *start(struct sample **s, uint32_t servers)
{
	*s = sample_tunnels(servers, 77);
	next_id = 0;
	return must_simulate(*s);
}

static void end(struct gw *gw, struct sample *s)
{
	gw_close(gw, NULL);
	free(s);
}

static void all_tunnels(void)
{
	struct sample *s;
	struct gw *gw = start(&s, 4);
	struct frame f;

	for (uint32_t tunnel = 0; tunnel < TUNNELS; tunnel++) {
		for (uint32_t tags = 0; tags <= 2; tags++) {
			for (uint32_t length = 0; length < 1400; length += length < 40 ? 1 : 97) {
				tunnel_frame(&f, tunnel, 4, tags, 4, length);
				row(gw, s, &f, tunnel, 0, false);
				tunnel_frame(&f, tunnel, 6, tags, 4, length);
				row(gw, s, &f, tunnel, 0, true);
			}
		}
	}
	end(gw, s);
}

static void inner_untouched(void)
{
	struct sample *s;
	struct gw *gw = start(&s, 1);
	struct frame f;

	for (uint32_t tunnel = 0; tunnel < TUNNELS; tunnel++) {
		tunnel_frame(&f, tunnel, 4, 0, 4, 22);
		f.bytes[14 + 8] = 1; /* TTL 1 */
		f.bytes[14 + 9] = 17;
		memset(f.bytes + 14 + 26, 0, 2); /* UDP without checksum */
		frame_resum(&f);
		row(gw, s, &f, tunnel, 0, false);
		f.length = 80; /* padding is cut off */
		row(gw, s, &f, tunnel, 0, false);
		tunnel_frame(&f, tunnel, 6, 0, 4, 22);
		f.bytes[14 + 7] = 1;
		f.length = 90;
		row(gw, s, &f, tunnel, 0, true);
	}
	end(gw, s);
}

/* DSCP and ECN are the packet's; an IPv6 flow label is not. */
static void traffic_class(void)
{
	struct sample *s;
	struct gw *gw = start(&s, 1);
	struct frame f;

	for (uint32_t tos = 0; tos < 256; tos++) {
		for (uint32_t tunnel = 0; tunnel < TUNNELS; tunnel++) {
			tunnel_frame(&f, tunnel, 4, 0, 4, 20);
			f.bytes[14 + 1] = (uint8_t)tos;
			frame_resum(&f);
			row(gw, s, &f, tunnel, (uint8_t)tos, false);
			tunnel_frame(&f, tunnel, 6, 0, 4, 20);
			set16(f.bytes + 14, 0x600f | tos << 4);
			set16(f.bytes + 16, 0xffff);
			row(gw, s, &f, tunnel, (uint8_t)tos, true);
		}
	}
	end(gw, s);
}

/* Don't-fragment by the server's policy; and only with it the id is always the same. */
static void dont_fragment(void)
{
	static const bool wanted[3][2] = { [GW_DF_COPY] = { false, true },
					   [GW_DF_SET] = { true, true },
					   [GW_DF_CLEAR] = { false, false } };
	struct sample *s;
	struct gw *gw = start(&s, 1);
	struct frame f;

	for (uint32_t turn = 0; turn < 3 * 2 * TUNNELS; turn++) {
		uint32_t policy = turn % 3, tunnel = turn / 6;
		bool inner = turn / 3 & 1;

		for (uint32_t i = 0; i < s->head.servers_count; i++)
			s->servers[i].df = (uint8_t)policy;
		must_commit(gw, s);
		tunnel_frame(&f, tunnel, 4, 0, 4, 20);
		set16(f.bytes + 14 + 4, 0xabcd); /* nothing of it is copied */
		set16(f.bytes + 14 + 6, inner ? 0x4000 : 0);
		frame_resum(&f);
		row(gw, s, &f, tunnel, 0, wanted[policy][inner]);
		tunnel_frame(&f, tunnel, 6, 0, 4, 20); /* counts as one that has it set */
		row(gw, s, &f, tunnel, 0, wanted[policy][1]);
	}
	end(gw, s);
}

/* An id comes again after 65,536 others. */
static void ids(void)
{
	struct sample *s;
	struct gw *gw = start(&s, 1);
	struct frame f;

	tunnel_frame(&f, 0, 4, 0, 4, 20);
	for (uint32_t i = 0; i < 3; i++)
		row(gw, s, &f, 0, 0, false);
	gw->workers[0]->ip_id = next_id = 65535;
	for (uint32_t i = 0; i < 3; i++)
		row(gw, s, &f, 0, 0, false);
	CHECK_EQUAL(next_id, 2);
	end(gw, s);
}

static void counted(void)
{
	struct sample *s;
	struct gw *gw = start(&s, 1);
	struct frame f;

	for (uint32_t tunnel = 0; tunnel < TUNNELS; tunnel++) {
		struct gw_frame_result r;

		tunnel_frame(&f, tunnel, 6, 1, 4, 33);
		row(gw, s, &f, tunnel, 0, true);
		r = row(gw, s, &f, tunnel, 0, true);
		CHECK_EQUAL(vip_counter(gw, r.vip, GW_V_PACKETS), 2);
		CHECK_EQUAL(vip_counter(gw, r.vip, GW_V_BYTES), 2 * 73);
		CHECK_EQUAL(server_counter(gw, r.server, GW_S_PACKETS), 2);
		CHECK_EQUAL(server_counter(gw, r.server, GW_S_BYTES), 2 * 73);
	}
	end(gw, s);
}

static const struct test tests[] = {
	{ "every tunnel leaves byte for byte, with the tags that the frame had", all_tunnels },
	{ "inner bytes are untouched and padding is cut off", inner_untouched },
	{ "the outer class is the packet's, and its flow label is 0", traffic_class },
	{ "don't-fragment follows the policy, and with it the id is 0", dont_fragment },
	{ "the ids of packets that may be fragmented count up", ids },
	{ "packets and bytes are counted as they came", counted },
};
MAIN(tests)
