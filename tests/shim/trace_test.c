/* SPDX-License-Identifier: Apache-2.0 */
/* A trace tells what a frame would do, and does nothing. */
#include <errno.h>

#include "sample_all.h"
#include "workers.h"

#define OUT (4096 + GW_FRAMES_SLACK)

static uint8_t traced_out[OUT], run_out[OUT];

/* All that packets change, of every worker. */
struct state {
	uint64_t workers[2][GW_W_COUNT];
	uint64_t vips[2][SAMPLE_VIPS * GW_V_STRIDE];
	uint64_t servers[2][SAMPLE_SERVERS * GW_S_STRIDE];
	uint64_t ports[2][GW_MAX_PORTS * GW_P_STRIDE];
	struct gw_bucket buckets[2][64];
	struct gw_keys keys[2][64];
	uint16_t ip_id[2];
};

static void look(struct gw *gw, struct state *s)
{
	memset(s, 0, sizeof(*s));
	for (uint32_t i = 0; i < gw->workers_count; i++) {
		const struct gw_worker *w = gw->workers[i];

		memcpy(s->workers[i], w->counters, sizeof(s->workers[i]));
		memcpy(s->vips[i], w->vip_counters, sizeof(s->vips[i]));
		memcpy(s->servers[i], w->server_counters, sizeof(s->servers[i]));
		memcpy(s->ports[i], w->port_counters, sizeof(s->ports[i]));
		memcpy(s->buckets[i], w->flows.buckets, sizeof(s->buckets[i]));
		memcpy(s->keys[i], w->flows.keys, sizeof(s->keys[i]));
		s->ip_id[i] = w->ip_id;
	}
}

static struct gw_frame_result trace(struct gw *gw, const struct frame *f)
{
	static struct state before, after;
	struct gw_frame_result r;

	look(gw, &before);
	CHECK(!gw_trace(gw, f->bytes, f->length, &r, traced_out, OUT));
	look(gw, &after);
	CHECK(!memcmp(&before, &after, sizeof(before)));
	return r;
}

/* The frames behind the first, each filled up by whatever was there. */
static bool same_made(const struct gw_frame_result *r)
{
	uint64_t at = r->made_off;

	for (uint32_t i = 0; i < r->made_count; i++) {
		uint32_t length;

		memcpy(&length, run_out + at + 4, 4);
		if (memcmp(traced_out + at, run_out + at, 8 + length))
			return false;
		at += 8 + (length + 7) / 8 * 8;
	}
	return at == r->made_off + r->made_len;
}

/* Traces the frame, then sends it: the same comes out, but that it may now be remembered. */
static struct gw_frame_result row(struct gw *gw, const struct frame *f)
{
	struct gw_frame_result traced, r;

	if (gw->peek) /* which counts the ids of its outer headers by itself */
		gw->peek->ip_id = gw->workers[0]->ip_id;
	traced = trace(gw, f);
	r = run_frame_from(gw, f, 3, run_out, OUT);
	CHECK_EQUAL(traced.tracked, traced.decided == GW_BY_FLOW);
	traced.tracked = r.tracked;
	CHECK(!memcmp(&traced, &r, sizeof(r)));
	CHECK(!memcmp(traced_out, run_out, r.out_len) && same_made(&r));
	return r;
}

static struct gw *start(struct sample **s)
{
	*s = sample_all();
	(*s)->head.buckets = 64;
	return must_simulate(*s);
}

static void end(struct gw *gw, struct sample *s)
{
	gw_close(gw, NULL);
	free(s);
}

static void all_encaps(void)
{
	uint32_t verdicts[GW_VERDICT_COUNT] = { 0 }, made = 0;
	struct sample *s;
	struct gw *gw = start(&s);

	for (uint32_t turn = 0; turn < 6 * FRAMES_TO; turn++) {
		static const uint32_t payloads[] = { 20, 140, 900 };
		struct gw_frame_result r;
		struct frame f;

		frame_to(&f, turn % FRAMES_TO, (uint16_t)(turn / FRAMES_TO / 3),
			 payloads[turn / FRAMES_TO % 3]);
		r = row(gw, &f);
		verdicts[r.verdict]++;
		made += r.made_count;
	}
	CHECK(verdicts[GW_FORWARDED] > 60 && verdicts[GW_DROP_TOO_BIG] > 0);
	CHECK(verdicts[GW_DROP_NO_SERVER] == 6 && verdicts[GW_DROP_NO_NEXT_HOP] == 6);
	CHECK(made > 20);
	end(gw, s);
}

static void way_back(void)
{
	struct sample *s;
	struct gw *gw = start(&s);
	uint32_t returned = 0;

	for (uint32_t i = 0; i < FRAMES_TO; i++) {
		struct frame f;

		frame_to(&f, i, 40001, 20);
		row(gw, &f);
	}
	for (uint32_t slot = 29; slot < 57; slot++) {
		static const uint16_t ports[] = { 80, 8080, 8022, 8053 };

		for (uint32_t i = 0; i < 8; i++) {
			char src[32];
			struct frame f;

			snprintf(src, sizeof(src), slot >= 37 && slot < 45 ? "2001:db8:1::%x" :
									     "10.0.0.%u", slot);
			if (strchr(src, ':'))
				frame_ip6(&f, 0, src, "2001:db8::7", i & 1 ? 6 : 17, NULL, 0,
					  ports[i / 2], 40001, 20);
			else
				frame_ip4(&f, 0, src, "203.0.113.7", i & 1 ? 6 : 17, ports[i / 2],
					  40001, 0, 20);
			returned += row(gw, &f).verdict == GW_RETURNED;
		}
	}
	CHECK(returned >= 6);
	end(gw, s);
}

static void icmp(void)
{
	struct sample *s;
	struct gw *gw = start(&s);
	struct frame f, about;

	frame_icmp(&f, 0, "203.0.113.7", "90.9.9.9", 8, 0, 56);
	CHECK_EQUAL(row(gw, &f).verdict, GW_ANSWERED);
	frame_icmp(&f, 0, "2001:db8::7", "2002:9::9", 128, 0, 56);
	CHECK_EQUAL(row(gw, &f).verdict, GW_ANSWERED);
	frame_icmp(&f, 0, "203.0.113.7", "90.15.0.1", 8, 0, 20);
	CHECK_EQUAL(row(gw, &f).verdict, GW_FORWARDED);
	for (uint32_t i = 0; i < ALL_EMPTY; i++) {
		frame_to(&about, i, 40001, 20);
		row(gw, &about);
		frame_about(&f, &about);
		CHECK_EQUAL(row(gw, &f).decided, GW_BY_FLOW);
	}
	CHECK_EQUAL(worker_counter(gw, GW_W_RELATED_PACKET), ALL_EMPTY);
	end(gw, s);
}

/* A trace remembers nothing of what it saw, and looks into every worker's table. */
static void all_workers(void)
{
	struct sample *s = sample_all();
	struct gw *gw;
	struct frame f;
	uint32_t server;

	s->head.buckets = 64;
	gw = workers_start(s, 2);
	frame_to(&f, ALL_GRE4, 40001, 20);
	for (int turn = 0; turn < 3; turn++) {
		CHECK_EQUAL(trace(gw, &f).decided, GW_BY_TABLE);
		CHECK_EQUAL(trace(gw, &f).tracked, 0);
	}
	server = sent_by(gw, 1, &f, GW_BY_TABLE);
	for (uint64_t i = 0; i < 64; i++)
		s->slots[i] = 1 + server % 4;
	must_commit(gw, s);
	CHECK_EQUAL(trace(gw, &f).decided, GW_BY_FLOW);
	CHECK_EQUAL(trace(gw, &f).server, server);
	frame_to(&f, ALL_GRE4, 40002, 20);
	CHECK_EQUAL(trace(gw, &f).decided, GW_BY_TABLE);
	CHECK_EQUAL(trace(gw, &f).server, 1 + server % 4);
	end(gw, s);
}

/* A fragment that comes alone would wait; a trace of it does not. */
static void fragments(void)
{
	struct sample *s;
	struct gw *gw = start(&s);
	struct frame f, fragment;

	frame_to(&f, ALL_TCP80, 40001, 200);
	fragment_ip4(&fragment, &f, 7, 96, 104);
	CHECK_EQUAL(trace(gw, &fragment).verdict, GW_HELD_FRAGMENT);
	CHECK_EQUAL(worker_counter(gw, GW_HELD_FRAGMENT), 0);
	fragment_ip4(&fragment, &f, 7, 0, 96);
	CHECK_EQUAL(trace(gw, &fragment).verdict, GW_FORWARDED);
	fragment_ip4(&fragment, &f, 7, 96, 104); /* a trace taught nothing of the datagram */
	CHECK_EQUAL(trace(gw, &fragment).verdict, GW_HELD_FRAGMENT);
	end(gw, s);
}

static void refusals(void)
{
	struct sample *s = sample_all();
	struct gw_frame_result r;
	struct frame f;
	struct gw *gw;

	frame_to(&f, ALL_GRE4, 40001, 20);
	CHECK(!gw_simulate(&gw, NULL));
	CHECK_EQUAL(-gw_trace(gw, f.bytes, f.length, &r, run_out, OUT), ENODATA);
	must_commit(gw, s);
	CHECK_EQUAL(-gw_trace(gw, f.bytes, (1u << 20) + 1, &r, run_out, OUT), EMSGSIZE);
	CHECK_EQUAL(-gw_trace(gw, f.bytes, f.length, &r, run_out,
			      f.length + GW_FRAME_GROWTH + GW_FRAMES_SLACK - 1), ENOSPC);
	CHECK_EQUAL(gw_trace(gw, f.bytes, f.length, &r, run_out,
			     f.length + GW_FRAME_GROWTH + GW_FRAMES_SLACK), 0);
	CHECK_EQUAL(gw_trace(gw, f.bytes, 0, &r, run_out, OUT), 0);
	CHECK_EQUAL(r.verdict, GW_DROP_BAD_LENGTH);
	end(gw, s);
}

/* It comes from the port whose MAC address it is for, else from the first. */
static void ports(void)
{
	struct sample *s = sample_new();
	struct gw *gw;
	struct frame f;

	sample_all_ports(s);
	s->head.hop4 = GW_NONE;
	sample_vip(s, 4, "90.0.0.0", 8, 255, 0, GW_ENCAP_GRE4, 1, 1, 1);
	s->head.buckets = 64;
	gw = must_simulate(s);
	frame_icmp(&f, 0, "203.0.113.7", "90.9.9.9", 8, 0, 56); /* is answered where it came from */
	CHECK_EQUAL(trace(gw, &f).port, 3);
	memcpy(f.bytes, all_mac7, 6);
	CHECK_EQUAL(trace(gw, &f).port, 7);
	f.bytes[5] = 0x99;
	CHECK_EQUAL(trace(gw, &f).verdict, GW_LEFT_NOT_MINE);
	end(gw, s);
}

static const struct test tests[] = {
	{ "a trace tells what the frame then does, for every encap", all_encaps },
	{ "and for packets on their way back", way_back },
	{ "and for ICMP: echo requests, and errors about flows", icmp },
	{ "a trace looks into every worker's table, and remembers nothing", all_workers },
	{ "a fragment that would wait is told so, and does not", fragments },
	{ "a trace that cannot be is refused", refusals },
	{ "a traced frame comes from the port that it is for", ports },
};
MAIN(tests)
