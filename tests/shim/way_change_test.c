/* SPDX-License-Identifier: Apache-2.0 */
/* Ends that come to answer for one VIP alone, or for more than one, while connections go on. */
#include "ways.h"

#define VIP6 "2001:db8:90::1"
#define WEB6 "2001:db8:1::4"
#define WITHOUT_TWIN ~(1u << BED_TWIN)

static void another_vip_comes(void)
{
	bed_start(64);
	bed_serve(WITHOUT_TWIN);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK_EQUAL(ways_of(0), 0);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	bed_serve(UINT32_MAX);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, 40001), 1);
	CHECK(!has_way(0, "10.0.0.1", 8080, 40002));
	bed_clock(1030);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	sweep_at(0, 1060); /* kept by the answer */
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK_EQUAL(ways_of(0), 1);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	send_to(0, "90.1.2.2", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 2);
	bed_end();
}

/* A copy of a flow is nothing that the flow needs. */
static void copy_ends(void)
{
	bed_start(64);
	bed_serve(WITHOUT_TWIN);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK(has_way(1, "10.0.0.1", 8080, 40001));
	bed_serve(UINT32_MAX);
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
	CHECK_EQUAL(bed_server(BED_ALL)->by_flow, GW_BY_FLOW_TCP | GW_BY_FLOW_UDP);
	send_to(0, "90.9.0.0", 8080, 40001);
	CHECK_EQUAL(ways_of(0), 0);
	memcpy(bed_server(BED_WEB)->to.address, bed_server(BED_ALL)->to.address, 16);
	bed_serve(1u << BED_ALL | 1u << BED_WEB);
	CHECK_EQUAL(bed_server(BED_ALL)->by_flow, 0);
	CHECK_EQUAL(bed_server(BED_WEB)->by_flow, 0);
	CHECK_EQUAL(vip_of(0, "10.0.0.3", 8080, 40001), 0);
	bed_end();
}

static void another_vip_goes(void)
{
	struct gw_bucket *b;

	bed_start(1);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK_EQUAL(ways_of(0), 1);
	bed_serve(WITHOUT_TWIN);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	b = bed.workers[0].flows.buckets;
	gw_flow_release(&bed.workers[0], b, 0); /* as if it had been a sticky one */
	CHECK(b->server[1] & GW_WAY);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, 40001), 1);
	bed_end();
}

/* A learned way is not wanted any more when it idles, though its flow lives. */
static void old_way_ends(void)
{
	bed_start(64);
	send_to(0, "90.1.2.1", 80, 40001);
	bed_serve(WITHOUT_TWIN);
	bed_clock(1030);
	send_to(0, "90.1.2.1", 80, 40001);
	sweep_at(0, 1041);
	CHECK_EQUAL(ways_of(0), 0);
	CHECK_EQUAL(bed.workers[0].flows.flows, 1);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	bed_end();
}

/* To a table of another size, hashed by another key: a flow, its copy, and what was learned before.
 * */
static void moved(void)
{
	bed_start(64);
	send_to(0, VIP6, 80, 40001);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK(has_way(1, WEB6, 8080, 40001));
	CHECK(has_way(1, "10.0.0.1", 8080, 40001));
	bed_serve(WITHOUT_TWIN);
	CHECK(has_way(1, "10.0.0.1", 8080, 40001)); /* now by its flow's hash, too */
	CHECK_EQUAL(ways_of(1), 3);
	bed.snapshot.hash_key[0]++;
	move_tables(256);
	CHECK_EQUAL(ways_of(0), 1);
	CHECK_EQUAL(ways_of(1), 3);
	gw_flow_table_clear(&bed.workers[0]);
	CHECK(has_way(1, WEB6, 8080, 40001));
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, 40001), 1);
	bed_end();
}

static const struct test tests[] = {
	{ "when another VIP gets the same end, answers go on", another_vip_comes },
	{ "a copy ends when nobody uses it, and is made again", copy_ends },
	{ "when a server of all ports gets a port's VIP, answers go on", a_port_comes },
	{ "when the other VIP goes, answers go on", another_vip_goes },
	{ "what was learned before then ends when nobody uses it", old_way_ends },
	{ "flows, copies and learned ways move to another table", moved },
};
MAIN(tests)
