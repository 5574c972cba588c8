/* SPDX-License-Identifier: Apache-2.0 */
#include "flows.h"

/* Flows 0 to 49 with two packets each, one behind the other. */
static void run_pairs(struct gw *gw, struct gw_frame_result *results)
{
	static uint8_t frames[100 * 54], out[100 * (54 + GW_FRAME_GROWTH) + GW_FRAMES_SLACK];
	uint64_t offsets[101] = { 0 };

	for (uint32_t i = 0; i < 100; i++) {
		struct frame f;

		flow_frame(&f, i / 2);
		memcpy(frames + offsets[i], f.bytes, f.length);
		offsets[i + 1] = offsets[i] + f.length;
	}
	CHECK_EQUAL(gw_frames(gw, frames, offsets, NULL, 100, results, out, sizeof(out)), 100);
}

static void one_burst(void)
{
	struct sample *s = one_vip(4, 1024);
	struct gw *gw = must_simulate(s);
	struct gw_frame_result results[100];

	run_pairs(gw, results);
	for (uint32_t i = 0; i < 100; i++) {
		CHECK_EQUAL(results[i].decided, i % 2 ? GW_BY_FLOW : GW_BY_TABLE);
		CHECK_EQUAL(results[i].server, results[i & ~1u].server);
		CHECK_EQUAL(results[i].tracked, 1);
		CHECK_EQUAL(results[i].slot, (results[i].hash >> 32) & 63);
		CHECK_EQUAL(results[i].server, s->slots[results[i].slot]);
	}
	CHECK_EQUAL(worker_counter(gw, GW_W_FIRST_PACKET), 50);
	CHECK_EQUAL(worker_counter(gw, GW_W_NEXT_PACKET), 50);
	CHECK_EQUAL(vip_counter(gw, 0, GW_V_FIRST_PACKET), 50);
	CHECK_EQUAL(vip_counter(gw, 0, GW_V_NEXT_PACKET), 50);
	CHECK_EQUAL(vip_counter(gw, 0, GW_V_PACKETS), 100);
	CHECK_EQUAL(vip_counter(gw, 0, GW_V_BYTES), 4000);
	CHECK_EQUAL(remembered(gw), 50);
	end(gw, s);
}

static void sticks(void)
{
	struct sample *s = one_vip(4, 1024);
	struct gw *gw = must_simulate(s);
	uint32_t servers[200];

	for (uint32_t i = 0; i < 200; i++)
		servers[i] = run_flow(gw, i).server;
	all_to(s, 2); /* removed from the table, still in the image: the others keep their flows */
	must_commit(gw, s);
	for (uint32_t i = 0; i < 200; i++) {
		CHECK_EQUAL(run_flow(gw, i).server, servers[i]);
		CHECK_EQUAL(run_flow(gw, 1000 + i).server, 2);
	}
	CHECK_EQUAL(remembered(gw), 400);
	/* absent from the image: what pointed there has ended */
	s->servers[2] = s->servers[3];
	s->head.servers_count = 3;
	must_commit(gw, s);
	for (uint32_t i = 0; i < 200; i++) {
		CHECK_EQUAL(run_flow(gw, i).server, servers[i] == 3 ? 2 : servers[i]);
		CHECK_EQUAL(run_flow(gw, i).decided, GW_BY_FLOW);
	}
	CHECK_EQUAL(remembered(gw), 400);
	CHECK_EQUAL(server_counter(gw, 3, GW_S_FLOWS), 0);
	end(gw, s);
}

static void full_bucket(void)
{
	struct sample *s = one_vip(4, 1);
	struct gw *gw = must_simulate(s);

	for (uint32_t i = 0; i < 6; i++) {
		CHECK(!gw_simulate_clock(gw, i));
		CHECK_EQUAL(run_flow(gw, i).tracked, 1);
	}
	for (int turn = 0; turn < 2; turn++) {
		struct gw_frame_result r = run_flow(gw, 6);

		CHECK_EQUAL(r.verdict, GW_FORWARDED);
		CHECK_EQUAL(r.decided, GW_BY_TABLE);
		CHECK_EQUAL(r.tracked, 0);
	}
	CHECK_EQUAL(worker_counter(gw, GW_W_UNTRACKED_PACKET), 2);
	CHECK_EQUAL(vip_counter(gw, 0, GW_V_UNTRACKED_PACKET), 2);
	CHECK_EQUAL(remembered(gw), 6);
	CHECK(!gw_simulate_clock(gw, 41)); /* flow 0 ends: silent for more than 40 s */
	CHECK_EQUAL(run_flow(gw, 6).tracked, 1);
	CHECK_EQUAL(run_flow(gw, 1).decided, GW_BY_FLOW);
	CHECK_EQUAL(run_flow(gw, 0).tracked, 0);
	CHECK_EQUAL(remembered(gw), 6);
	end(gw, s);
}

static void no_server(void)
{
	struct sample *s = one_vip(4, 64);
	struct gw *gw;

	s->vips[0].table_len = 0;
	gw = must_simulate(s);
	CHECK_EQUAL(run_flow(gw, 1).verdict, GW_DROP_NO_SERVER);
	CHECK_EQUAL(run_flow(gw, 1).slot, GW_NONE);
	CHECK_EQUAL(remembered(gw), 0);
	CHECK_EQUAL(vip_counter(gw, 0, GW_V_NO_SERVER), 2);
	s->vips[0].table_len = 64;
	must_commit(gw, s);
	CHECK_EQUAL(run_flow(gw, 1).tracked, 1);
	s->vips[0].table_len = 0; /* all drain: what is remembered goes on */
	must_commit(gw, s);
	CHECK_EQUAL(run_flow(gw, 1).verdict, GW_FORWARDED);
	CHECK_EQUAL(run_flow(gw, 2).verdict, GW_DROP_NO_SERVER);
	end(gw, s);
}

static void no_next_hop(void)
{
	struct sample *s = one_vip(1, 64);
	struct gw *gw;
	struct gw_frame_result r;

	s->servers[0].hop = GW_NONE;
	gw = must_simulate(s);
	r = run_flow(gw, 1);
	CHECK_EQUAL(r.verdict, GW_DROP_NO_NEXT_HOP);
	CHECK_EQUAL(r.server, 1);
	CHECK_EQUAL(r.tracked, 1);
	CHECK_EQUAL(r.port, GW_NONE);
	CHECK_EQUAL(r.out_len, 0);
	CHECK_EQUAL(vip_counter(gw, 0, GW_V_NO_NEXT_HOP), 1);
	CHECK_EQUAL(vip_counter(gw, 0, GW_V_PACKETS), 0);
	CHECK_EQUAL(server_counter(gw, 1, GW_S_PACKETS), 0);
	s->servers[0].hop = 0;
	must_commit(gw, s);
	CHECK_EQUAL(run_flow(gw, 1).decided, GW_BY_FLOW);
	end(gw, s);
}

static void narrower_vip(void)
{
	struct sample *s = one_vip(2, 64);
	struct gw *gw = must_simulate(s);

	for (uint32_t i = 0; i < 100; i++)
		CHECK_EQUAL(run_flow(gw, i).vip, 0);
	sample_vip(s, 4, "90.1.0.0", 16, 6, 80, GW_ENCAP_GRE6, 2, 10, 16);
	must_commit(gw, s);
	for (uint32_t i = 0; i < 100; i++) {
		CHECK_EQUAL(run_flow(gw, i).vip, 1);
		CHECK(run_flow(gw, i).server >= 10);
	}
	CHECK_EQUAL(remembered(gw), 100);
	CHECK_EQUAL(worker_counter(gw, GW_W_FLOWS_EXPIRED), 100);
	end(gw, s);
}

static void two_packets(struct gw *gw, uint32_t flow)
{
	struct gw_frame_result first = run_flow(gw, flow), second = run_flow(gw, flow);

	CHECK_EQUAL(first.verdict, GW_FORWARDED);
	CHECK_EQUAL(second.server, first.server);
	CHECK_EQUAL(second.decided, first.tracked ? GW_BY_FLOW : GW_BY_TABLE);
}

/* Whatever happens, in whatever order: the counts agree, and a flow that is remembered and whose
 * server stays does not move. */
static void random_life(void)
{
	uint64_t random = 77;
	struct sample *s = one_vip(8, 4);
	struct gw *gw = must_simulate(s);
	uint32_t now = 0;

	for (int turn = 0; turn < 20000; turn++) {
		switch (next_random(&random) % 100) {
		case 0:
			s->head.buckets = 1u << next_random(&random) % 7;
			s->head.timeout = 1 + (uint32_t)next_random(&random) % 60;
			must_commit(gw, s);
			break;
		case 1:
			all_to(s, 1 + (uint32_t)next_random(&random) % 8);
			must_commit(gw, s);
			break;
		case 2:
			now += (uint32_t)next_random(&random) % 90;
			CHECK(!gw_simulate_clock(gw, now));
			break;
		case 3:
			s->head.servers_count = 8 - (uint32_t)next_random(&random) % 4;
			all_to(s, 1);
			must_commit(gw, s);
			s->head.servers_count = 8;
			must_commit(gw, s); /* a slot id that comes back is a new one */
			break;
		default:
			two_packets(gw, (uint32_t)next_random(&random) % 300);
		}
		remembered(gw);
		CHECK(shown(gw, 5) <= remembered(gw));
	}
	end(gw, s);
}

static const struct test tests[] = {
	{ "the second packet of a flow in a burst finds it remembered", one_burst },
	{ "a flow stays with its server until that is absent", sticks },
	{ "packets to a full bucket are forwarded untracked until a flow ends", full_bucket },
	{ "a VIP without servers remembers nothing and keeps what it had", no_server },
	{ "a server without next hop keeps its flow", no_next_hop },
	{ "a narrower VIP takes over its flows", narrower_vip },
	{ "counts agree whatever happens", random_life },
};
MAIN(tests)
