/* SPDX-License-Identifier: Apache-2.0 */
/* Frames through a simulation, many a call: what comes back, in what order, and what is refused. */
#include <errno.h>

#include "sample_all.h"

#define MOST 600

static uint8_t frames[MOST * 2048], *out;
static uint64_t offsets[MOST + 1], out_size;
static uint32_t ports[MOST], count;
static struct gw_frame_result results[MOST];

static void begin(void)
{
	count = 0;
	out_size = sizeof(frames) + MOST * GW_FRAME_GROWTH + GW_FRAMES_SLACK;
	out = out ? out : malloc(out_size);
	CHECK(out);
}

static void add(const struct frame *f, uint32_t port)
{
	CHECK(count < MOST);
	memcpy(frames + offsets[count], f->bytes, f->length);
	ports[count++] = port;
	offsets[count] = offsets[count - 1] + f->length;
}

static int run(struct gw *gw, uint64_t size)
{
	return gw_frames(gw, frames, offsets, ports, count, results, out, size);
}

static uint64_t port_counter(struct gw *gw, uint32_t port, uint32_t counter)
{
	void *data;
	uint64_t bytes;

	CHECK(!gw_memory(gw, GW_MEMORY_PORTS, 0, &data, &bytes));
	return ((uint64_t *)data)[(uint64_t)port * GW_P_STRIDE + counter];
}

static void end(struct gw *gw, struct sample *s)
{
	gw_close(gw, NULL);
	free(s);
}

/* Frames to every VIP and back, from the ports in turn. */
static void add_all(uint32_t turns, uint32_t payload)
{
	static const uint32_t from[] = { 3, 3, 3, 5, 5, 7, 9 };

	begin();
	for (uint32_t i = 0; i < turns; i++) {
		uint32_t port = from[i / 4 % 7];
		struct frame f;

		if (i % 3)
			frame_to(&f, i, (uint16_t)(i % 50), payload);
		else
			frame_from(&f, i / 3, (uint16_t)(i % 50), payload);
		if (port != 3)
			memcpy(f.bytes, port == 5 ? all_mac5 : all_mac7, 6);
		add(&f, port);
	}
}

static void check_same(const struct gw_frame_result *many, struct gw_frame_result one,
		       const uint8_t *bytes)
{
	CHECK(!memcmp(out + many->out_off, bytes, one.out_len));
	one.out_off = many->out_off;
	one.made_off = many->made_off;
	CHECK(!memcmp(many, &one, sizeof(one)));
}

static void as_one_by_one(void)
{
	struct sample *s = sample_all();
	struct gw *gw, *single;
	uint64_t used = 0;

	s->hops[2].mtu = s->ports[1].mtu = 0; /* what makes others takes ids in another order */
	gw = must_simulate(s);
	single = must_simulate(s);
	add_all(500, 20);
	CHECK_EQUAL(run(gw, out_size), 500);
	for (uint32_t i = 0; i < count; i++) {
		uint8_t bytes[2048];
		struct frame f;

		f.length = (uint32_t)(offsets[i + 1] - offsets[i]);
		memcpy(f.bytes, frames + offsets[i], f.length);
		CHECK_EQUAL(results[i].out_off, used);
		used += results[i].out_len;
		check_same(&results[i], run_frame_from(single, &f, ports[i], bytes, sizeof(bytes)),
			   bytes);
	}
	for (uint32_t i = 0; i < GW_W_COUNT; i++)
		if (i != GW_W_BURSTS)
			CHECK_EQUAL(worker_counter(gw, i), worker_counter(single, i));
	gw_close(single, NULL);
	end(gw, s);
}

/* Where a frame's bytes end those made because of it begin, and there the next frame's. */
static void check_layout(uint32_t done)
{
	uint64_t used = 0;

	for (uint32_t i = 0; i < done; i++) {
		const struct gw_frame_result *r = &results[i];

		CHECK_EQUAL(r->out_off, used);
		CHECK_EQUAL(r->made_off, used + r->out_len);
		used = r->made_off;
		for (uint32_t j = 0; j < r->made_count; j++) {
			uint32_t head[2];

			memcpy(head, out + used, sizeof(head));
			CHECK(head[0] == 3 || head[0] == 5);
			CHECK(head[1] >= 34 && head[1] < 2048);
			used += 8 + (head[1] + 7) / 8 * 8;
		}
		CHECK_EQUAL(used, r->made_off + r->made_len);
	}
}

/* A call that has no room for more ends before that, and the next one goes on. */
static void little_room(void)
{
	struct sample *s = sample_all();
	uint32_t calls = 0;
	struct gw *gw;

	for (uint32_t i = 0; i < 4; i++) { /* each packet leaves in some 50 fragments */
		s->servers[i].mtu = 60;
		s->servers[i].df = GW_DF_CLEAR;
	}
	gw = must_simulate(s);
	begin();
	for (uint32_t i = 0; i < MOST; i++) {
		struct frame f;

		frame_to(&f, ALL_GRE4, (uint16_t)i, 1900);
		if (i & 1) /* each is a burst by itself, which may make as much as any */
			memcpy(f.bytes, all_mac5, 6);
		add(&f, i & 1 ? 5 : 3);
	}
	for (uint32_t done = 0; done < count; calls++) {
		uint64_t need = offsets[count] - offsets[done] + GW_FRAMES_SLACK;
		int more = gw_frames(gw, frames, offsets + done, ports + done, count - done,
				     results, out, need + (count - done) * GW_FRAME_GROWTH);

		CHECK(more > 0);
		check_layout((uint32_t)more);
		done += (uint32_t)more;
	}
	CHECK(calls > 1);
	CHECK_EQUAL(worker_counter(gw, GW_W_RX_PACKETS), MOST);
	CHECK_EQUAL(worker_counter(gw, GW_W_FRAGMENTED), MOST);
	end(gw, s);
}

static void counted_by_port(void)
{
	static const uint32_t all[] = { 3, 5, 7, 9 };
	struct sample *s = sample_all();
	struct gw *gw = must_simulate(s);

	add_all(500, 200);
	CHECK_EQUAL(run(gw, out_size), 500);
	for (uint32_t counter = 0; counter < GW_VERDICT_COUNT; counter++) {
		uint64_t sum = 0;

		for (int i = 0; i < 4; i++)
			sum += port_counter(gw, all[i], counter);
		CHECK_EQUAL(sum, worker_counter(gw, counter));
	}
	for (int i = 0; i < 4; i++) {
		uint64_t verdicts = 0;

		for (uint32_t counter = 0; counter < GW_VERDICT_COUNT; counter++)
			verdicts += port_counter(gw, all[i], counter);
		CHECK_EQUAL(verdicts, port_counter(gw, all[i], GW_P_RX_PACKETS));
	}
	CHECK_EQUAL(port_counter(gw, 9, GW_LEFT_NOT_MINE), port_counter(gw, 9, GW_P_RX_PACKETS));
	CHECK(port_counter(gw, 3, GW_P_TX_PACKETS) && port_counter(gw, 5, GW_P_TX_PACKETS));
	CHECK_EQUAL(port_counter(gw, 3, GW_P_TX_BYTES) + port_counter(gw, 5, GW_P_TX_BYTES) +
			    port_counter(gw, 7, GW_P_TX_BYTES), worker_counter(gw, GW_W_TX_BYTES));
	end(gw, s);
}

static void refusals(void)
{
	struct sample *s = sample_all();
	struct gw *gw;
	uint64_t least;

	add_all(40, 20);
	CHECK(!gw_simulate(&gw, NULL));
	CHECK_EQUAL(-run(gw, out_size), ENODATA);
	must_commit(gw, s);
	least = offsets[count] + count * GW_FRAME_GROWTH + GW_FRAMES_SLACK;
	CHECK_EQUAL(run(gw, least), count);
	CHECK_EQUAL(-run(gw, GW_FRAMES_SLACK / 2), ENOSPC);
	ports[7] = GW_MAX_PORTS;
	CHECK_EQUAL(-run(gw, out_size), EINVAL);
	ports[7] = 3;
	offsets[8] = offsets[7] - 1;
	CHECK_EQUAL(-run(gw, out_size), EINVAL);
	count = 1;
	offsets[1] = (1u << 20) + 1;
	CHECK_EQUAL(-run(gw, out_size), EMSGSIZE);
	count = 0;
	CHECK_EQUAL(run(gw, 0), 0);
	end(gw, s);
}

static const struct test tests[] = {
	{ "many frames in a call become what each becomes alone", as_one_by_one },
	{ "a call ends where there is no room, and the next goes on", little_room },
	{ "every frame is counted for the port that it came by", counted_by_port },
	{ "a call that cannot be is refused", refusals },
};
MAIN(tests)
