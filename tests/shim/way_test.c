/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker learns of ways back: those of sticky VIPs. */
#include "ways.h"

#include "nat_hash.h"

static void found(void)
{
	struct gw_way way;

	bed_start(64);
	set_sticky(BED_ALL6, true);
	send_to(0, "90.8.1.1", 80, 40001);
	CHECK(find_way(0, "10.0.0.6", 80, 40001, &way));
	CHECK_EQUAL(way.vip[1] << 8 | way.vip[3], 8 << 8 | 1);
	CHECK_EQUAL(way.port, 80);
	CHECK_EQUAL(way.server, BED_STICKY + 1);
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
	send_to(0, "90.8.1.1", 81, 40001);
	CHECK(has_way(0, "10.0.0.6", 81, 40001));
	CHECK(!has_way(0, "10.0.0.6", 81, 40002));
	CHECK(!has_way(0, "10.0.0.6", 82, 40001));
	CHECK(!has_way(0, "10.0.0.3", 81, 40001));
	CHECK(!has_way(0, "2001:db8:1::4", 81, 40001));
	bed_end();
}

/* Even where tag and bucket agree, the whole key must. */
static void same_hash(void)
{
	struct gw_way way;
	struct gw_key *keys;

	bed_start(1);
	send_to(0, "90.8.1.1", 80, 40001);
	keys = bed.workers[0].flows.keys[0].key; /* the flow's, the way's */
	CHECK(find_way(0, "10.0.0.6", 80, 40001, &way));
	keys[1].src_port = 40002;
	CHECK(!find_way(0, "10.0.0.6", 80, 40001, &way));
	keys[1].src_port = 40001;
	keys[1].src[3]++;
	CHECK(!find_way(0, "10.0.0.6", 80, 40001, &way));
	keys[1].src[3]--;
	keys[1].protocol = 17;
	CHECK(!find_way(0, "10.0.0.6", 80, 40001, &way));
	keys[1].protocol = 6;
	keys[1].family_born ^= GW_KEY_IP6;
	CHECK(!find_way(0, "10.0.0.6", 80, 40001, &way));
	keys[1].family_born ^= GW_KEY_IP6;
	bed_server(BED_STICKY)->to.target_port ^= 1;
	CHECK(!find_way(0, "10.0.0.6", 80, 40001, &way));
	bed_server(BED_STICKY)->to.target_port ^= 1;
	bed_server(BED_STICKY)->to.address[3]++; /* the slot id is another server's by now */
	CHECK(!find_way(0, "10.0.0.6", 80, 40001, &way));
	bed_server(BED_STICKY)->to.address[3]--;
	bed_server(BED_STICKY)->kind = GW_SERVER_ABSENT;
	CHECK(!find_way(0, "10.0.0.6", 80, 40001, &way));
	bed_server(BED_STICKY)->kind = GW_SERVER_NAT4;
	CHECK(find_way(0, "10.0.0.6", 80, 40001, &way));
	bed_end();
}

/* The message of the hash, and that no flow has the same. */
static void hash(void)
{
	const uint64_t *sip = bed.snapshot.hash_key;
	struct gw_key key = { .src_port = 40001, .dst_port = 80, .protocol = 6 };
	uint8_t addresses[8];
	struct gw_sip s;

	bed_start(1);
	s = gw_sip_begin(sip);
	address(4, BED_CLIENT, key.src);
	address(4, "90.1.2.1", key.dst);
	address(4, "10.0.0.1", addresses);
	address(4, BED_CLIENT, addresses + 4);
	gw_sip_word(&s, gw_le64(gw_load64(addresses)));
	gw_sip_word(&s, gw_sip_tail(8080, 40001, 6, 13) | 1ull << 48);
	CHECK(gw_way_hash(&bed.snapshot, &key, BED_WEB + 1) == gw_sip_end(&s));
	CHECK(gw_hash_ip4(sip, addresses, 8080, 40001, 6) !=
	      gw_way_hash(&bed.snapshot, &key, BED_WEB + 1));
	key.copy = 1;
	key.by_client = 1;
	CHECK((gw_hash_end(sip, 4, key.src, 40001, 6) ^ gw_hash_to(sip, 4, key.dst, 80)) ==
	      gw_way_hash(&bed.snapshot, &key, BED_WEB + 1));
	bed_end();
}

/* Two VIPs with the same server and port: the last one that the client sent to is answered for. */
static void last_lesson(void)
{
	bed_start(64);
	send_to(0, "90.8.1.1", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.6", 80, 40001), 1);
	send_to(0, "90.6.1.2", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.6", 80, 40001), 2);
	CHECK_EQUAL(ways_of(0), 1);
	CHECK_EQUAL(bed_server_count(0, BED_STICKY, GW_S_RETURN_FLOWS), 0);
	CHECK_EQUAL(bed_server_count(0, BED_CLUB, GW_S_RETURN_FLOWS), 1);
	send_to(0, "90.6.1.3", 80, 40001); /* the same with two addresses of one VIP */
	CHECK_EQUAL(vip_of(0, "10.0.0.6", 80, 40001), 3);
	send_to(0, "90.8.1.1", 80, 40001);
	CHECK_EQUAL(vip_of(0, "10.0.0.6", 80, 40001), 1);
	CHECK_EQUAL(ways_of(0), 1);
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
	{ "the hash is that of the server's end, and no flow's; of a copy its flow's", hash },
	{ "of two VIPs with the same server's end the last one is answered for", last_lesson },
	{ "a way follows the client's router, and does without its port", other_router },
};
MAIN(tests)
