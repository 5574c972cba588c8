/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever finds no room in its bucket stands in a spare one: flows that chance brought together,
 * and learned ways. */
#include "bucket.h"
#include "ways.h"

#define BUCKETS 64
#define MOST 20

static struct gw_worker *const own = &bed.workers[0];
static uint16_t ports[MOST]; /* of flows that belong in one bucket */

static struct gw_packet send_from(uint16_t port)
{
	struct gw_packet p;
	struct frame f;

	frame_ip4(&f, 0, BED_CLIENT, "90.7.1.1", 6, port, 80, 0, 20);
	p = bed_packet(&f, BED_OUTSIDE, f.length);
	bed_forward(0, &p);
	free(p.data);
	return p;
}

/* Looks for `count` ports whose flows belong where the first one's does. */
static void gather(uint32_t count)
{
	uint64_t home = 0;
	uint32_t found = 0;

	for (uint16_t port = 1; found < count; port++) {
		uint64_t at = send_from(port).hash & own->flows.mask;

		gw_flow_table_clear(own);
		if (!found)
			home = at;
		if (at == home)
			ports[found++] = port;
	}
	for (uint64_t at = 0; at <= own->flows.mask; at++)
		own->flows.buckets[at].due = 0;
	memset(own->counters, 0, GW_W_COUNT * sizeof(*own->counters));
}

static void plain(void)
{
	bed_start(BUCKETS);
	gather(MOST);
	for (uint32_t i = 0; i < MOST; i++) {
		struct gw_packet p = send_from(ports[i]);
		bool home = p.bucket == &own->flows.buckets[p.hash & own->flows.mask];

		CHECK_EQUAL(p.decided, GW_BY_TABLE);
		CHECK(p.tracked);
		CHECK_EQUAL(home, i < GW_BUCKET_FLOWS);
	}
	CHECK_EQUAL(own->flows.flows, MOST);
	CHECK_EQUAL(ways_of(0), 0);
	for (uint32_t i = 0; i < MOST; i++)
		CHECK_EQUAL(send_from(ports[i]).decided, GW_BY_FLOW);
	CHECK_EQUAL(own->counters[GW_W_UNTRACKED_PACKET], 0);
	move_tables(2 * BUCKETS);
	CHECK_EQUAL(own->flows.flows, MOST);
	for (uint32_t i = 0; i < MOST; i++)
		CHECK_EQUAL(send_from(ports[i]).decided, GW_BY_FLOW);
	sweep_at(0, 1041);
	CHECK_EQUAL(own->flows.flows, 0);
	bed_end();
}

/* The bucket of a sticky VIP's way, filled with other entries. */
static void way(void)
{
	struct gw_bucket *b = NULL;

	bed_start(BUCKETS);
	send_to(0, "90.8.1.1", 80, 40001);
	for (uint64_t at = 0; at < BUCKETS; at++)
		for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++)
			if (own->flows.buckets[at].server[i] & GW_WAY)
				b = &own->flows.buckets[at];
	CHECK(b);
	gw_flow_table_clear(own);
	for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++)
		gw_bucket_fill(b, i, i, BED_GRE + 1, own->now);
	send_to(0, "90.8.1.1", 80, 40001);
	CHECK(b->due & GW_SPILLED);
	CHECK_EQUAL(own->flows.ways, 1);
	CHECK(has_way(0, "10.0.0.6", 80, 40001));
	CHECK(has_way(1, "10.0.0.6", 80, 40001));
	send_to(0, "90.8.1.1", 80, 40001); /* is taught where it stands, also when there is room */
	memset(b->server, 0, sizeof(b->server));
	send_to(0, "90.8.1.1", 80, 40001);
	CHECK_EQUAL(own->flows.ways, 1);
	CHECK(has_way(0, "10.0.0.6", 80, 40001));
	bed_end();
}

/* In one burst a remembered flow's packet, which is due, and the first one of another flow through
 * the same end: what came later is answered, whichever step told. */
static void order(void)
{
	static const char *const vips[] = { "90.1.2.1", "90.1.2.2" };

	for (uint32_t first = 0; first < 2; first++) {
		struct gw_packet packets[2];
		struct frame f;

		bed_start(BUCKETS);
		send_to(0, vips[0], 80, 40001);
		bed_clock(1008);
		for (uint32_t i = 0; i < 2; i++) {
			frame_ip4(&f, 0, BED_CLIENT, vips[i ^ first], 6, 40001, 80, 0, 20);
			packets[i] = bed_packet(&f, BED_OUTSIDE, f.length);
		}
		bed_forward_burst(0, packets, 2);
		CHECK_EQUAL(vip_of(0, "10.0.0.1", 8080, 40001), first ? 1 : 2);
		for (uint32_t i = 0; i < 2; i++)
			free(packets[i].data);
		bed_end();
	}
}

static const struct test tests[] = {
	{ "flows that find no room in their bucket are remembered in another", plain },
	{ "so are learned ways, and answers find them", way },
	{ "what a burst's later packet taught is right", order },
};
MAIN(tests)
