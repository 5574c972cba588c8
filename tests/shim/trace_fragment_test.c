/* SPDX-License-Identifier: Apache-2.0 */
/* A trace of a datagram's later fragment. */
#include "frames.h"

static void fragment(struct frame *f, uint16_t field)
{
	frame_ip4(f, 0, "203.0.113.7", "90.9.9.9", 17, 4000, 80, 0, 64);
	set16(f->bytes + 14 + 4, 77); /* identification */
	set16(f->bytes + 14 + 6, field);
	frame_resum(f);
}

static struct gw_frame_result look(struct gw *gw, const struct frame *f)
{
	static uint8_t out[sizeof(f->bytes) + GW_FRAME_GROWTH + GW_FRAMES_SLACK];
	struct gw_frame_result result;

	CHECK(!gw_trace(gw, f->bytes, f->length, &result, out, sizeof(out)));
	return result;
}

static void later(void)
{
	struct sample *s = sample_rich();
	struct gw *gw = must_simulate(s);
	struct gw_frame_result first, second;
	struct frame f;

	fragment(&f, 8);
	CHECK_EQUAL(look(gw, &f).verdict, GW_HELD_FRAGMENT);
	CHECK_EQUAL(look(gw, &f).verdict, GW_HELD_FRAGMENT); /* and nothing is held by it */
	fragment(&f, 0x2000);
	first = run_frame(gw, &f, NULL);
	CHECK_EQUAL(first.verdict, GW_FORWARDED);
	fragment(&f, 8);
	second = look(gw, &f);
	CHECK_EQUAL(second.verdict, GW_FORWARDED);
	CHECK_EQUAL(second.server, first.server);
	CHECK_EQUAL(second.decided, GW_BY_FLOW);
	CHECK_EQUAL(worker_counter(gw, GW_HELD_FRAGMENT), 0);
	CHECK_EQUAL(worker_counter(gw, GW_FORWARDED), 1);
	gw_close(gw, NULL);
	free(s);
}

static const struct test tests[] = {
	{ "it goes where its datagram's first one went, and waits where none is known", later },
};
MAIN(tests)
