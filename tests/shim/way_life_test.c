/* SPDX-License-Identifier: Apache-2.0 */
/* How long ways back are remembered. */
#include "ways.h"

/* The flow goes on by packets that do not teach this way. */
static void lives_with_its_flow(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	for (uint32_t now = 1030; now <= 1300; now += 30) {
		bed_clock(now);
		send_to(0, "90.8.1.1", 80, 40002);
		sweep_at(0, now);
		CHECK_EQUAL(ways_of(0), 2);
	}
	sweep_at(0, 1340);
	CHECK_EQUAL(ways_of(0), 2);
	CHECK(has_way(0, "10.0.0.6", 80, 40001)); /* and now both live on */
	sweep_at(0, 1380);
	CHECK_EQUAL(ways_of(0), 2);
	CHECK_EQUAL(bed.workers[0].flows.flows, 1);
	sweep_at(0, 1381);
	sweep_at(0, 1381);
	CHECK_EQUAL(ways_of(0), 0);
	CHECK(!has_way(0, "10.0.0.6", 80, 40001));
	CHECK_EQUAL(bed.workers[0].counters[GW_W_FLOWS_EXPIRED], 1);
	bed_end();
}

static void answers_keep_the_flow(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	for (uint32_t now = 1030; now <= 1300; now += 30) {
		sweep_at(0, now);
		CHECK(has_way(0, "10.0.0.6", 80, 40001));
	}
	CHECK_EQUAL(bed.workers[0].flows.flows, 1);
	CHECK_EQUAL(ways_of(0), 1);
	bed_end();
}

/* One sticky flow wants the ways of all its client's ports. */
static void sticky(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	send_to(0, "90.8.7.7", 81, 40002);
	for (uint32_t now = 1030; now <= 1300; now += 30) {
		bed_clock(now);
		send_to(0, "90.8.1.1", 80, 40003);
		sweep_at(0, now);
	}
	CHECK_EQUAL(bed.workers[0].flows.flows, 1);
	CHECK_EQUAL(ways_of(0), 3);
	CHECK_EQUAL(vip_of(0, "10.0.0.6", 81, 40002), 7);
	bed_end();
}

static void absent_server(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	bed_server(BED_STICKY)->kind = GW_SERVER_ABSENT;
	CHECK(!has_way(0, "10.0.0.6", 80, 40001));
	sweep_at(0, 1000);
	CHECK_EQUAL(ways_of(0), 0);
	bed_end();
}

/* A server that was removed and added again has another slot id, and the same end. */
static void new_slot(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	bed.slots[BED_STICKY] = BED_CLUB + 1;
	bed_server(BED_CLUB)->vip = BED_STICKY;
	bed_clock(1041);
	send_to(0, "90.8.1.1", 80, 40001);
	CHECK_EQUAL(ways_of(0), 1);
	CHECK_EQUAL(bed_server_count(0, BED_STICKY, GW_S_RETURN_FLOWS), 0);
	CHECK_EQUAL(bed_server_count(0, BED_CLUB, GW_S_RETURN_FLOWS), 1);
	bed_end();
}

/* The flow that a way is wanted for is the one through its own server, for its own VIP. */
static void other_flow(void)
{
	struct gw_bucket *b;
	uint32_t vip;

	bed_start(1);
	b = bed.workers[0].flows.buckets;
	send_to(0, "90.8.1.1", 80, 40001);
	b->seen[0] = 1039; /* packets that taught nothing */
	sweep_at(0, 1041);
	CHECK_EQUAL(ways_of(0), 1);
	b->server[0] = BED_CLUB + 1; /* the flow went to another server */
	sweep_at(0, 1041);
	CHECK_EQUAL(bed.workers[0].flows.ways, 0);
	b->server[0] = BED_STICKY + 1;
	bed_end();

	bed_start(1);
	send_to(0, "90.8.1.1", 80, 40001);
	bed.workers[0].flows.buckets[0].seen[0] = 1039;
	vip = bed_server(BED_STICKY)->vip;
	bed_server(BED_STICKY)->vip = BED_ALL; /* or what the client sends to is another VIP's */
	sweep_at(0, 1041);
	CHECK_EQUAL(ways_of(0), 0);
	bed_server(BED_STICKY)->vip = vip;
	bed_end();
}

/* A way that was lost comes again with the client's next packet. */
static void made_sure_of(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	forget_ways(0);
	CHECK(!has_way(0, "10.0.0.6", 80, 40001));
	send_to(0, "90.8.1.1", 80, 40001);
	CHECK_EQUAL(ways_of(0), 1);
	CHECK(has_way(0, "10.0.0.6", 80, 40001));
	bed_end();
}

/* What a sticky VIP's packets teach again is as fresh as if it was new. */
static void taught_again(void)
{
	uint32_t *lengths, had;

	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	bed_clock(1030);
	send_to(0, "90.8.1.1", 80, 40001);
	lengths = &bed.snapshot.index->family[0].count;
	had = *lengths;
	*lengths = 0; /* of no VIP: no flow is looked for */
	sweep_at(0, 1070);
	CHECK_EQUAL(ways_of(0), 1);
	sweep_at(0, 1071);
	CHECK_EQUAL(ways_of(0), 0);
	*lengths = had;
	bed_end();
}

static void full_bucket(void)
{
	bed_start(1);
	for (uint16_t port = 1; port <= 3; port++)
		send_to(0, "90.9.1.1", 80, port);
	for (uint16_t port = 4; port <= 6; port++)
		send_to(0, "90.8.1.1", 80, port);
	CHECK_EQUAL(ways_of(0), 2); /* and four flows, which leave no place */
	CHECK_EQUAL(bed.workers[0].flows.flows, 4);
	CHECK(has_way(0, "10.0.0.6", 80, 5));
	CHECK(!has_way(0, "10.0.0.6", 80, 6));
	bed_clock(1041);
	send_to(0, "90.8.1.1", 80, 6); /* its way takes an ended flow's place */
	CHECK(has_way(0, "10.0.0.6", 80, 6));
	CHECK_EQUAL(ways_of(0), 3);
	CHECK_EQUAL(bed.workers[0].flows.flows, 3);
	bed_end();
}

/* Another table, another hash key: ways are found there like flows. */
static void moved(void)
{
	struct gw_flow_table next;

	bed_start(64);
	for (uint16_t port = 1; port <= 50; port++)
		send_to(0, "90.8.1.1", 80, port);
	CHECK_EQUAL(ways_of(0), 50);
	bed.snapshot.hash_key[0] = 99;
	CHECK(!gw_flow_table_new(&next, 512, NULL));
	gw_flow_table_move(&bed.workers[0], &next, &bed.snapshot);
	CHECK_EQUAL(ways_of(0), 50);
	for (uint16_t port = 1; port <= 50; port++)
		CHECK(has_way(0, "10.0.0.6", 80, port));
	gw_flow_table_clear(&bed.workers[0]);
	CHECK_EQUAL(ways_of(0), 0);
	bed_end();
}

static const struct test tests[] = {
	{ "a way lives as long as its flow", lives_with_its_flow },
	{ "a flow lives as long as it is answered", answers_keep_the_flow },
	{ "the flow of a sticky VIP keeps the ways of all its ports", sticky },
	{ "a way ends with its server", absent_server },
	{ "a way follows its server to another slot id", new_slot },
	{ "a flow to another server, or of another VIP, keeps no way alive", other_flow },
	{ "a way that is taught again is fresh", taught_again },
	{ "a way that was lost comes again with the next packet", made_sure_of },
	{ "a full bucket remembers no way until something in it ends", full_bucket },
	{ "ways move to another table with their flows, and are cleared with them", moved },
};
MAIN(tests)
