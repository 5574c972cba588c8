/* SPDX-License-Identifier: Apache-2.0 */
#include "state.h"

#include "flow_table.h"
#include "sample.h"

/* A VIP with `servers` servers and a table of 64 slots. */
static struct sample *one_vip(uint32_t servers, uint32_t buckets)
{
	struct sample *s = sample_new();

	s->head.buckets = buckets;
	sample_vip(s, 4, "90.0.0.0", 8, 255, 0, GW_ENCAP_GRE4, servers, 1, 64);
	return s;
}

static void flow_frame(struct frame *f, uint32_t flow)
{
	frame_ip4(f, 0, "203.0.113.7", "90.1.2.3", 6, (uint16_t)flow, 80, 0, 20);
	set16(f->bytes + 14 + 12, flow >> 16); /* the source address goes on where ports end */
	frame_resum(f);
}

static struct gw_frame_result run_flow(struct gw *gw, uint32_t flow)
{
	struct frame f;

	flow_frame(&f, flow);
	return run_frame(gw, &f, NULL);
}

/* All flows that the tables show, by pages of `page`. */
static uint64_t shown(struct gw *gw, uint32_t page)
{
	struct gw_flow_query query = { 0, GW_NONE, GW_NONE };
	struct gw_flow flows[64];
	uint64_t total = 0;

	do
		total += (uint64_t)gw_flows(gw, &query, flows, page);
	while (query.cursor);
	return total;
}

/* Remembered flows: the table's own count, the sum of the servers' gauges, and what is shown. */
static uint64_t remembered(struct gw *gw)
{
	struct gw_table_use use;
	uint64_t sum = 0;

	CHECK(!gw_table_use(gw, &use));
	for (uint32_t slot = 0; slot < 200; slot++)
		sum += server_counter(gw, slot, GW_S_FLOWS);
	CHECK_EQUAL(sum, use.flows);
	return use.flows;
}

static void all_to(struct sample *s, uint32_t server)
{
	for (uint64_t i = 0; i < s->head.slots_count; i++)
		s->slots[i] = server;
}

static void end(struct gw *gw, struct sample *s)
{
	gw_close(gw, NULL);
	free(s);
}

static void one_burst(void)
{
	struct sample *s = one_vip(4, 1024);
	struct gw *gw = must_simulate(s);
	struct gw_frame_result results[100];
	uint64_t offsets[101] = { 0 };
	uint8_t frames[100 * 54], out[100 * (54 + GW_FRAME_GROWTH)];

	for (uint32_t i = 0; i < 100; i++) {
		struct frame f;

		flow_frame(&f, i / 2);
		memcpy(frames + offsets[i], f.bytes, f.length);
		offsets[i + 1] = offsets[i] + f.length;
	}
	CHECK(!gw_frames(gw, frames, offsets, 100, results, out, sizeof(out)));
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

/* Without the sweep: the place of the flow that was silent longest goes to the new one. */
static void oldest_goes(void)
{
	struct sample *s = one_vip(4, 1);
	struct gw *gw = must_simulate(s);
	static const uint32_t order[6] = { 30, 10, 50, 20, 60, 40 };
	struct gw_flow_query query = { 0, GW_NONE, GW_NONE };
	struct gw_flow flows[8];

	s->head.timeout = 1000;
	must_commit(gw, s);
	gw->workers[0]->now = 10000;
	for (uint32_t i = 0; i < 6; i++) {
		gw->workers[0]->now = 10000 + order[i];
		run_flow(gw, i);
	}
	gw->workers[0]->now = 10000 + 1000 + 31; /* flows 1, 3 and 0 have ended, 1 first */
	run_flow(gw, 6);
	CHECK_EQUAL(remembered(gw), 6);
	CHECK_EQUAL(gw_flows(gw, &query, flows, 8), 4);
	CHECK_EQUAL(gw->workers[0]->flows.keys[0].key[1].src_port, 6);
	run_flow(gw, 7);
	query.cursor = 0;
	CHECK_EQUAL(gw_flows(gw, &query, flows, 8), 5);
	CHECK_EQUAL(flows[0].src_port, 6);
	CHECK_EQUAL(flows[1].src_port, 2);
	CHECK_EQUAL(flows[2].src_port, 7); /* in the place of flow 3 */
	CHECK_EQUAL(worker_counter(gw, GW_W_FLOWS_EXPIRED), 2);
	end(gw, s);
}

static void ageing(void)
{
	static const uint32_t starts[] = { 0, 1, 65500, 65535, 65536, 131000, 4000000, UINT32_MAX - 100 };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		struct sample *s = one_vip(4, 1024);
		struct gw *gw = must_simulate(s);

		CHECK(!gw_simulate_clock(gw, starts[i]));
		for (uint32_t flow = 0; flow < 100; flow++)
			run_flow(gw, flow);
		CHECK(!gw_simulate_clock(gw, starts[i] + 40));
		CHECK_EQUAL(remembered(gw), 100);
		for (uint32_t flow = 0; flow < 50; flow++)
			CHECK_EQUAL(run_flow(gw, flow).decided, GW_BY_FLOW);
		CHECK(!gw_simulate_clock(gw, starts[i] + 41)); /* no packet is needed */
		CHECK_EQUAL(remembered(gw), 50);
		CHECK_EQUAL(shown(gw, 7), 50);
		CHECK(!gw_simulate_clock(gw, starts[i])); /* never back */
		CHECK_EQUAL(remembered(gw), 50);
		CHECK_EQUAL(worker_counter(gw, GW_W_FLOWS_EXPIRED), 50);
		end(gw, s);
	}
}

static void long_silence(void)
{
	static const uint32_t silences[] = { 41, 30000, 65535, 65536, 65536 + 20, 131072, 131072 + 39,
					     4000000000u };

	for (size_t i = 0; i < sizeof(silences) / sizeof(silences[0]); i++) {
		struct sample *s = one_vip(4, 64);
		struct gw *gw = must_simulate(s);

		for (uint32_t flow = 0; flow < 100; flow++)
			run_flow(gw, flow);
		CHECK(!gw_simulate_clock(gw, silences[i]));
		CHECK_EQUAL(remembered(gw), 0);
		CHECK_EQUAL(run_flow(gw, 5).decided, GW_BY_TABLE);
		end(gw, s);
	}
}

static void longest_timeout(void)
{
	struct sample *s = one_vip(4, 64);
	struct gw *gw;
	struct gw_flow_query query = { 0, GW_NONE, GW_NONE };
	struct gw_flow flow;

	s->head.timeout = 30000;
	gw = must_simulate(s);
	run_flow(gw, 1);
	for (uint32_t now = 30000; now <= 300000; now += 30000) {
		CHECK(!gw_simulate_clock(gw, now));
		CHECK_EQUAL(remembered(gw), 1);
		query.cursor = 0;
		CHECK_EQUAL(gw_flows(gw, &query, &flow, 1), 1);
		CHECK_EQUAL(flow.age, now);
		CHECK_EQUAL(flow.idle, 30000);
		CHECK_EQUAL(run_flow(gw, 1).decided, GW_BY_FLOW);
	}
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

static void buckets_change(void)
{
	struct sample *s = one_vip(4, 256);
	struct gw *gw = must_simulate(s);
	uint32_t servers[150];

	for (uint32_t i = 0; i < 150; i++)
		servers[i] = run_flow(gw, i).server;
	all_to(s, 1);
	for (int turn = 0; turn < 4; turn++) {
		static const uint32_t buckets[] = { 4096, 1u << 20, 512, 256 };

		s->head.buckets = buckets[turn];
		s->head.hash_key[3] = (uint8_t)turn; /* and another hash, twice */
		must_commit(gw, s);
		CHECK_EQUAL(remembered(gw), 150);
		for (uint32_t i = 0; i < 150; i++) {
			struct gw_frame_result r = run_flow(gw, i);

			CHECK_EQUAL(r.decided, GW_BY_FLOW);
			CHECK_EQUAL(r.server, servers[i]);
		}
	}
	s->head.buckets = 4; /* room for 24: the others end, their counts with them */
	must_commit(gw, s);
	CHECK_EQUAL(remembered(gw), 24);
	end(gw, s);
}

static void pages(void)
{
	struct sample *s = one_vip(4, 1u << 17); /* more buckets than one call looks at */
	struct gw *gw = must_simulate(s);
	uint8_t seen[1000] = { 0 };

	for (uint32_t i = 0; i < 1000; i++)
		run_flow(gw, i);
	for (uint32_t page = 1; page < 9; page++) {
		struct gw_flow_query query = { 0, GW_NONE, GW_NONE };
		struct gw_flow flows[8];

		do {
			int count = gw_flows(gw, &query, flows, page);

			CHECK(count >= 0 && count <= (int)page);
			for (int i = 0; i < count; i++) {
				CHECK_EQUAL(flows[i].family, 4);
				CHECK_EQUAL(flows[i].protocol, 6);
				CHECK_EQUAL(flows[i].dst_port, 80);
				CHECK_EQUAL(flows[i].vip, 0);
				CHECK(!memcmp(flows[i].dst, "\x5a\1\2\3\0\0\0\0\0\0\0\0\0\0\0\0", 16));
				CHECK_EQUAL(seen[flows[i].src_port]++, page - 1);
			}
		} while (query.cursor);
	}
	for (uint32_t i = 0; i < 1000; i++)
		CHECK_EQUAL(seen[i], 8);
	for (uint32_t server = 1, total = 0; server <= 5; server++) {
		struct gw_flow_query query = { 0, GW_NONE, server };
		struct gw_flow flows[1000];
		uint32_t count = 0;

		do
			count += (uint32_t)gw_flows(gw, &query, flows, 1000);
		while (query.cursor);
		CHECK_EQUAL(count, server_counter(gw, server, GW_S_FLOWS));
		total += count;
		CHECK(server < 4 || total == 1000);
	}
	end(gw, s);
}

static void wild_cursor(void)
{
	struct sample *s = one_vip(4, 64);
	struct gw *gw = must_simulate(s);
	uint64_t random = 21;
	struct gw_flow flow;

	run_flow(gw, 1);
	for (int i = 0; i < 10000; i++) {
		struct gw_flow_query query = { next_random(&random) >> next_random(&random) % 64, GW_NONE,
					       GW_NONE };

		CHECK(gw_flows(gw, &query, &flow, 1) >= 0);
	}
	end(gw, s);
}

static void trace_changes_nothing(void)
{
	struct sample *s = sample_rich();
	struct gw *gw = must_simulate(s);
	static const char *const to[] = { "90.9.9.9", "90.1.0.1", "90.1.2.3", "90.2.0.1", "90.3.0.1",
					  "1.2.3.4" };
	uint64_t before[GW_W_COUNT];

	for (int turn = 0; turn < 18; turn++) {
		uint8_t out[256], traced_out[256];
		struct gw_frame_result traced, r;
		struct frame f;

		frame_ip4(&f, 0, "203.0.113.7", to[turn % 6], 6, 4, 80, 0, 20);
		for (uint32_t i = 0; i < GW_W_COUNT; i++)
			before[i] = worker_counter(gw, i);
		CHECK(!gw_trace(gw, f.bytes, f.length, &traced, traced_out, sizeof(traced_out)));
		for (uint32_t i = 0; i < GW_W_COUNT; i++)
			CHECK_EQUAL(worker_counter(gw, i), before[i]);
		r = run_frame(gw, &f, out);
		CHECK_EQUAL(traced.tracked, turn >= 6 ? r.tracked : 0);
		traced.tracked = r.tracked;
		CHECK(!memcmp(&traced, &r, sizeof(r)));
		CHECK(!memcmp(out, traced_out, r.out_len));
	}
	end(gw, s);
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
			must_commit(gw, s); /* a slot id that comes back: nothing of old is left wrong */
			break;
		default: {
			uint32_t flow = (uint32_t)next_random(&random) % 300;
			struct gw_frame_result first = run_flow(gw, flow), second = run_flow(gw, flow);

			CHECK_EQUAL(first.verdict, GW_FORWARDED);
			CHECK_EQUAL(second.server, first.server);
			CHECK_EQUAL(second.decided, first.tracked ? GW_BY_FLOW : GW_BY_TABLE);
		}
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
	{ "the flow that ended first makes room", oldest_goes },
	{ "flows end without traffic, across the wrap of the 16-bit clock", ageing },
	{ "no silence is long enough to look short", long_silence },
	{ "the longest timeout and ages beyond 16 bits are right", longest_timeout },
	{ "a VIP without servers remembers nothing and keeps what it had", no_server },
	{ "a server without next hop keeps its flow", no_next_hop },
	{ "a narrower VIP takes over its flows", narrower_vip },
	{ "another number of buckets, or another key, keeps the flows", buckets_change },
	{ "pages show every flow once, by any filter", pages },
	{ "any cursor is safe", wild_cursor },
	{ "a trace shows what a frame would do and changes nothing", trace_changes_nothing },
	{ "counts agree whatever happens", random_life },
};
MAIN(tests)
