/* SPDX-License-Identifier: Apache-2.0 */
/* VIPs that become sticky or stop being it, and VIPs that come to share a server's end, while
 * connections go on. */
#include "ways.h"

#define VIP6 "2001:db8:90::1"
#define WEB6 "2001:db8:1::4"
#define WITHOUT_TWIN ~(1u << BED_TWIN)

/* Client and server talk, by worker 0 and by a peer, and nothing gets lost. */
static void talk(uint32_t from, uint32_t until)
{
	for (uint32_t now = from; now <= until; now += 5) {
		bed_clock(now);
		send_to(0, "90.9.1.7", 80, 40001);
		for (uint32_t i = 0; i < BED_WORKERS; i++) {
			CHECK_EQUAL(vip_of(i, "10.0.0.3", 80, 40001), 7);
			sweep_at(i, now);
		}
	}
}

static void nothing_is_left(uint32_t now)
{
	for (uint32_t turn = 0; turn < 2; turn++)
		for (uint32_t i = 0; i < BED_WORKERS; i++)
			sweep_at(i, now);
	for (uint32_t i = 0; i < BED_WORKERS; i++) {
		CHECK_EQUAL(ways_of(i), 0);
		CHECK_EQUAL(bed.workers[i].flows.flows, 0);
		CHECK(!has_way(i, "10.0.0.3", 80, 40001));
	}
}

static void becomes_sticky(void)
{
	bed_start(64);
	talk(1000, 1020);
	CHECK_EQUAL(ways_of(0), 0);
	set_sticky(BED_ALL, true);
	for (uint32_t i = 0; i < BED_WORKERS; i++) /* the server is the first to say something */
		CHECK_EQUAL(vip_of(i, "10.0.0.3", 80, 40001), 7);
	talk(1025, 1200);
	CHECK_EQUAL(bed.workers[0].flows.flows, 1); /* the sticky one */
	CHECK_EQUAL(ways_of(0), 1);
	nothing_is_left(1241);
	bed_end();
}

static void stops_being_sticky(void)
{
	bed_start(64);
	set_sticky(BED_ALL, true);
	talk(1000, 1020);
	CHECK_EQUAL(ways_of(0), 1);
	set_sticky(BED_ALL, false);
	for (uint32_t i = 0; i < BED_WORKERS; i++)
		CHECK_EQUAL(vip_of(i, "10.0.0.3", 80, 40001), 7);
	talk(1025, 1200);
	CHECK_EQUAL(bed.workers[0].flows.flows, 1);
	CHECK_EQUAL(bed_server_count(0, BED_ALL, GW_S_FLOWS), 1);
	nothing_is_left(1241);
	bed_end();
}

/* Only the server says something, to the end. */
static void answers_alone(bool sticky)
{
	bed_start(64);
	set_sticky(BED_ALL, sticky);
	send_to(0, "90.9.1.7", 80, 40001);
	set_sticky(BED_ALL, !sticky);
	for (uint32_t now = 1030; now <= 1300; now += 30) {
		bed_clock(now);
		CHECK_EQUAL(vip_of(0, "10.0.0.3", 80, 40001), 7);
		sweep_at(0, now);
	}
	CHECK_EQUAL(vip_of(1, "10.0.0.3", 80, 40001), 7);
	nothing_is_left(1341);
	bed_end();
}

static void answered_on(void)
{
	answers_alone(false);
	answers_alone(true);
}

/* A connection that the change meets in a table that is changed with it. */
static void moves_with_it(void)
{
	for (uint32_t sticky = 0; sticky <= 1; sticky++) {
		bed_start(64);
		set_sticky(BED_ALL, sticky);
		talk(1000, 1010);
		set_sticky(BED_ALL, !sticky);
		bed.snapshot.hash_key[1]++;
		move_tables(256);
		for (uint32_t i = 0; i < BED_WORKERS; i++)
			CHECK_EQUAL(vip_of(i, "10.0.0.3", 80, 40001), 7);
		talk(1015, 1100);
		nothing_is_left(1141);
		bed_end();
	}
}

static void another_vip_comes(void)
{
	bed_start(64);
	bed_serve(WITHOUT_TWIN);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	bed_serve(UINT32_MAX);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, 40001), 1);
	CHECK(!has_way(0, "10.0.0.1", 8080, 40002));
	bed_clock(1030);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	sweep_at(0, 1060); /* kept by the answer */
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	send_to(0, "90.1.2.2", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 2);
	bed_serve(WITHOUT_TWIN); /* it goes again, and its flow is answered to the end */
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 2);
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, 40001), 2);
	CHECK_EQUAL(ways_of(0), 0);
	bed_end();
}

/* A copy of a flow is nothing that the flow needs. */
static void copy_ends(void)
{
	bed_start(64);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK(has_way(1, "10.0.0.1", 8080, 40001));
	CHECK_EQUAL(ways_of(1), 1);
	bed_clock(1030);
	send_to(0, "90.1.2.1", 80, 40001);
	sweep_at(1, 1041);
	CHECK_EQUAL(ways_of(1), 0);
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, 40001), 1);
	bed_end();
}

/* A VIP of all ports, whose server then serves one port of another VIP, too. */
static void a_port_comes(void)
{
	bed_start(64);
	bed.keys[BED_ALL].prefix_len = 32;
	bed_serve(1u << BED_ALL);
	send_to(0, "90.9.0.0", 8080, 40001);
	memcpy(bed_server(BED_WEB)->to.address, bed_server(BED_ALL)->to.address, 16);
	bed_serve(1u << BED_ALL | 1u << BED_WEB);
	CHECK_EQUAL(vip_of(0, "10.0.0.3", 8080, 40001), 0);
	CHECK_EQUAL(vip_of(1, "10.0.0.3", 8080, 40001), 0);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.3", 8080, 40001), 1);
	bed_end();
}

/* To a table of another size, hashed by another key: a flow, its copy, and what was learned. */
static void moved(void)
{
	bed_start(64);
	send_to(0, VIP6, 80, 40001);
	send_to(0, "90.1.2.1", 80, 40001);
	send_to(0, "90.8.1.1", 80, 40001);
	CHECK(has_way(1, WEB6, 8080, 40001));
	CHECK(has_way(1, "10.0.0.1", 8080, 40001));
	CHECK(has_way(1, "10.0.0.6", 80, 40001));
	CHECK_EQUAL(ways_of(1), 3);
	bed.snapshot.hash_key[0]++;
	move_tables(256);
	CHECK_EQUAL(ways_of(0), 1);
	CHECK_EQUAL(ways_of(1), 3);
	gw_flow_table_clear(&bed.workers[0]);
	CHECK(has_way(1, WEB6, 8080, 40001));
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, 40001), 1);
	CHECK_EQUAL(vip_of(1, "10.0.0.6", 80, 40001), 1);
	bed_end();
}

static const struct test tests[] = {
	{ "when a VIP becomes sticky, its connections go on", becomes_sticky },
	{ "when a VIP is sticky no more, its connections go on", stops_being_sticky },
	{ "so do those where only the server sends", answered_on },
	{ "and so it is when the table is changed at the same time", moves_with_it },
	{ "when another VIP gets the same end, or goes, answers go on", another_vip_comes },
	{ "a copy ends when nobody uses it, and is made again", copy_ends },
	{ "when a server of all ports gets a port's VIP, answers go on", a_port_comes },
	{ "flows, copies and learned ways move to another table", moved },
};
MAIN(tests)
