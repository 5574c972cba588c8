/* SPDX-License-Identifier: Apache-2.0 */
/* Flows that are their own ways back: those of ends that answer for one VIP address and port. */
#include <pthread.h>

#include "bucket.h"
#include "ways.h"

#define VIP6 "2001:db8:90::1"
#define WEB6 "2001:db8:1::4"

/* The client's packet, by another router. */
static void send_by(uint32_t worker, uint8_t router)
{
	struct frame f;

	frame_ip6(&f, 0, BED_CLIENT6, VIP6, 6, NULL, 0, 40001, 80, 20);
	f.bytes[6 + 5] = router;
	bed_send(worker, &f);
}

/* The last byte of the router's address that the answer goes to; -1: there is no way. */
static int router_of(uint32_t worker)
{
	struct gw_way way;

	return find_way(worker, WEB6, 8080, 40001, &way) ? way.hop.dst_mac[5] : -1;
}

static void found(void)
{
	struct gw_way way;
	struct frame f;

	bed_start(64);
	frame_ip4(&f, 0, BED_CLIENT, "90.1.2.1", 17, 40001, 53, 0, 20); /* of a UDP port */
	bed_send(0, &f);
	send_to(0, VIP6, 80, 40001);
	CHECK_EQUAL(ways_of(0), 0);
	CHECK(find_way(0, WEB6, 8080, 40001, &way));
	CHECK_EQUAL(way.vip[5] << 8 | way.vip[15], 0x90 << 8 | 1);
	CHECK_EQUAL(way.port, 80);
	CHECK_EQUAL(way.server, BED_WEB6 + 1);
	CHECK_EQUAL(way.hop.port, BED_OUTSIDE);
	CHECK(!memcmp(way.hop.dst_mac, bed_client_mac, 6));
	CHECK(!memcmp(way.hop.src_mac, sample_mac, 6));
	CHECK(!has_way(0, WEB6, 8080, 40002));
	CHECK(!has_way(0, WEB6, 8081, 40001));
	CHECK(!has_way(0, "2001:db8:1::5", 8080, 40001));
	CHECK_EQUAL(ways_of(0), 0);
	CHECK_EQUAL(bed.workers[0].flows.flows, 2);
	bed_end();
}

/* Even where tag and bucket agree, the whole key must. */
static void same_hash(void)
{
	struct gw_key *key;

	bed_start(1);
	send_to(0, VIP6, 80, 40001);
	key = bed.workers[0].flows.keys[0].key;
	CHECK(has_way(0, WEB6, 8080, 40001));
	key->src_port++;
	CHECK(!has_way(0, WEB6, 8080, 40001));
	key->src_port--;
	key->src[15]++;
	CHECK(!has_way(0, WEB6, 8080, 40001));
	key->src[15]--;
	bed_server(BED_WEB6)->to.address[15]++;
	CHECK(!has_way(0, WEB6, 8080, 40001));
	bed_server(BED_WEB6)->to.address[15]--;
	bed_server(BED_WEB6)->kind = GW_SERVER_ABSENT;
	CHECK(!has_way(0, WEB6, 8080, 40001));
	bed_server(BED_WEB6)->kind = GW_SERVER_NAT6;
	CHECK(has_way(0, WEB6, 8080, 40001));
	bed_end();
}

/* Answers keep it, and nothing else does. */
static void lives(void)
{
	bed_start(64);
	send_to(0, VIP6, 80, 40001);
	for (uint32_t now = 1030; now <= 1300; now += 30) {
		sweep_at(0, now);
		CHECK(has_way(0, WEB6, 8080, 40001));
	}
	sweep_at(0, 1340);
	CHECK_EQUAL(bed.workers[0].flows.flows, 1);
	bed_clock(1341);
	CHECK(!has_way(0, WEB6, 8080, 40001));
	sweep_at(0, 1341);
	CHECK_EQUAL(bed.workers[0].flows.flows, 0);
	bed_end();
}

/* Each eight seconds of the clock the client's first packet tells, whoever was there before it. */
static void follows_the_router(void)
{
	bed_start(64);
	bed_clock(1000); /* the first of eight */
	send_by(0, 1);
	bed_clock(1007);
	send_by(0, 2);
	CHECK_EQUAL(router_of(0), 1);
	bed_clock(1008);
	CHECK_EQUAL(router_of(0), 1);
	send_by(0, 2);
	CHECK_EQUAL(router_of(0), 2);
	for (uint32_t now = 1009; now <= 1016; now++) {
		bed_clock(now);
		CHECK_EQUAL(router_of(0), 2);
	}
	send_by(0, 3);
	CHECK_EQUAL(router_of(0), 3);
	CHECK_EQUAL(ways_of(0), 0);
	bed_end();
}

static void due_in_another_table(void)
{
	bed_start(64);
	send_by(0, 1);
	bed_clock(1009);
	CHECK_EQUAL(router_of(0), 1);
	move_tables(16);
	send_by(0, 2);
	CHECK_EQUAL(router_of(0), 2);
	bed_end();
}

/* Another worker remembers what it looked up, for as long as it is used there. */
static void at_a_peer(void)
{
	bed_start(64);
	send_by(0, 1);
	CHECK_EQUAL(router_of(1), 1);
	CHECK_EQUAL(ways_of(1), 1);
	gw_flow_table_clear(&bed.workers[0]);
	CHECK_EQUAL(router_of(1), 1);
	for (uint32_t now = 1030; now <= 1300; now += 30) {
		sweep_at(1, now);
		CHECK_EQUAL(router_of(1), 1);
	}
	send_by(0, 1);
	sweep_at(1, 1330);
	send_by(0, 1);
	sweep_at(1, 1341); /* the flow lives, and would be asked for again */
	CHECK_EQUAL(ways_of(1), 0);
	CHECK_EQUAL(router_of(1), 1);
	bed_end();
}

/* Of a flow and its copy the flow is right. */
static void flow_over_copy(void)
{
	bed_start(64);
	send_by(0, 1);
	CHECK_EQUAL(router_of(1), 1);
	bed_clock(1008);
	send_by(0, 2);
	CHECK_EQUAL(router_of(1), 2);
	CHECK_EQUAL(router_of(0), 2);
	CHECK_EQUAL(ways_of(1), 1);
	bed_end();
}

/* The client's packets come to another worker from now on, by another router. */
static void client_moves(void)
{
	bed_start(64);
	send_by(0, 1);
	bed_clock(1002);
	CHECK_EQUAL(router_of(1), 1);
	send_by(1, 2);
	CHECK_EQUAL(router_of(1), 2);
	CHECK_EQUAL(router_of(0), 2);
	bed_clock(1003);
	CHECK_EQUAL(router_of(0), 2);
	CHECK_EQUAL(router_of(0), 2); /* now it knows by itself */
	CHECK_EQUAL(ways_of(0), 0);
	bed_end();
}

/* The worker's own flow ended, but the peer's goes on. */
static void behind_an_ended_one(void)
{
	bed_start(64);
	send_by(1, 1);
	bed_clock(1041);
	send_by(0, 2);
	CHECK_EQUAL(router_of(1), 2);
	gw_flow_table_clear(&bed.workers[0]);
	bed_clock(1042);
	CHECK_EQUAL(router_of(1), 2);
	bed_end();
}

/* ---- A flow whose client comes by another router all the time, and a worker that reads. ---- */

static void *lead(void *stop)
{
	struct gw_worker *worker = &bed.workers[0];
	struct gw_key *key;
	uint32_t i = 0;
	uint64_t at;

	for (at = 0; !worker->flows.buckets[at].server[0]; at++)
		;
	key = worker->flows.keys[at].key;
	for (; !__atomic_load_n((bool *)stop, __ATOMIC_RELAXED); i++) {
		uint8_t mac[6];

		memset(mac, (uint8_t)i, 6);
		gw_key_lead(key, mac, i % 2 ? BED_OUTSIDE : BED_INSIDE);
	}
	return NULL;
}

static void while_it_changes(void)
{
	bool stop = false;
	pthread_t thread;

	bed_start(64);
	send_to(0, VIP6, 80, 40001);
	CHECK(!pthread_create(&thread, NULL, lead, &stop));
	while (router_of(0) == bed_client_mac[5])
		bed_clock(1000);
	for (uint32_t turn = 0; turn < 100000; turn++) {
		struct gw_way way;

		gw_flow_table_clear(&bed.workers[1]);
		CHECK(find_way(1, WEB6, 8080, 40001, &way));
		for (uint32_t i = 1; i < 6; i++)
			CHECK_EQUAL(way.hop.dst_mac[i], way.hop.dst_mac[0]);
		CHECK_EQUAL(way.hop.port, way.hop.dst_mac[0] % 2 ? BED_OUTSIDE : BED_INSIDE);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	bed_end();
}

static const struct test tests[] = {
	{ "a flow to the only VIP of its server's end is its own way back", found },
	{ "two flows with the same hash are told apart", same_hash },
	{ "such a way lives as long as packets use it", lives },
	{ "every eight seconds it follows the client's router, answers or not",
	  follows_the_router },
	{ "so it does when the table was changed meanwhile", due_in_another_table },
	{ "a peer's flow is found, and remembered while it is used", at_a_peer },
	{ "a copy follows its flow's router", flow_over_copy },
	{ "of two workers' flows the one that began last leads", client_moves },
	{ "a flow that ended does not hide the copy of one that goes on", behind_an_ended_one },
	{ "a router that changes is never read mixed", while_it_changes },
};
MAIN(tests)
