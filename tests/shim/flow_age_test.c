/* SPDX-License-Identifier: Apache-2.0 */
/* How remembered flows end, whatever the clock shows. */
#include "flows.h"

/* Without the sweep: the place of the flow that was silent longest goes to the new one. */
static void oldest_goes(void)
{
	struct sample *s = one_vip(4, 1);
	struct gw *gw = must_simulate(s);
	static const uint32_t order[6] = { 30, 10, 50, 20, 60, 40 };
	struct gw_flow_query query = { .vip = GW_NONE, .worker = GW_NONE };
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
	CHECK_EQUAL(gw_flows(gw, &query, NULL, flows, 8), 4);
	CHECK_EQUAL(gw->workers[0]->flows.keys[0].key[1].src_port, 6);
	run_flow(gw, 7);
	query.cursor = 0;
	CHECK_EQUAL(gw_flows(gw, &query, NULL, flows, 8), 5);
	CHECK_EQUAL(flows[0].src_port, 6);
	CHECK_EQUAL(flows[1].src_port, 2);
	CHECK_EQUAL(flows[2].src_port, 7); /* in the place of flow 3 */
	CHECK_EQUAL(worker_counter(gw, GW_W_FLOWS_EXPIRED), 2);
	end(gw, s);
}

static void ageing(void)
{
	static const uint32_t starts[] = { 0,	   1,	   65500,   65535,
					   65536,  131000, 4000000, UINT32_MAX - 100 };

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
	static const uint32_t silences[] = { 41,	 30000,	 65535,	      65536,
					     65536 + 20, 131072, 131072 + 39, 4000000000u };

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
	struct gw_flow_query query = { .vip = GW_NONE, .worker = GW_NONE };
	struct gw_flow flow;

	s->head.timeout = 30000;
	gw = must_simulate(s);
	run_flow(gw, 1);
	for (uint32_t now = 30000; now <= 300000; now += 30000) {
		CHECK(!gw_simulate_clock(gw, now));
		CHECK_EQUAL(remembered(gw), 1);
		query.cursor = 0;
		CHECK_EQUAL(gw_flows(gw, &query, NULL, &flow, 1), 1);
		CHECK_EQUAL(flow.age, now);
		CHECK_EQUAL(flow.idle, 30000);
		CHECK_EQUAL(run_flow(gw, 1).decided, GW_BY_FLOW);
	}
	end(gw, s);
}

static const struct test tests[] = {
	{ "the flow that ended first makes room", oldest_goes },
	{ "flows end without traffic, across the wrap of the 16-bit clock", ageing },
	{ "no silence is long enough to look short", long_silence },
	{ "the longest timeout and ages beyond 16 bits are right", longest_timeout },
};
MAIN(tests)
