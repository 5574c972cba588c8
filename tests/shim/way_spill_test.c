/* SPDX-License-Identifier: Apache-2.0 */
/* A client's port to many addresses and ports: more flows than one bucket has places. Those that
 * find none stand in spare buckets, and have ways back that are learned. */
#include "bucket.h"
#include "nat_hash.h"
#include "ways.h"

#define FLOWS 20
#define SPILLED (FLOWS - GW_BUCKET_FLOWS)
#define FIRST 1000 /* the VIP's ports, which are the server's: from there on */
#define CLIENT_PORT 40001

static struct gw_worker *const own = &bed.workers[0];

/* A packet of flow i goes through the worker's steps. Returns the slot id, and how it was found. */
static uint32_t send_flow(uint32_t worker, uint32_t i, enum gw_decided *decided)
{
	struct gw_packet p;
	struct frame f;

	frame_ip4(&f, 0, BED_CLIENT, "90.9.1.1", 6, CLIENT_PORT, (uint16_t)(FIRST + i), 0, 20);
	p = bed_packet(&f, BED_OUTSIDE, f.length);
	bed_forward(worker, &p);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	free(p.data);
	*decided = p.decided;
	return p.server;
}

static void send_all(enum gw_decided wanted)
{
	for (uint32_t i = 0; i < FLOWS; i++) {
		enum gw_decided decided;

		CHECK_EQUAL(send_flow(0, i, &decided), BED_ALL + 1);
		CHECK_EQUAL(decided, wanted);
	}
}

static bool is_answered(uint32_t worker, uint32_t i)
{
	struct gw_way way;

	if (!find_way(worker, "10.0.0.3", (uint16_t)(FIRST + i), CLIENT_PORT, &way))
		return false;
	CHECK_EQUAL(way.port, FIRST + i);
	CHECK_EQUAL(way.vip[3], 1);
	CHECK_EQUAL(way.server, BED_ALL + 1);
	CHECK(!memcmp(way.hop.dst_mac, bed_client_mac, 6));
	return true;
}

static uint32_t answered(uint32_t worker)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < FLOWS; i++)
		count += is_answered(worker, i);
	return count;
}

static struct gw_bucket *home(void)
{
	uint8_t client[16];
	uint64_t hash;

	address(4, BED_CLIENT, client);
	hash = gw_hash_end(bed.snapshot.hash_key, 4, client, CLIENT_PORT, 6);
	return &own->flows.buckets[hash & own->flows.mask];
}

/* New flows go to another server from now on; it is BED_TWIN's. */
static void other_server(void)
{
	bed_server(BED_TWIN)->vip = BED_ALL;
	bed.slots[BED_ALL] = BED_TWIN + 1;
}

static void start(uint32_t buckets)
{
	bed_start(buckets);
	send_all(GW_BY_TABLE);
	CHECK_EQUAL(own->flows.flows, FLOWS);
	CHECK_EQUAL(own->counters[GW_W_UNTRACKED_PACKET], 0);
}

static void spills(void)
{
	struct gw_bucket *b;

	bed_start(256);
	b = home();
	for (uint32_t i = 0; i < FLOWS; i++) {
		enum gw_decided decided;

		send_flow(0, i, &decided);
		CHECK_EQUAL(own->flows.flows, i + 1);
		CHECK_EQUAL(!!(b->due & GW_SPILLED), i >= GW_BUCKET_FLOWS);
		CHECK_EQUAL(ways_of(0), i < GW_BUCKET_FLOWS ? 0 : i + 1 - GW_BUCKET_FLOWS);
	}
	CHECK_EQUAL(own->counters[GW_W_FIRST_PACKET], FLOWS);
	CHECK_EQUAL(bed_vip_count(0, BED_ALL, GW_V_FIRST_PACKET), FLOWS);
	for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++)
		CHECK_EQUAL(b->server[i], BED_ALL + 1);
	bed_end();
}

static void stays(void)
{
	start(256);
	other_server();
	send_all(GW_BY_FLOW);
	CHECK_EQUAL(own->counters[GW_W_NEXT_PACKET], FLOWS);
	CHECK_EQUAL(bed_vip_count(0, BED_ALL, GW_V_NEXT_PACKET), FLOWS);
	for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++) /* there is room again */
		gw_flow_release(own, home(), i);
	for (uint32_t i = GW_BUCKET_FLOWS; i < FLOWS; i++) {
		enum gw_decided decided;

		CHECK_EQUAL(send_flow(0, i, &decided), BED_ALL + 1);
		CHECK_EQUAL(decided, GW_BY_FLOW);
	}
	CHECK_EQUAL(own->flows.flows, SPILLED);
	CHECK_EQUAL(ways_of(0), SPILLED);
	bed_end();
}

static void is_found(void)
{
	start(256);
	CHECK_EQUAL(answered(0), FLOWS);
	CHECK_EQUAL(ways_of(0), SPILLED);
	CHECK_EQUAL(answered(1), FLOWS);
	CHECK_EQUAL(ways_of(1), FLOWS);
	CHECK(!is_answered(0, FLOWS));
	CHECK(!is_answered(1, FLOWS));
	gw_flow_table_clear(own);
	CHECK_EQUAL(answered(1), FLOWS); /* it knows by itself now */
	bed_end();
}

/* Two VIPs whose servers' ends are the same: a spilled flow is taught like any. */
static void last_lesson(void)
{
	bed_start(256);
	for (uint16_t i = 0; i < GW_BUCKET_FLOWS; i++)
		send_to(0, "90.9.1.1", (uint16_t)(FIRST + i), CLIENT_PORT);
	send_to(0, "90.1.2.1", 80, CLIENT_PORT);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, CLIENT_PORT), 1);
	send_to(0, "90.1.2.2", 80, CLIENT_PORT);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, CLIENT_PORT), 2);
	CHECK_EQUAL(own->flows.flows, GW_BUCKET_FLOWS + 2);
	CHECK_EQUAL(ways_of(0), 1);
	bed_clock(1008);
	send_to(0, "90.1.2.1", 80, CLIENT_PORT);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, CLIENT_PORT), 1);
	bed_clock(1009);
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, CLIENT_PORT), 1);
	bed_end();
}

/* The older one stands where answers look first. */
static void lesson_behind_a_home_flow(void)
{
	bed_start(256);
	send_to(0, "90.1.2.1", 80, CLIENT_PORT);
	for (uint16_t i = 1; i < GW_BUCKET_FLOWS; i++)
		send_to(0, "90.9.1.1", (uint16_t)(FIRST + i), CLIENT_PORT);
	send_to(0, "90.1.2.2", 80, CLIENT_PORT);
	CHECK_EQUAL(ways_of(0), 1);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, CLIENT_PORT), 2);
	CHECK_EQUAL(vip_of(1, "10.0.0.1", 8080, CLIENT_PORT), 2);
	bed_clock(1008);
	send_to(0, "90.1.2.1", 80, CLIENT_PORT);
	CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, CLIENT_PORT), 1);
	bed_end();
}

/* By packets of either side. */
static void lives(void)
{
	start(256);
	for (uint32_t now = 1030; now <= 1150; now += 30) {
		bed_clock(now);
		send_all(GW_BY_FLOW);
		sweep_at(0, now);
	}
	CHECK_EQUAL(own->flows.flows, FLOWS);
	for (uint32_t now = 1180; now <= 1300; now += 30) {
		bed_clock(now);
		CHECK_EQUAL(answered(0), FLOWS);
		sweep_at(0, now);
	}
	CHECK_EQUAL(own->flows.flows, FLOWS);
	CHECK_EQUAL(ways_of(0), SPILLED);
	sweep_at(0, 1340);
	CHECK_EQUAL(own->flows.flows, FLOWS);
	bed_end();
}

static void ends(void)
{
	start(256);
	CHECK_EQUAL(answered(1), FLOWS);
	for (uint32_t turn = 0; turn < 2; turn++) {
		sweep_at(0, 1041);
		sweep_at(1, 1041);
	}
	CHECK_EQUAL(own->flows.flows, 0);
	CHECK_EQUAL(own->counters[GW_W_FLOWS_EXPIRED], FLOWS);
	CHECK_EQUAL(ways_of(0) + ways_of(1), 0);
	CHECK_EQUAL(answered(0), 0);
	send_all(GW_BY_TABLE); /* and they come again */
	CHECK_EQUAL(answered(0), FLOWS);
	bed_server(BED_ALL)->kind = GW_SERVER_ABSENT;
	sweep_at(0, 1041);
	CHECK_EQUAL(own->flows.flows, 0);
	CHECK_EQUAL(ways_of(0), 0);
	bed_end();
}

/* A flow that ended without being swept: its next packet is a first one, wherever it stands. */
static void ended_where_it_stands(void)
{
	start(256);
	bed_clock(1041);
	other_server();
	for (uint32_t i = FLOWS; i-- > 0;) {
		enum gw_decided decided;

		CHECK_EQUAL(send_flow(0, i, &decided), BED_TWIN + 1);
		CHECK_EQUAL(decided, GW_BY_TABLE);
		CHECK_EQUAL(send_flow(0, i, &decided), BED_TWIN + 1);
		CHECK_EQUAL(decided, GW_BY_FLOW);
	}
	CHECK_EQUAL(own->counters[GW_W_UNTRACKED_PACKET], 0);
	CHECK_EQUAL(bed_server_count(0, BED_TWIN, GW_S_FLOWS), FLOWS);
	bed_end();
}

/* Ways that were lost come again with the client's packets, a few seconds later at most. */
static void made_sure_of(void)
{
	start(256);
	forget_ways(0);
	CHECK_EQUAL(answered(0), GW_BUCKET_FLOWS);
	for (uint32_t second = 1; second <= 8; second++) {
		bed_clock(1000 + second);
		send_all(GW_BY_FLOW);
	}
	CHECK_EQUAL(ways_of(0), SPILLED);
	CHECK_EQUAL(answered(0), FLOWS);
	bed_end();
}

/* Every flow is remembered in the new table, and answered. */
static void move(uint32_t buckets, uint64_t key)
{
	start(256);
	other_server();
	bed.snapshot.hash_key[0] ^= key;
	move_tables(buckets);
	CHECK_EQUAL(answered(0), FLOWS);
	CHECK_EQUAL(own->flows.flows, FLOWS);
	CHECK(home()->due & GW_SPILLED);
	CHECK_EQUAL(own->counters[GW_W_FLOWS_EXPIRED], 0);
	send_all(GW_BY_FLOW);
	bed_clock(1008);
	send_all(GW_BY_FLOW);
	CHECK_EQUAL(answered(0), FLOWS);
	CHECK_EQUAL(answered(1), FLOWS);
	CHECK_EQUAL(own->flows.flows, FLOWS);
	ways_of(0);
	sweep_at(0, 1049);
	sweep_at(0, 1049);
	CHECK_EQUAL(own->flows.flows, 0);
	CHECK_EQUAL(ways_of(0), 0);
	bed_end();
}

static void moved(void)
{
	move(1024, 0);
	move(64, 0);
	move(256, 99);
	move(512, 7);
}

/* A table whose last sixth is being taken is left to flows that find room where they belong. */
static void nearly_full(void)
{
	struct gw_flow_table *table = &own->flows;
	uint64_t untracked;

	bed_start(8);
	for (uint32_t i = 0; i < 4 * FLOWS; i++) {
		bool full = table->flows + table->ways > 7 * 5;
		uint64_t flows = table->flows;
		enum gw_decided decided;

		CHECK_EQUAL(send_flow(0, i, &decided), BED_ALL + 1);
		CHECK_EQUAL(decided, GW_BY_TABLE);
		CHECK(!full || table->flows == flows);
	}
	untracked = own->counters[GW_W_UNTRACKED_PACKET];
	CHECK(table->flows > GW_BUCKET_FLOWS);
	CHECK(table->flows + table->ways <= 7 * 5 + 2);
	CHECK_EQUAL(untracked, 4 * FLOWS - table->flows);
	CHECK_EQUAL(bed_vip_count(0, BED_ALL, GW_V_UNTRACKED_PACKET), untracked);
	CHECK_EQUAL(own->counters[GW_W_FIRST_PACKET], table->flows);
	ways_of(0);
	bed_end();
}

/* Only flows that are hashed by their clients' ends spill: others find nothing there. */
static void others(void)
{
	struct frame f;

	bed_start(1);
	for (uint16_t port = 1; port <= 7; port++) {
		frame_ip4(&f, 0, BED_CLIENT, "90.7.1.1", 6, port, 80, 0, 20);
		bed_send(0, &f);
	}
	CHECK_EQUAL(own->flows.flows, 6);
	CHECK_EQUAL(own->counters[GW_W_UNTRACKED_PACKET], 1);
	CHECK(!(own->flows.buckets[0].due & GW_SPILLED));
	bed_end();
}

/* A router says that the server's packet of flow i was too big. */
static uint32_t send_error(uint32_t worker, uint32_t i)
{
	struct frame f, about;
	struct gw_packet p;

	frame_ip4(&about, 0, "90.9.1.1", BED_CLIENT, 6, (uint16_t)(FIRST + i), CLIENT_PORT, 0, 200);
	frame_error(&f, "198.51.100.1", "90.9.1.1", 3, 4, &about, 28);
	p = bed_packet(&f, BED_OUTSIDE, f.length);
	bed_forward(worker, &p);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK(p.special & GW_IS_ERROR);
	CHECK_EQUAL(p.decided, GW_BY_FLOW);
	free(p.data);
	return p.server;
}

static void errors(void)
{
	start(256);
	other_server();
	for (uint32_t worker = 0; worker < BED_WORKERS; worker++)
		for (uint32_t i = 0; i < FLOWS; i++)
			CHECK_EQUAL(send_error(worker, i), BED_ALL + 1);
	CHECK_EQUAL(own->flows.flows, FLOWS);
	CHECK_EQUAL(bed.workers[1].flows.flows, 0);
	CHECK_EQUAL(bed.workers[1].counters[GW_W_RELATED_PACKET], FLOWS);
	sweep_at(0, 1041); /* they keep nothing */
	CHECK_EQUAL(own->flows.flows, 0);
	bed_end();
}

static uint32_t send_fragment(uint32_t worker, uint32_t i, uint32_t offset)
{
	struct frame f, whole;
	struct gw_packet p;

	frame_ip4(&whole, 0, BED_CLIENT, "90.9.1.1", 6, CLIENT_PORT, (uint16_t)(FIRST + i), 0, 64);
	fragment_ip4(&f, &whole, (uint16_t)i, offset, 32);
	p = bed_packet(&f, BED_OUTSIDE, f.length);
	gw_parse(&bed.snapshot, &p, 1);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK(p.special & GW_IS_FRAGMENT);
	p.protocol = 6; /* as fragment.c finds out */
	p.src_port = CLIENT_PORT;
	p.dst_port = (uint16_t)(FIRST + i);
	gw_vip_lookup(&bed.snapshot, &p, 1);
	gw_flow_hash(&bed.workers[worker], &bed.snapshot, &p, 1);
	gw_flow_prefetch(&bed.workers[worker], &bed.snapshot, &p, 1);
	gw_flow_decide(&bed.workers[worker], &bed.snapshot, &p, 1);
	gw_nat(&bed.workers[worker], &bed.snapshot, &p, 1);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK_EQUAL(p.decided, GW_BY_FLOW);
	free(p.data);
	return p.server;
}

static void fragments(void)
{
	start(256);
	other_server();
	for (uint32_t worker = 0; worker < BED_WORKERS; worker++)
		for (uint32_t i = 0; i < FLOWS; i++)
			for (uint32_t offset = 0; offset < 64; offset += 32)
				CHECK_EQUAL(send_fragment(worker, i, offset), BED_ALL + 1);
	CHECK_EQUAL(own->flows.flows, FLOWS);
	CHECK_EQUAL(bed.workers[1].flows.flows, 0);
	bed_end();
}

/* A trace has no flows, and looks at its peers'. */
static void traces(void)
{
	start(256);
	other_server();
	bed.workers[1].peek = true;
	for (uint32_t i = 0; i < FLOWS; i++) {
		enum gw_decided decided;

		CHECK_EQUAL(send_flow(1, i, &decided), BED_ALL + 1);
		CHECK_EQUAL(decided, GW_BY_FLOW);
	}
	CHECK_EQUAL(bed.workers[1].flows.flows, 0);
	bed_end();
}

static const struct test tests[] = {
	{ "from the seventh flow of a client's port on, flows spill and teach their ways", spills },
	{ "a spilled flow stays with its server, also when there is room again", stays },
	{ "answers of spilled flows find their way, at their own worker and at a peer", is_found },
	{ "of two spilled flows through one server's end the last one taught is answered",
	  last_lesson },
	{ "so it is where the older one did not spill", lesson_behind_a_home_flow },
	{ "packets of either side keep spilled flows and their ways", lives },
	{ "without packets, or without their server, they end", ends },
	{ "a spilled flow that ended begins anew with its next packet", ended_where_it_stands },
	{ "a spilled flow's way that was lost comes again within eight seconds", made_sure_of },
	{ "another table, of any size and hash key, keeps spilled flows", moved },
	{ "in a table that is nearly full no flow spills", nearly_full },
	{ "flows that are hashed as a whole do not spill", others },
	{ "ICMP errors about spilled flows find their server, at a peer, too", errors },
	{ "fragments of spilled flows find their server, at a peer, too", fragments },
	{ "a trace finds spilled flows", traces },
};
MAIN(tests)
