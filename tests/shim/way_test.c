/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker learns of ways back, and how they end. */
#include "ways.h"

#include "siphash.h"

static void found(void)
{
	struct gw_way way;

	bed_start(64);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK(find_way(0, "10.0.0.1", 8080, 40001, &way));
	CHECK_EQUAL(way.vip[0] << 8 | way.vip[3], 90 << 8 | 1);
	CHECK_EQUAL(way.port, 80);
	CHECK_EQUAL(way.server, BED_WEB + 1);
	CHECK_EQUAL(way.hop.port, BED_OUTSIDE);
	CHECK(!memcmp(way.hop.dst_mac, bed_client_mac, 6));
	CHECK(!memcmp(way.hop.src_mac, sample_mac, 6));
	send_to(0, "2001:db8:91::9", 81, 40001);
	CHECK(find_way(0, "2001:db8:1::5", 81, 40001, &way));
	CHECK_EQUAL(way.vip[5] << 8 | way.vip[15], 0x91 << 8 | 9);
	CHECK_EQUAL(way.port, 81);
	CHECK_EQUAL(ways_of(0), 2);
	bed_end();
}

static void not_found(void)
{
	bed_start(64);
	send_to(0, "90.1.2.1", 80, 40001);
	send_to(0, "90.9.1.1", 81, 40001);
	CHECK(has_way(0, "10.0.0.3", 81, 40001));
	CHECK(!has_way(0, "10.0.0.1", 8080, 40002));
	CHECK(!has_way(0, "10.0.0.1", 8081, 40001));
	CHECK(!has_way(0, "10.0.0.2", 8080, 40001));
	CHECK(!has_way(0, "10.0.0.3", 82, 40001));
	CHECK(!has_way(0, "2001:db8:1::4", 8080, 40001));
	bed_end();
}

/* Even where tag and bucket agree, the whole key must. */
static void same_hash(void)
{
	struct gw_way way;
	struct gw_key *keys;

	bed_start(1);
	send_to(0, "90.1.2.1", 80, 40001);
	keys = bed.workers[0].flows.keys[0].key; /* the flow's, the way's */
	CHECK(find_way(0, "10.0.0.1", 8080, 40001, &way));
	keys[1].src_port = 40002;
	CHECK(!find_way(0, "10.0.0.1", 8080, 40001, &way));
	keys[1].src_port = 40001;
	keys[1].src[3]++;
	CHECK(!find_way(0, "10.0.0.1", 8080, 40001, &way));
	keys[1].src[3]--;
	keys[1].protocol = 17;
	CHECK(!find_way(0, "10.0.0.1", 8080, 40001, &way));
	keys[1].protocol = 6;
	keys[1].family_born ^= GW_KEY_IP6;
	CHECK(!find_way(0, "10.0.0.1", 8080, 40001, &way));
	keys[1].family_born ^= GW_KEY_IP6;
	bed_server(BED_WEB)->to.target_port ^= 1;
	CHECK(!find_way(0, "10.0.0.1", 8080, 40001, &way));
	bed_server(BED_WEB)->to.target_port ^= 1;
	bed_server(BED_WEB)->to.address[3]++; /* the slot id is another server's by now */
	CHECK(!find_way(0, "10.0.0.1", 8080, 40001, &way));
	bed_server(BED_WEB)->to.address[3]--;
	bed_server(BED_WEB)->kind = GW_SERVER_ABSENT;
	CHECK(!find_way(0, "10.0.0.1", 8080, 40001, &way));
	bed_server(BED_WEB)->kind = GW_SERVER_NAT4;
	CHECK(find_way(0, "10.0.0.1", 8080, 40001, &way));
	bed_end();
}

/* The message of the hash, and that no flow has the same. */
static void hash(void)
{
	static const uint64_t zero[2] = { 1, 2 }; /* the bed's key */
	struct gw_key key = { .src_port = 40001, .dst_port = 80, .protocol = 6 };
	uint8_t addresses[8];
	struct gw_sip s = gw_sip_begin(zero);

	bed_start(1);
	address(4, BED_CLIENT, key.src);
	address(4, "90.1.2.1", key.dst);
	address(4, "10.0.0.1", addresses);
	address(4, BED_CLIENT, addresses + 4);
	gw_sip_word(&s, gw_le64(gw_load64(addresses)));
	gw_sip_word(&s, gw_sip_tail(8080, 40001, 6, 13) | 1ull << 48);
	CHECK(gw_way_hash(&bed.snapshot, &key, BED_WEB + 1) == gw_sip_end(&s));
	CHECK(gw_hash_ip4(zero, addresses, 8080, 40001, 6) !=
	      gw_way_hash(&bed.snapshot, &key, BED_WEB + 1));
	bed_end();
}

static void lives_with_its_flow(void)
{
	bed_start(64);
	send_to(0, "90.1.2.1", 80, 40001);
	for (uint32_t now = 1030; now <= 1300; now += 30) { /* hits do not touch the way */
		bed_clock(now);
		send_to(0, "90.1.2.1", 80, 40001);
		sweep_at(0, now);
		CHECK_EQUAL(ways_of(0), 1);
	}
	sweep_at(0, 1340);
	CHECK_EQUAL(ways_of(0), 1);
	CHECK(has_way(0, "10.0.0.1", 8080, 40001)); /* and now both live on */
	sweep_at(0, 1380);
	CHECK_EQUAL(ways_of(0), 1);
	CHECK_EQUAL(bed.workers[0].flows.flows, 1);
	sweep_at(0, 1381);
	sweep_at(0, 1381);
	CHECK_EQUAL(ways_of(0), 0);
	CHECK(!has_way(0, "10.0.0.1", 8080, 40001));
	CHECK_EQUAL(bed.workers[0].counters[GW_W_FLOWS_EXPIRED], 1);
	bed_end();
}

static void answers_keep_the_flow(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001); /* of a sticky VIP, too */
	send_to(0, "90.1.2.1", 80, 40001);
	for (uint32_t now = 1030; now <= 1300; now += 30) {
		sweep_at(0, now);
		CHECK(has_way(0, "10.0.0.6", 80, 40001));
		CHECK(has_way(0, "10.0.0.1", 8080, 40001));
	}
	CHECK_EQUAL(bed.workers[0].flows.flows, 2);
	CHECK_EQUAL(ways_of(0), 2);
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
	send_to(0, "90.1.2.1", 80, 40001);
	bed_server(BED_WEB)->kind = GW_SERVER_ABSENT;
	CHECK(!has_way(0, "10.0.0.1", 8080, 40001));
	sweep_at(0, 1000);
	CHECK_EQUAL(ways_of(0), 0);
	bed_end();
}

/* Two VIPs with the same server and port: the last one that the client sent to is answered for. */
static void last_lesson(void)
{
	bed_start(64);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 1);
	send_to(0, "90.1.2.2", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), 2);
	CHECK_EQUAL(ways_of(0), 1);
	CHECK_EQUAL(bed_server_count(0, BED_WEB, GW_S_RETURN_FLOWS), 0);
	CHECK_EQUAL(bed_server_count(0, BED_TWIN, GW_S_RETURN_FLOWS), 1);
	send_to(0, "90.9.1.3", 80, 40001); /* the same with two addresses of one VIP */
	CHECK_EQUAL(vip_of(0, "10.0.0.3", 80, 40001), 3);
	send_to(0, "90.9.1.4", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.3", 80, 40001), 4);
	CHECK_EQUAL(ways_of(0), 2);
	bed_end();
}

/* A server that was removed and added again has another slot id, and the same end. */
static void new_slot(void)
{
	bed_start(64);
	send_to(0, "90.1.2.1", 80, 40001);
	bed.slots[BED_WEB] = BED_TWIN + 1;
	bed_server(BED_TWIN)->vip = BED_WEB;
	bed_clock(1041);
	send_to(0, "90.1.2.1", 80, 40001);
	CHECK_EQUAL(ways_of(0), 1);
	CHECK_EQUAL(bed_server_count(0, BED_WEB, GW_S_RETURN_FLOWS), 0);
	CHECK_EQUAL(bed_server_count(0, BED_TWIN, GW_S_RETURN_FLOWS), 1);
	bed_end();
}

/* The flow that a way is wanted for is the one through its own server, for its own VIP. */
static void other_flow(void)
{
	struct gw_bucket *b;
	uint32_t vip;

	bed_start(1);
	b = bed.workers[0].flows.buckets;
	send_to(0, "90.1.2.1", 80, 40001);
	b->seen[0] = 1039; /* packets that taught nothing */
	sweep_at(0, 1041);
	CHECK_EQUAL(ways_of(0), 1);
	b->server[0] = BED_TWIN + 1; /* the flow went to another server */
	sweep_at(0, 1041);
	CHECK_EQUAL(bed.workers[0].flows.ways, 0);
	b->server[0] = BED_WEB + 1;
	bed_end();

	bed_start(1);
	send_to(0, "90.1.2.1", 80, 40001);
	bed.workers[0].flows.buckets[0].seen[0] = 1039;
	vip = bed_server(BED_WEB)->vip;
	bed_server(BED_WEB)->vip = BED_ALL; /* or what the client sends to is another VIP's */
	sweep_at(0, 1041);
	CHECK_EQUAL(ways_of(0), 0);
	bed_server(BED_WEB)->vip = vip;
	bed_end();
}

/* A way that was lost comes again with the client's packets, a few seconds later at most. */
static void made_sure_of(void)
{
	struct gw_bucket *b;
	uint32_t i = 0;

	bed_start(1);
	send_to(0, "90.1.2.1", 80, 40001);
	b = bed.workers[0].flows.buckets;
	while (!(b->server[i] & GW_WAY))
		i++;
	gw_flow_release(&bed.workers[0], b, i);
	CHECK_EQUAL(ways_of(0), 0);
	for (uint32_t second = 1; second <= 8; second++) {
		bed_clock(1000 + second);
		send_to(0, "90.1.2.1", 80, 40001);
	}
	CHECK_EQUAL(ways_of(0), 1);
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
	for (uint16_t port = 1; port <= 4; port++)
		send_to(0, "90.9.1.1", 80, port);
	CHECK_EQUAL(ways_of(0), 3); /* and three flows, which leave no place */
	CHECK_EQUAL(bed.workers[0].flows.flows, 3);
	CHECK(has_way(0, "10.0.0.3", 80, 3));
	CHECK(!has_way(0, "10.0.0.3", 80, 4));
	bed_clock(1041);
	send_to(0, "90.9.1.1", 80, 4); /* its flow takes an ended one's place, its way another's */
	CHECK(has_way(0, "10.0.0.3", 80, 4));
	CHECK_EQUAL(ways_of(0) + bed.workers[0].flows.flows, 6);
	bed_end();
}

/* Another table, another hash key: ways are found there like flows. */
static void moved(void)
{
	struct gw_flow_table next;

	bed_start(64);
	for (uint16_t port = 1; port <= 50; port++)
		send_to(0, "90.9.1.1", 80, port);
	CHECK_EQUAL(ways_of(0), 50);
	bed.snapshot.hash_key[0] = 99;
	CHECK(!gw_flow_table_new(&next, 512, NULL));
	gw_flow_table_move(&bed.workers[0], &next, &bed.snapshot);
	CHECK_EQUAL(ways_of(0), 50);
	for (uint16_t port = 1; port <= 50; port++)
		CHECK(has_way(0, "10.0.0.3", 80, port));
	gw_flow_table_clear(&bed.workers[0]);
	CHECK_EQUAL(ways_of(0), 0);
	bed_end();
}

static void other_router(void)
{
	struct gw_way way;
	struct frame f;

	bed_start(64);
	frame_ip4(&f, 0, BED_CLIENT, "90.8.1.1", 6, 40001, 80, 0, 20);
	bed_send(0, &f);
	memcpy(f.bytes + 6, bed_gateway_mac, 6);
	bed_send(0, &f);
	CHECK(find_way(0, "10.0.0.6", 80, 40001, &way));
	CHECK(!memcmp(way.hop.dst_mac, bed_gateway_mac, 6));
	CHECK_EQUAL(ways_of(0), 1);
	bed.snapshot.port_at[BED_OUTSIDE] = GW_NO_HOP; /* that port is no longer polled */
	bed.snapshot.ways[0].port = 9;
	CHECK(find_way(0, "10.0.0.6", 80, 40001, &way));
	CHECK_EQUAL(way.hop.port, 9);
	bed_end();
}

static const struct test tests[] = {
	{ "a way leads from the server's end to the VIP, and to whoever sent the packets", found },
	{ "other ports, servers and families have no way", not_found },
	{ "two ends with the same hash are told apart", same_hash },
	{ "the hash is that of the server's end, and no flow's", hash },
	{ "a way lives as long as its flow", lives_with_its_flow },
	{ "a flow lives as long as it is answered", answers_keep_the_flow },
	{ "the flow of a sticky VIP keeps the ways of all its ports", sticky },
	{ "a way ends with its server", absent_server },
	{ "of two VIPs with the same server's end the last one is answered for", last_lesson },
	{ "a way follows its server to another slot id", new_slot },
	{ "a flow to another server, or of another VIP, keeps no way alive", other_flow },
	{ "a way that is taught again is fresh", taught_again },
	{ "a way that was lost comes again within eight seconds", made_sure_of },
	{ "a full bucket remembers no way until something in it ends", full_bucket },
	{ "ways move to another table with their flows, and are cleared with them", moved },
	{ "a way follows the client's router, and does without its port", other_router },
};
MAIN(tests)
