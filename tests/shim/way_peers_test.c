/* SPDX-License-Identifier: Apache-2.0 */
/* Ways back that another worker learned. */
#include <pthread.h>

#include "ways.h"

static void asked(void)
{
	struct gw_way way;

	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	CHECK(find_way(1, "10.0.0.6", 80, 40001, &way));
	CHECK_EQUAL(way.vip[3], 1);
	CHECK_EQUAL(way.port, 80);
	CHECK_EQUAL(way.server, BED_STICKY + 1);
	CHECK(!memcmp(way.hop.dst_mac, bed_client_mac, 6));
	CHECK_EQUAL(ways_of(1), 1);
	gw_flow_table_clear(&bed.workers[0]);
	CHECK(has_way(1, "10.0.0.6", 80, 40001)); /* it knows by itself now */
	CHECK(!has_way(1, "10.0.0.6", 80, 40002));
	bed_end();
}

/* A worker without packets has no time of its own: the peer's own clock counts. */
static void ended_there(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	bed_clock(1040);
	CHECK(has_way(1, "10.0.0.6", 80, 40001));
	bed_clock(1081);
	CHECK(!has_way(1, "10.0.0.6", 80, 40001));
	bed.workers[0].now = 1000;
	CHECK(has_way(1, "10.0.0.6", 80, 40001));
	gw_flow_table_clear(&bed.workers[1]);
	bed.workers[0].now = 1081;
	bed.workers[1].now = 1000;
	CHECK(!has_way(1, "10.0.0.6", 80, 40001));
	bed_end();
}

/* The flow of a way is alive at worker 0 by packets of another port, and nobody uses the way. */
static void keep_flow(uint32_t until)
{
	for (uint32_t now = 1030; now <= until; now += 30) {
		bed_clock(now);
		send_to(0, "90.8.1.1", 80, 40002);
		sweep_at(0, now);
		sweep_at(1, now);
	}
}

static void wanted_here(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	CHECK(has_way(1, "10.0.0.6", 80, 40001));
	keep_flow(1300);
	CHECK_EQUAL(ways_of(0), 2);
	CHECK_EQUAL(ways_of(1), 1);
	gw_flow_table_clear(&bed.workers[0]);
	sweep_at(1, 1301);
	CHECK_EQUAL(ways_of(1), 0);
	bed_end();
}

static void wanted_there(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	keep_flow(1300);
	CHECK(has_way(1, "10.0.0.6", 80, 40001));
	bed_end();
}

/* Answers alone keep it, wherever it was learned. */
static void used_here(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	for (uint32_t now = 1030; now <= 1300; now += 30) {
		bed_clock(now);
		CHECK(has_way(1, "10.0.0.6", 80, 40001));
		sweep_at(1, now);
		gw_flow_table_clear(&bed.workers[0]);
	}
	CHECK_EQUAL(ways_of(1), 1);
	bed_end();
}

/* The client's port is used for one VIP after another, whose servers have the same end. */
static void taught_elsewhere(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	CHECK_EQUAL(vip_of(1, "10.0.0.6", 80, 40001), 1);
	bed_clock(1001);
	send_to(0, "90.6.1.2", 80, 40001);
	CHECK_EQUAL(vip_of(1, "10.0.0.6", 80, 40001), 2);
	CHECK_EQUAL(ways_of(1), 1);
	CHECK_EQUAL(bed_server_count(1, BED_STICKY, GW_S_RETURN_FLOWS), 0);
	bed_clock(1002);
	send_to(1, "90.8.1.1", 80, 40001); /* now the worker learns itself, and the other is late */
	CHECK_EQUAL(vip_of(1, "10.0.0.6", 80, 40001), 1);
	bed_clock(1003);
	CHECK_EQUAL(vip_of(1, "10.0.0.6", 80, 40001), 1);
	CHECK_EQUAL(vip_of(0, "10.0.0.6", 80, 40001), 1);
	bed_end();
}

/* A lesson repeated is later than another worker's in between. */
static void taught_again(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001); /* of a sticky VIP, whose packets all teach */
	bed_clock(1001);
	send_to(1, "90.8.1.2", 80, 40001);
	bed_clock(1002);
	CHECK_EQUAL(vip_of(1, "10.0.0.6", 80, 40001), 2);
	send_to(0, "90.8.1.1", 80, 40001);
	bed_clock(1003);
	CHECK_EQUAL(vip_of(1, "10.0.0.6", 80, 40001), 1);
	bed_end();
}

/* The same where the 16 and the 23 bits of the clock wrap. */
static void clock_wraps(void)
{
	static const uint32_t starts[] = { 65535, (1u << 23) - 1, UINT32_MAX };

	for (size_t i = 0; i < 3; i++) {
		bed_start(64);
		bed_clock(starts[i]);
		send_to(0, "90.8.1.1", 80, 40001);
		CHECK_EQUAL(vip_of(1, "10.0.0.6", 80, 40001), 1);
		bed_clock(starts[i] + 1);
		send_to(0, "90.6.1.2", 80, 40001);
		CHECK_EQUAL(vip_of(1, "10.0.0.6", 80, 40001), 2);
		bed_end();
	}
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	for (uint32_t now = 1030; now < 201000; now += 30) { /* it is much later */
		bed_clock(now);
		CHECK(has_way(1, "10.0.0.6", 80, 40001));
	}
	send_to(0, "90.6.1.2", 80, 40001);
	bed_clock(bed.workers[0].now + 1);
	CHECK_EQUAL(vip_of(1, "10.0.0.6", 80, 40001), 2);
	bed_end();
}

static void full_here(void)
{
	bed_start(1);
	send_to(0, "90.8.1.1", 80, 40001);
	for (uint16_t port = 1; port <= 6; port++)
		send_to(1, "90.9.1.1", 80, port);
	CHECK(has_way(1, "10.0.0.6", 80, 40001));
	CHECK_EQUAL(ways_of(1), 0);
	bed_end();
}

static void trace(void)
{
	struct gw_worker *peek = &bed.workers[1];

	bed_start(1);
	peek->peek = true;
	bed.peers[1] = &bed.workers[0]; /* it is none of the workers */
	peek->peers_count = 1;
	send_to(0, "90.8.1.1", 80, 40001);
	CHECK(has_way(1, "10.0.0.6", 80, 40001));
	gw_flow_table_clear(peek);
	CHECK_EQUAL(ways_of(0), 1);
	bed_end();
}

/* ---- A worker that writes all the time, and another that reads. ---- */

/* Few clients' ports, any address of the VIP; the router's MAC address tells which. */
static void *teach(void *stop)
{
	uint64_t random = 3;
	uint32_t turn = 0;
	struct frame f;

	frame_ip4(&f, 0, BED_CLIENT, "90.8.1.0", 6, 0, 80, 0, 20);
	while (!__atomic_load_n((bool *)stop, __ATOMIC_RELAXED)) {
		struct gw_packet p = { .data = f.bytes, .data_len = f.length, .l3 = 14,
				       .family = 4, .protocol = 6, .dst_port = 80,
				       .port = BED_OUTSIDE, .server = BED_STICKY + 1,
				       .vip = &bed.vips[BED_STICKY] };
		uint8_t vip = (uint8_t)next_random(&random);

		p.src_port = (uint16_t)(vip % 16);
		f.bytes[14 + 19] = vip;
		f.bytes[6 + 5] = vip;
		bed.workers[0].burst = &p;
		bed.workers[0].stamp = turn;
		gw_way_learn(&bed.workers[0], &bed.snapshot, &p,
			     gw_way_prefetch(&bed.workers[0], &bed.snapshot, &p));
		bed.workers[0].now += turn++ % 16 == 0; /* places come free all the time */
	}
	return NULL;
}

static void while_it_changes(void)
{
	bool stop = false;
	uint64_t random = 5, seen = 0;
	pthread_t thread;

	bed_start(1);
	bed.snapshot.timeout = 2;
	CHECK(!pthread_create(&thread, NULL, teach, &stop));
	for (uint32_t turn = 0; seen < 100000 && turn < UINT32_MAX; turn++) {
		uint16_t port = (uint16_t)(next_random(&random) % 16);
		struct gw_way way;

		gw_flow_table_clear(&bed.workers[1]);
		if (!find_way(1, "10.0.0.6", 80, port, &way))
			continue;
		seen++;
		CHECK_EQUAL(way.vip[3] % 16, port);
		CHECK_EQUAL(way.hop.dst_mac[5], way.vip[3]);
		CHECK_EQUAL(way.server, BED_STICKY + 1);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	CHECK_EQUAL(seen, 100000);
	ways_of(0);
	bed_end();
}

static const struct test tests[] = {
	{ "a peer's way is found, and then remembered", asked },
	{ "a way that ended by its worker's clock is not found", ended_there },
	{ "a way lives as long as its flow at another worker", wanted_here },
	{ "a peer's way that only its flow keeps is found", wanted_there },
	{ "a way lives as long as it is used here", used_here },
	{ "what another worker was taught later counts from the next second on", taught_elsewhere },
	{ "a lesson repeated counts from then", taught_again },
	{ "later is later where the clock wraps", clock_wraps },
	{ "without room a peer's way is used all the same", full_here },
	{ "a trace sees the workers' ways", trace },
	{ "a table that is being written never shows a mixed way", while_it_changes },
};
MAIN(tests)
