/* SPDX-License-Identifier: Apache-2.0 */
#include "bucket.h"

#include "nat_bed.h"

#define TAG 0x12345678u

static struct gw_bucket *bucket(void)
{
	return &bed.workers[0].flows.buckets[0];
}

static void put_entry(uint32_t i, uint32_t tag, uint32_t server, uint32_t seen)
{
	uint64_t *counters = bed.workers[0].server_counters;
	uint64_t slot = server & ~GW_WAY;
	bool way = server & GW_WAY;

	gw_bucket_fill(bucket(), i, tag, server, seen);
	counters[slot * GW_S_STRIDE + (way ? GW_S_RETURN_FLOWS : GW_S_FLOWS)]++;
	*(way ? &bed.workers[0].flows.ways : &bed.workers[0].flows.flows) += 1;
}

static void kinds(void)
{
	bed_start(1);
	for (uint32_t way = 0; way < GW_BUCKET_FLOWS; way++) {
		for (uint32_t flow = 0; flow < GW_BUCKET_FLOWS; flow++) {
			memset(bucket(), 0, sizeof(*bucket()));
			for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++)
				bucket()->tag[i] = TAG; /* free places keep their tags */
			if (way == flow)
				continue;
			put_entry(way, TAG, 1 | GW_WAY, 1000);
			CHECK_EQUAL(gw_bucket_find(bucket(), TAG, 0), GW_BUCKET_FLOWS);
			CHECK_EQUAL(gw_bucket_find(bucket(), TAG, GW_WAY), way);
			put_entry(flow, TAG, 1, 1000);
			CHECK_EQUAL(gw_bucket_find(bucket(), TAG, 0), flow);
			CHECK_EQUAL(gw_bucket_find(bucket(), TAG, GW_WAY), way);
			CHECK_EQUAL(gw_bucket_find(bucket(), TAG ^ 1, 0), GW_BUCKET_FLOWS);
			CHECK_EQUAL(gw_bucket_find(bucket(), TAG ^ 1, GW_WAY), GW_BUCKET_FLOWS);
		}
	}
	bed_end();
}

static void places(void)
{
	static const uint32_t seen[] = { 990, 950, 1000, 940, 959, 960 };
	struct gw_worker *worker = &bed.workers[0];

	bed_start(1);
	for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++) {
		CHECK_EQUAL(gw_bucket_place(worker, &bed.snapshot, 0), i);
		put_entry(i, i, i % 2 ? 2 | GW_WAY : 1, seen[i]);
	}
	CHECK_EQUAL(gw_bucket_place(worker, &bed.snapshot, 0), 3); /* silent longest */
	bucket()->seen[3] = 1000;
	CHECK_EQUAL(gw_bucket_place(worker, &bed.snapshot, 0), 1);
	bucket()->seen[1] = 1000;
	CHECK_EQUAL(gw_bucket_place(worker, &bed.snapshot, 0), 4);
	bucket()->seen[4] = 1000;
	CHECK_EQUAL(gw_bucket_place(worker, &bed.snapshot, 0), GW_BUCKET_FLOWS);
	bucket()->server[2] = 0;
	CHECK_EQUAL(gw_bucket_place(worker, &bed.snapshot, 0), 2);
	bed_end();
}

static void cleared(void)
{
	struct gw_worker *worker = &bed.workers[0];
	uint16_t before;

	bed_start(1);
	put_entry(0, TAG, 1, 1000);
	put_entry(1, TAG, 1 | GW_WAY, 1000);
	for (uint32_t i = 0; i < 3; i++) { /* the last place is free */
		before = gw_bucket_before(bucket());
		gw_bucket_clear(worker, bucket(), i);
		CHECK_EQUAL(bucket()->server[i], 0);
		CHECK_EQUAL(gw_bucket_after(bucket()), (uint16_t)(before + 1));
	}
	CHECK_EQUAL(worker->flows.flows, 0);
	CHECK_EQUAL(worker->flows.ways, 0);
	CHECK_EQUAL(bed_server_count(0, BED_WEB, GW_S_FLOWS), 0);
	CHECK_EQUAL(bed_server_count(0, BED_WEB, GW_S_RETURN_FLOWS), 0);
	CHECK_EQUAL(worker->counters[GW_W_FLOWS_EXPIRED], 1); /* a way is no flow */
	bed_end();
}

/* Eight seconds of the clock are one; they begin at 1000. */
static void due(void)
{
	bed_start(1);
	for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++)
		put_entry(i, TAG + i, 1, 1000);
	for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++) {
		CHECK(!gw_bucket_meet(bucket(), i, 1001));
		gw_bucket_keep(bucket(), i, 1007);
		CHECK(!gw_bucket_meet(bucket(), i, 1007));
		gw_bucket_keep(bucket(), i, 1008); /* an answer comes first */
		gw_bucket_keep(bucket(), i, 1009);
		CHECK_EQUAL(bucket()->seen[i], 1009);
		CHECK_EQUAL(bucket()->due, 1u << i);
		CHECK(gw_bucket_meet(bucket(), i, 1009));
		CHECK(!gw_bucket_meet(bucket(), i, 1010));
		CHECK(gw_bucket_meet(bucket(), i, 1016));
		CHECK_EQUAL(bucket()->due, 0);
	}
	gw_bucket_keep(bucket(), 2, 1030);
	gw_bucket_fill(bucket(), 2, TAG, 1, 1031); /* another flow */
	CHECK(!gw_bucket_meet(bucket(), 2, 1031));
	bed_end();
}

static const struct test tests[] = {
	{ "a flow and a way with the same tag are told apart, wherever they stand", kinds },
	{ "a free place comes first, then what was silent longest of what has ended", places },
	{ "in every eight seconds a client's first packet is due, whatever answers came", due },
	{ "clearing a place counts what ended there, and tells readers", cleared },
};
MAIN(tests)
