/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast the packet steps are. Frames are written into a ring of packet buffers, as a NIC does,
 * and only the steps are timed, burst by burst. The buffers lie as far apart as DPDK's.
 */
#include <errno.h>
#include <stdlib.h>

#include "bench_frames.h"
#include "bytes.h"
#include "error.h"
#include "flow_table.h"

#define RING 512
#define HEADROOM 128
#define STRIDE (39 * 64)
#define FRAME_MOST (STRIDE - HEADROOM)

struct bench {
	struct gw_worker *worker;
	const struct gw_snapshot *snapshot;
	const struct gw_bench_args *args;
	struct gw_bench_frames frames;
	uint8_t *ring;
	uint32_t next; /* flow of the next frame */
	/* mode first: the buckets that must be emptied again */
	struct gw_bucket **touched;
	uint32_t touched_count, touched_most;
	struct gw_bench_result *result;
};

static uint64_t nanoseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void write_ring(struct bench *b, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		gw_bench_frame(&b->frames, b->next, b->ring + i * STRIDE + HEADROOM);
		b->next = b->next + 1 == b->frames.flows_count ? 0 : b->next + 1;
	}
}

/* What the poller does: packets of `count` buffers from place `at` of the ring on. */
static void load(const struct bench *b, struct gw_packet *packets, uint32_t at, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];

		p->data = b->ring + (at + i) * STRIDE + HEADROOM;
		p->data_len = b->frames.frame_len;
		p->frame_len = b->frames.frame_len;
		p->headroom = HEADROOM;
		p->port = b->snapshot->ports[0].index;
	}
}

static void run_ring(struct bench *b, uint32_t count)
{
	struct gw_packet packets[GW_BURST];

	for (uint32_t at = 0; at < count; at += GW_BURST) {
		uint32_t burst = count - at < GW_BURST ? count - at : GW_BURST;
		uint64_t start;

		load(b, packets, at, burst);
		start = gw_cycles();
		gw_worker_burst(b->worker, b->snapshot, packets, burst);
		b->result->cycles += gw_cycles() - start;
		for (uint32_t i = 0; b->touched && i < burst; i++)
			b->touched[b->touched_count++] = packets[i].bucket;
	}
	b->result->packets += count;
}

/* Empties the buckets that the packets of mode first began flows in. */
static void forget_touched(struct bench *b)
{
	if (b->worker->flows.ways) /* which stand anywhere */
		gw_flow_table_clear(b->worker);
	for (uint32_t i = 0; b->worker->flows.flows && i < b->touched_count; i++)
		for (uint32_t j = 0; b->touched[i] && j < GW_BUCKET_FLOWS; j++)
			if (b->touched[i]->server[j])
				gw_flow_release(b->worker, b->touched[i], j);
	b->touched_count = 0;
	b->next = 0;
}

static void run_round(struct bench *b)
{
	uint64_t start = gw_cycles();
	uint32_t count = RING;

	if (b->touched) {
		if (b->touched_count == b->touched_most)
			forget_touched(b);
		if (count > b->touched_most - b->touched_count)
			count = b->touched_most - b->touched_count;
	}
	write_ring(b, count);
	b->result->generator_cycles += gw_cycles() - start;
	run_ring(b, count);
}

/* Every flow begins. */
static void remember_all(struct bench *b)
{
	for (uint32_t left = b->frames.flows_count; left;) {
		uint32_t count = left < RING ? left : RING;

		write_ring(b, count);
		run_ring(b, count);
		left -= count;
	}
}

/* Every bucket is full of live flows that no packet belongs to. */
static void fill_table(struct bench *b)
{
	struct gw_flow_table *table = &b->worker->flows;
	const struct gw_vip *vip = &b->snapshot->vips[b->args->vip];
	uint64_t random = ~b->args->seed;

	for (uint64_t at = 0; at <= table->mask; at++) {
		for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++) {
			uint64_t bits = gw_random(&random);
			uint32_t server = vip->table[bits & vip->table_mask];

			table->buckets[at].tag[i] = (uint32_t)(bits >> 32);
			table->buckets[at].seen[i] = (uint16_t)b->worker->now;
			table->buckets[at].server[i] = server;
			b->worker->server_counters[(uint64_t)server * GW_S_STRIDE + GW_S_FLOWS]++;
			table->flows++;
		}
	}
}

static void prepare(struct bench *b)
{
	if (b->args->mode == GW_BENCH_TABLE)
		fill_table(b);
	if (b->args->mode == GW_BENCH_HIT)
		remember_all(b);
	for (int i = 0; i < 64; i++) /* caches and predictors as they are in the middle of a run */
		run_round(b);
	memset(b->result, 0, sizeof(*b->result));
}

static void measure(struct bench *b)
{
	struct gw_bench_result *result = b->result;
	uint64_t forwarded = b->worker->counters[GW_FORWARDED];
	uint64_t start = nanoseconds(), cycles = gw_cycles(), now;

	b->worker->step_cycles = result->step_cycles;
	do {
		for (int i = 0; i < 16; i++)
			run_round(b);
		now = nanoseconds();
	} while ((double)(now - start) < b->args->seconds * 1e9);
	b->worker->step_cycles = NULL;
	result->tsc_hz = (uint64_t)((double)(gw_cycles() - cycles) * 1e9 / (double)(now - start));
	result->forwarded = b->worker->counters[GW_FORWARDED] - forwarded;
}

static int allocate(struct bench *b)
{
	const struct gw_snapshot *s = b->snapshot;
	uint64_t most = (uint64_t)b->worker->flows.mask + 1; /* on average one flow a bucket */

	if (gw_bench_frames_new(&b->frames, b->args, &s->keys[b->args->vip], s->ports[0].mac))
		return -ENOMEM;
	b->ring = gw_map(RING * STRIDE, true);
	if (!b->ring)
		return -ENOMEM;
	if (b->args->mode != GW_BENCH_FIRST)
		return 0;
	b->touched_most = b->args->flows < most ? b->args->flows : (uint32_t)most;
	b->touched = malloc((uint64_t)b->touched_most * sizeof(struct gw_bucket *));
	return b->touched ? 0 : -ENOMEM;
}

static int check(const struct gw_snapshot *s, const struct gw_bench_args *args, char *err)
{
	if (!s)
		return gw_error(err, ENODATA, "no image was committed");
	if (args->vip >= s->vips_count)
		return gw_error(err, EINVAL, "vip: %u, the image has %u", args->vip, s->vips_count);
	if (!s->vips[args->vip].table_len)
		return gw_error(err, EINVAL, "vip: %u has no server with a weight", args->vip);
	if (args->mode > GW_BENCH_TABLE)
		return gw_error(err, EINVAL, "mode: %u is not known", args->mode);
	if (!args->flows || args->flows > 1u << 26)
		return gw_error(err, EINVAL, "flows: %u is not in 1..67108864", args->flows);
	if (args->frame_len > FRAME_MOST)
		return gw_error(err, EINVAL, "frame_len: %u is more than %u", args->frame_len,
				FRAME_MOST);
	if (!(args->seconds > 0 && args->seconds <= 3600))
		return gw_error(err, EINVAL, "seconds: %g is not in 0..3600", args->seconds);
	return 0;
}

static int run(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	       const struct gw_bench_args *args, struct gw_bench_result *result, char *err)
{
	struct bench b = { .worker = worker, .snapshot = snapshot, .args = args, .result = result };
	int rc = check(snapshot, args, err);

	if (rc)
		return rc;
	if (allocate(&b)) {
		rc = gw_error(err, ENOMEM, "no memory for a benchmark of %u flows", args->flows);
	} else {
		gw_flow_table_clear(worker);
		prepare(&b);
		measure(&b);
		gw_flow_table_clear(worker);
	}
	free(b.touched);
	free(b.frames.flows);
	gw_unmap(b.ring, RING * STRIDE);
	return rc;
}

GW_API int gw_bench(struct gw *gw, const struct gw_bench_args *args, struct gw_bench_result *result,
		    char *err)
{
	int rc;

	if (!gw->simulated)
		return gw_error(err, EINVAL, "the benchmark runs on a simulation only");
	memset(result, 0, sizeof(*result));
	pthread_mutex_lock(&gw->lock);
	rc = run(gw->workers[0], atomic_load(&gw->snapshot), args, result, err);
	pthread_mutex_unlock(&gw->lock);
	return rc;
}
