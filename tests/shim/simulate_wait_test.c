/* SPDX-License-Identifier: Apache-2.0 */
/* Fragments that wait, in a simulation: their last verdict comes with their first one, or never. */
#include "fragment.h"

#include "sample_all.h"

#define PIECES 4

static uint8_t frames[64 * 2048], out[sizeof(frames) + 64 * GW_FRAME_GROWTH + GW_FRAMES_SLACK];
static uint64_t offsets[65];
static struct gw_frame_result results[64];

/* Piece i of the datagram `id`. */
static void piece(struct frame *f, uint16_t id, uint32_t i)
{
	struct frame packet;

	frame_to(&packet, ALL_GUE, id, 32 * PIECES);
	fragment_ip4(f, &packet, id, 32 * i, 32);
}

/* The pieces go together, in that order. */
static void run(struct gw *gw, const uint16_t *ids, const uint32_t *pieces, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct frame f;

		piece(&f, ids[i], pieces[i]);
		memcpy(frames + offsets[i], f.bytes, f.length);
		offsets[i + 1] = offsets[i] + f.length;
	}
	CHECK_EQUAL(gw_frames(gw, frames, offsets, NULL, count, results, out, sizeof(out)), count);
}

static struct gw *start(struct sample **s)
{
	*s = sample_all();
	return must_simulate(*s);
}

static void end(struct gw *gw, struct sample *s)
{
	gw_close(gw, NULL);
	free(s);
}

/* Whatever the order, each piece leaves, at its own place of the results, for one server. */
static void any_order(void)
{
	static const uint32_t orders[][PIECES] = { { 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 2, 0, 3, 1 } };
	static const uint16_t ids[PIECES] = { 7, 7, 7, 7 };
	struct sample *s;

	for (int turn = 0; turn < 3; turn++) {
		struct gw *gw = start(&s);

		run(gw, ids, orders[turn], PIECES);
		for (uint32_t i = 0; i < PIECES; i++) {
			const struct gw_frame_result *r = &results[i];
			struct frame f;

			piece(&f, 7, orders[turn][i]);
			CHECK_EQUAL(r->verdict, GW_FORWARDED);
			CHECK_EQUAL(r->server, results[0].server);
			CHECK(!memcmp(out + r->out_off + r->out_len - f.ip_len, f.bytes + f.l3,
				      f.ip_len));
		}
		CHECK_EQUAL(worker_counter(gw, GW_FORWARDED), PIECES);
		CHECK_EQUAL(worker_counter(gw, GW_HELD_FRAGMENT), 0);
		end(gw, s);
	}
}

/* The first one comes with a later call: those that waited leave then, and nobody sees them. */
static void later_call(void)
{
	static const uint16_t ids[3] = { 7, 7, 7 };
	static const uint32_t first = 0, later[3] = { 1, 2, 3 };
	struct sample *s;
	struct gw *gw = start(&s);
	uint64_t sent;

	run(gw, ids, later, 3);
	for (int i = 0; i < 3; i++) {
		CHECK_EQUAL(results[i].verdict, GW_HELD_FRAGMENT);
		CHECK_EQUAL(results[i].out_len, 0);
		CHECK_EQUAL(results[i].port, GW_NONE);
	}
	CHECK_EQUAL(worker_counter(gw, GW_HELD_FRAGMENT), 3);
	CHECK_EQUAL(worker_counter(gw, GW_W_TX_PACKETS), 0);
	run(gw, ids, &first, 1);
	CHECK_EQUAL(results[0].verdict, GW_FORWARDED);
	CHECK_EQUAL(results[0].out_off, 0);
	CHECK_EQUAL(worker_counter(gw, GW_HELD_FRAGMENT), 0);
	CHECK_EQUAL(worker_counter(gw, GW_FORWARDED), 4);
	CHECK_EQUAL(worker_counter(gw, GW_W_TX_PACKETS), 4);
	sent = worker_counter(gw, GW_W_TX_BYTES);
	CHECK(sent > 4 * 52);
	end(gw, s);
}

/* Its first one does not come in time. */
static void too_long(void)
{
	static const uint16_t ids[2] = { 7, 8 };
	static const uint32_t later[2] = { 1, 1 };
	struct sample *s;
	struct gw *gw = start(&s);

	run(gw, ids, later, 1);
	CHECK(!gw_simulate_clock(gw, 1));
	run(gw, ids + 1, later, 1);
	CHECK_EQUAL(worker_counter(gw, GW_HELD_FRAGMENT), 2);
	CHECK(!gw_simulate_clock(gw, 2));
	run(gw, ids + 1, later, 1);
	CHECK_EQUAL(worker_counter(gw, GW_DROP_FRAGMENT), 1);
	CHECK_EQUAL(worker_counter(gw, GW_HELD_FRAGMENT), 2);
	end(gw, s); /* and two wait still */
}

/* Tables change meanwhile: whatever the fragment then is, it is counted once. */
static void port_gone(void)
{
	static const uint16_t id = 7;
	static const uint32_t later = 1, first = 0;
	struct sample *s;
	struct gw *gw = start(&s);

	run(gw, &id, &later, 1);
	s->ports[0].index = 4;
	s->hops[0].port = s->hops[2].port = 4;
	must_commit(gw, s);
	run(gw, &id, &first, 1); /* by the first port, which now is another */
	CHECK_EQUAL(results[0].verdict, GW_FORWARDED);
	CHECK_EQUAL(worker_counter(gw, GW_HELD_FRAGMENT), 0);
	CHECK_EQUAL(worker_counter(gw, GW_LEFT_NOT_MINE), 1);
	CHECK_EQUAL(worker_counter(gw, GW_W_RX_PACKETS), 2);
	end(gw, s);
}

/* No more wait than may; what is counted is all that came. */
static void too_many(void)
{
	struct sample *s;
	struct gw *gw = start(&s);
	uint16_t ids[60];
	uint32_t later[60], sent = 0;

	for (uint32_t turn = 0; turn < 4; turn++) {
		for (uint32_t i = 0; i < 60; i++) {
			ids[i] = (uint16_t)(turn * 60 + i);
			later[i] = 1;
		}
		run(gw, ids, later, 60);
		sent += 60;
		CHECK_EQUAL(worker_counter(gw, GW_HELD_FRAGMENT),
			    sent < GW_HELD_MOST ? sent : GW_HELD_MOST);
		CHECK_EQUAL(worker_counter(gw, GW_DROP_FRAGMENT),
			    sent < GW_HELD_MOST ? 0 : sent - GW_HELD_MOST);
	}
	end(gw, s);
}

static const struct test tests[] = {
	{ "the fragments of a datagram leave in any order, each with its own result", any_order },
	{ "those that waited leave when the first one comes with another call", later_call },
	{ "those whose first one does not come in time are dropped", too_long },
	{ "one that waits while its port goes is left", port_gone },
	{ "no more wait than may", too_many },
};
MAIN(tests)
