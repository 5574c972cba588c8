/* SPDX-License-Identifier: Apache-2.0 */
/* Another number of workers: a flow may come to any of them. */
#include "flow_folder.h"

#define FLOWS 400

static uint32_t servers[FLOWS];

/* Flows of `workers` workers; afterwards all new ones would go to server 1. */
static struct sample *some_flows(uint32_t workers)
{
	struct sample *s = one_vip(4, 1024);
	struct gw *gw;

	folder_new();
	gw = folder_start(s, workers, NULL);
	for (uint32_t i = 0; i < FLOWS; i++)
		servers[i] = folder_send(gw, i % workers, i, GW_BY_TABLE);
	gw_close(gw, NULL);
	all_to(s, 1);
	return s;
}

/* Where a card may send flow i now. */
static uint32_t worker_of(uint32_t i, const struct gw *gw)
{
	return i / 7 % gw->workers_count;
}

static void check_flows(struct gw *gw)
{
	for (uint32_t i = 0; i < FLOWS; i++)
		CHECK_EQUAL(folder_send(gw, worker_of(i, gw), i, GW_BY_FLOW), servers[i]);
}

static void other_number(void)
{
	static const uint32_t numbers[][2] = { { 1, 3 }, { 3, 1 }, { 2, 32 }, { 32, 2 } };

	for (int turn = 0; turn < 4; turn++) {
		uint32_t before = numbers[turn][0], after = numbers[turn][1];
		struct sample *s = some_flows(before);
		struct gw_flow_memory_info info;
		struct gw *gw = folder_start(s, after, &info);

		CHECK_EQUAL(info.adopted + info.refused, 0);
		CHECK_EQUAL(info.inherited, before);
		CHECK_EQUAL(info.flows, FLOWS);
		check_flows(gw);
		CHECK_EQUAL(folder_flows(gw), FLOWS); /* the workers remember them now */
		CHECK_EQUAL(worker_counter(gw, GW_W_FIRST_PACKET), 0);
		CHECK_EQUAL(folder_send(gw, 0, FLOWS + turn, GW_BY_TABLE), 1);
		end(gw, s);
	}
}

/* The ancestors stay until none of their flows can be alive. */
static void let_go(void)
{
	struct sample *s = some_flows(2);
	struct gw *gw = folder_start(s, 1, NULL);

	CHECK_EQUAL(folder_files(), 3);
	check_flows(gw);
	workers_clock(gw, FOLDER_CLOCK + s->head.timeout);
	CHECK_EQUAL(gw_flow_settle(gw), 1);
	CHECK(gw->workers[0]->seeks);
	check_flows(gw); /* at the last moment */
	workers_clock(gw, FOLDER_CLOCK + s->head.timeout + 1);
	CHECK_EQUAL(gw_flow_settle(gw), 0);
	CHECK_EQUAL(gw->peers_count, 1);
	CHECK(!gw->workers[0]->seeks);
	CHECK_EQUAL(folder_files(), 1);
	check_flows(gw);
	end(gw, s);
}

/* Killed again before all flows were seen: none is lost, whatever the number is then. */
static void again_and_again(void)
{
	static const uint32_t numbers[] = { 2, 5, 5, 1, 4 };
	struct sample *s = some_flows(3);
	struct gw *gw = NULL;

	for (uint32_t turn = 0; turn < 5; turn++) {
		gw = folder_start(s, numbers[turn], NULL);
		for (uint32_t i = turn; i < FLOWS; i += 5) /* a fifth sends something */
			CHECK_EQUAL(folder_send(gw, worker_of(i, gw), i, GW_BY_FLOW), servers[i]);
		if (turn < 4)
			gw_close(gw, NULL);
	}
	check_flows(gw);
	end(gw, s);
}

static void another_hash(void)
{
	struct sample *s = some_flows(2);
	struct gw *gw;

	s->head.hash_key[5] ^= 1;
	s->head.buckets = 4096;
	gw = folder_start(s, 3, NULL);
	check_flows(gw);
	s->head.hash_key[5] ^= 4;
	must_commit(gw, s);
	check_flows(gw);
	end(gw, s);
}

/* A card may spread flows over as many workers in another way. */
static void same_number(void)
{
	struct sample *s = some_flows(2);
	struct gw_flow_memory_info info;
	struct gw *gw = folder_start(s, 2, &info);

	CHECK_EQUAL(info.adopted, 2);
	for (uint32_t i = 0; i < FLOWS; i++)
		CHECK_EQUAL(folder_send(gw, (i + 1) % 2, i, GW_BY_FLOW), servers[i]);
	workers_clock(gw, FOLDER_CLOCK + s->head.timeout + 1);
	CHECK_EQUAL(gw_flow_settle(gw), 0);
	CHECK(!gw->workers[0]->seeks && !gw->workers[1]->seeks);
	end(gw, s);
}

/* One of two files is damaged: its flows alone are lost. */
static void one_damaged(void)
{
	struct sample *s = some_flows(2);
	struct gw_flow_memory_info info;
	struct gw *gw;

	CHECK(!truncate(folder_file(1, 1), 5000));
	gw = folder_start(s, 2, &info);
	CHECK_EQUAL(info.adopted, 1);
	CHECK_EQUAL(info.refused, 1);
	for (uint32_t i = 0; i < FLOWS; i++)
		CHECK_EQUAL(folder_send(gw, i % 2, i, i % 2 ? GW_BY_TABLE : GW_BY_FLOW),
			    i % 2 ? 1 : servers[i]);
	CHECK_EQUAL(folder_files(), 2);
	end(gw, s);
}

/* A trace shows where the flow goes, whoever remembers it. */
static void traced(void)
{
	struct sample *s = some_flows(2);
	struct gw *gw = folder_start(s, 1, NULL);
	uint8_t *out = malloc(GW_FRAMES_SLACK + 4096);
	struct gw_frame_result result;
	struct frame f;

	for (int turn = 0; turn < 2; turn++) {
		flow_frame(&f, 9);
		CHECK(!gw_trace(gw, f.bytes, f.length, &result, out, GW_FRAMES_SLACK + 4096));
		CHECK_EQUAL(result.server, turn ? 1 : servers[9]);
		workers_clock(gw, FOLDER_CLOCK + s->head.timeout + 1);
		gw_flow_settle(gw);
	}
	free(out);
	end(gw, s);
}

static const struct test tests[] = {
	{ "flows stay with their servers with another number of workers", other_number },
	{ "older tables are let go of when their flows have ended", let_go },
	{ "flows outlive start after start", again_and_again },
	{ "flows of other workers stay with another hash key", another_hash },
	{ "a flow that comes to another worker than before stays", same_number },
	{ "of two tables a damaged one is refused alone", one_damaged },
	{ "a trace sees older tables", traced },
};
MAIN(tests)
