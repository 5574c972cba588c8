/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "flows.h"

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
	static const uint8_t dst[16] = { 90, 1, 2, 3 };
	uint8_t seen[1000] = { 0 };

	for (uint32_t i = 0; i < 1000; i++)
		run_flow(gw, i);
	for (uint32_t page = 1; page < 9; page++) {
		struct gw_flow_query query = { .vip = GW_NONE, .worker = GW_NONE };
		struct gw_flow flows[8];

		do {
			int count = gw_flows(gw, &query, NULL, flows, page);

			CHECK(count >= 0 && count <= (int)page);
			for (int i = 0; i < count; i++) {
				CHECK_EQUAL(flows[i].family, 4);
				CHECK_EQUAL(flows[i].protocol, 6);
				CHECK_EQUAL(flows[i].dst_port, 80);
				CHECK_EQUAL(flows[i].vip, 0);
				CHECK(!memcmp(flows[i].dst, dst, 16));
				CHECK_EQUAL(seen[flows[i].src_port]++, page - 1);
			}
		} while (query.cursor);
	}
	for (uint32_t i = 0; i < 1000; i++)
		CHECK_EQUAL(seen[i], 8);
	for (uint32_t server = 1, total = 0; server <= 5; server++) {
		struct gw_flow_query query = { .vip = GW_NONE,
					       .worker = GW_NONE,
					       .servers_count = 6 };
		uint8_t wanted[6] = { 0 };
		struct gw_flow flows[1000];
		uint32_t count = 0;

		wanted[server] = 1;
		do
			count += (uint32_t)gw_flows(gw, &query, wanted, flows, 1000);
		while (query.cursor);
		CHECK_EQUAL(count, server_counter(gw, server, GW_S_FLOWS));
		total += count;
		CHECK(server < 4 || total == 1000);
	}
	end(gw, s);
}

static uint32_t found(struct gw *gw, struct gw_flow_query query, const uint8_t *servers)
{
	struct gw_flow flows[64];
	uint32_t count = 0;

	do
		count += (uint32_t)gw_flows(gw, &query, servers, flows, 7);
	while (query.cursor);
	return count;
}

static void by_client(void)
{
	struct sample *s = one_vip(4, 64);
	struct gw *gw = must_simulate(s);
	struct gw_flow_query any = { .vip = GW_NONE, .worker = GW_NONE }, query;
	uint8_t none[3] = { 0 }, two[3] = { 0, 0, 1 };
	uint32_t at_two;

	for (uint32_t i = 1; i <= 40; i++) /* from 0.0.113.7 and 0.1.113.7 */
		run_flow(gw, i + (i > 30 ? 0x10000 : 0));
	query = any;
	query.family = 4;
	CHECK_EQUAL(found(gw, query, NULL), 40);
	memcpy(query.client, "\0\1\x71\7", 4);
	query.client_len = 32;
	CHECK_EQUAL(found(gw, query, NULL), 10);
	query.client_port = 35;
	CHECK_EQUAL(found(gw, query, NULL), 1);
	query.client_port = 3; /* the other client's */
	CHECK_EQUAL(found(gw, query, NULL), 0);
	query.client_port = 0;
	query.client_len = 15;
	CHECK_EQUAL(found(gw, query, NULL), 40);
	query.client_len = 16;
	CHECK_EQUAL(found(gw, query, NULL), 10);
	query.worker = 0;
	CHECK_EQUAL(found(gw, query, NULL), 10);
	query.worker = 1; /* which is not there */
	CHECK_EQUAL(found(gw, query, NULL), 0);
	query.worker = 0;
	query.family = 6;
	CHECK_EQUAL(found(gw, query, NULL), 0);

	query = any;
	query.servers_count = 3;
	CHECK_EQUAL(found(gw, query, none), 0);
	at_two = found(gw, query, two);
	CHECK_EQUAL(at_two, server_counter(gw, 2, GW_S_FLOWS));
	query.family = 4;
	query.client_len = 32;
	query.either = 1;
	CHECK_EQUAL(found(gw, query, two), at_two);
	memcpy(query.client, "\0\0\x71\7", 4);
	CHECK(found(gw, query, two) > 30 && found(gw, query, two) < 40);
	query.either = 0;
	CHECK(found(gw, query, two) < at_two);
	query.client_len = 129;
	CHECK_EQUAL(gw_flows(gw, &query, NULL, &(struct gw_flow){ 0 }, 1), -EINVAL);
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
		uint64_t cursor = next_random(&random) >> next_random(&random) % 64;
		struct gw_flow_query query = { .vip = GW_NONE, .worker = GW_NONE };

		query.cursor = cursor;
		CHECK(gw_flows(gw, &query, NULL, &flow, 1) >= 0);
	}
	end(gw, s);
}

static const struct test tests[] = {
	{ "another number of buckets, or another key, keeps the flows", buckets_change },
	{ "pages show every flow once, by any filter", pages },
	{ "flows are found by client, server and worker", by_client },
	{ "any cursor is safe", wild_cursor },
};
MAIN(tests)
