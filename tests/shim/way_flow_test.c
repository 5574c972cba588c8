/* SPDX-License-Identifier: Apache-2.0 */
/* Flows that are their own ways back: those of VIPs that are not sticky. */
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
	send_to(0, "90.9.1.3", 81, 40001); /* one of a prefix, of all ports */
	CHECK(find_way(0, "10.0.0.3", 81, 40001, &way));
	CHECK_EQUAL(way.vip[1] << 8 | way.vip[3], 9 << 8 | 3);
	CHECK_EQUAL(way.port, 81);
	CHECK_EQUAL(way.server, BED_ALL + 1);
	send_to(0, "90.1.2.2", 80, 40001); /* whose server's end is another VIP's, too */
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 2);
	CHECK(!has_way(0, "10.0.0.3", 82, 40001));
	CHECK(!has_way(0, "10.0.0.2", 81, 40001));
	CHECK(!has_way(0, WEB6, 8080, 40002));
	CHECK(!has_way(0, WEB6, 8081, 40001));
	CHECK(!has_way(0, "2001:db8:1::5", 8080, 40001));
	CHECK_EQUAL(ways_of(0), 0);
	CHECK_EQUAL(bed.workers[0].flows.flows, 4);
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
	key->protocol = 17;
	CHECK(!has_way(0, WEB6, 8080, 40001));
	key->protocol = 6;
	key->family_born ^= GW_KEY_IP6;
	CHECK(!has_way(0, WEB6, 8080, 40001));
	key->family_born ^= GW_KEY_IP6;
	bed_server(BED_WEB6)->to.target_port ^= 1;
	CHECK(!has_way(0, WEB6, 8080, 40001));
	bed_server(BED_WEB6)->to.target_port ^= 1;
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

/* Of a flow and its copies the flow is right: within eight seconds of the clock every worker's
 * answers follow the client's router. */
static void flow_over_copy(void)
{
	bed_start(64);
	send_by(0, 1);
	CHECK_EQUAL(router_of(1), 1);
	CHECK_EQUAL(router_of(2), 1);
	for (uint32_t now = 1001; now <= 1008; now++) { /* all of them are busy meanwhile */
		bed_clock(now);
		send_by(0, 2);
		if (now == 1008)
			break;
		for (uint32_t i = 0; i < BED_WORKERS; i++)
			CHECK_EQUAL(router_of(i), 1);
	}
	for (uint32_t i = 0; i < BED_WORKERS; i++)
		CHECK_EQUAL(router_of(i), 2);
	CHECK_EQUAL(ways_of(0), 0);
	CHECK_EQUAL(ways_of(1), 1);
	CHECK_EQUAL(ways_of(2), 1);
	bed_end();
}

/* Where the flow itself ended, what was copied last of all is right. */
static void copies_of_copies(void)
{
	bed_start(64);
	send_by(0, 1);
	CHECK_EQUAL(router_of(1), 1);
	bed_clock(1008);
	send_by(0, 2);
	CHECK_EQUAL(router_of(2), 2);
	gw_flow_table_clear(&bed.workers[0]);
	CHECK_EQUAL(router_of(1), 2);
	CHECK_EQUAL(router_of(0), 2);
	CHECK_EQUAL(ways_of(0), 1);
	bed_end();
}

/* Of a client's port the last VIP counts where the server's end is the same: another VIP's, or
 * another address of a prefix. */
static void last_lesson(void)
{
	bed_start(64);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	send_to(0, "90.1.2.2", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 2);
	send_to(0, "90.9.1.4", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.3", 80, 40001), 4);
	send_to(0, "90.9.1.3", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.3", 80, 40001), 3);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 2);
	bed_clock(1008);
	send_to(0, "90.1.2.1", 80, 40001); /* due: it teaches again */
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	CHECK_EQUAL(bed_server_count(0, BED_WEB, GW_S_FLOWS), 1);
	CHECK_EQUAL(bed_server_count(0, BED_TWIN, GW_S_FLOWS), 1);
	CHECK_EQUAL(bed_server_count(0, BED_ALL, GW_S_FLOWS), 2);
	CHECK_EQUAL(ways_of(0), 0);
	bed_end();
}

/* The same where the workers know different ones: from the next second on all agree. */
static void last_lesson_elsewhere(void)
{
	bed_start(64);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK_EQUAL(vip_of(2, "10.0.0.1", 8080, 40001), 1); /* as a copy */
	bed_clock(1001);
	send_to(1, "90.1.2.2", 80, 40001);
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, 40001), 2);
	for (uint32_t i = 0; i < BED_WORKERS; i++)
		CHECK_EQUAL(vip_of(i, "10.0.0.1", 8080, 40001), 2);
	CHECK_EQUAL(ways_of(0), 1); /* besides its own flow, which is older */
	bed_clock(1002);
	send_to(0, "90.1.2.1", 80, 40001); /* not due: it teaches nothing */
	bed_clock(1003);
	for (uint32_t i = 0; i < BED_WORKERS; i++)
		CHECK_EQUAL(vip_of(i, "10.0.0.1", 8080, 40001), 2);
	bed_clock(1008);
	send_to(0, "90.1.2.1", 80, 40001);
	for (uint32_t i = 0; i < BED_WORKERS; i++)
		CHECK_EQUAL(vip_of(i, "10.0.0.1", 8080, 40001), 1);
	bed_end();
}

/* A copy that is older than the worker's own flow counts no more, nor does the flow it is of. */
static void own_over_copy(void)
{
	bed_start(64);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, 40001), 1);
	send_to(1, "90.1.2.2", 80, 40001);
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, 40001), 2);
	bed_clock(1001);
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, 40001), 2);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 2);
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
		gw_key_lead(key, mac, i % 2 ? BED_OUTSIDE : BED_INSIDE, key->taught + 1);
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
	{ "a flow is its own way back, whatever VIP it goes to", found },
	{ "two flows with the same hash are told apart", same_hash },
	{ "such a way lives as long as packets use it", lives },
	{ "every eight seconds it follows the client's router, answers or not",
	  follows_the_router },
	{ "so it does when the table was changed meanwhile", due_in_another_table },
	{ "a peer's flow is found, and remembered while it is used", at_a_peer },
	{ "every worker's copy follows its flow's router within eight seconds", flow_over_copy },
	{ "of copies without their flow the last one counts", copies_of_copies },
	{ "of a client's flows through one server's end the last one taught is answered",
	  last_lesson },
	{ "so it is where different workers know them", last_lesson_elsewhere },
	{ "an own flow that is younger hides a copy", own_over_copy },
	{ "of two workers' flows the one that began last leads", client_moves },
	{ "a flow that ended does not hide the copy of one that goes on", behind_an_ended_one },
	{ "a router that changes is never read mixed", while_it_changes },
};
MAIN(tests)
