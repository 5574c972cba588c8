/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as frames through all packet steps of two workers. Every frame lies in a heap block of
 * its own exact size, behind exactly its headroom. */
#include "fuzz_input.h"
#include "gauges.h"
#include "leaving.h"
#include "planes.h"

static const uint32_t ports[4] = { 3, 5, 7, 9 }; /* 9 is none of the image's */
static struct plane planes[2], *plane; /* without and with entropy */
static struct gw *gw;
static struct journey *burst[GW_BURST];
static struct gw_packet packets[GW_BURST];
static uint32_t count, burst_worker, held[2];
static uint64_t received[2];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void forget(struct journey *j)
{
	free(j->block);
	free(j->copy);
	free(j);
}

/* ---- Bursts ---- */

/* What became of packet i. Those that wait go on later, the others have ended. */
static void finish(struct gw_worker *w, uint32_t i)
{
	struct journey *j = burst[i];

	if (gw_leaves(&packets[i]))
		check_leaves(gw->snapshot, j, &packets[i]);
	else
		check_rest(j, &packets[i]);
	if (packets[i].verdict == GW_HELD_FRAGMENT) {
		gw_fragments_hold(w, &packets[i], j);
		held[w->index]++;
	} else {
		forget(j);
	}
}

static void run_packets(uint32_t index)
{
	struct gw_worker *w = gw->workers[index];

	gw_worker_burst(w, gw->snapshot, packets, count);
	check_made(gw->snapshot, w->made, packets, count);
	for (uint32_t i = 0; i < count; i++)
		finish(w, i);
}

/* As a poller does: the burst, and then all that need not wait longer. */
static void run_burst(void)
{
	struct gw_worker *w = gw->workers[burst_worker];
	void *buffers[GW_BURST];

	received[burst_worker] += count;
	run_packets(burst_worker);
	while ((count = gw_fragments_take(w, packets, buffers))) {
		CHECK(count <= GW_BURST && count <= held[burst_worker]);
		held[burst_worker] -= count;
		for (uint32_t i = 0; i < count; i++) {
			CHECK(packets[i].port == packets[0].port);
			burst[i] = buffers[i];
		}
		run_packets(burst_worker);
		for (uint32_t i = 0; i < count; i++)
			CHECK(packets[i].verdict != GW_HELD_FRAGMENT);
	}
	check_verdicts(w, received[burst_worker], held[burst_worker]);
	check_gauges(w);
}

/* ---- Frames ---- */

/* What the workers count and remember, as far as a trace could change it. */
static uint64_t state_sum(void)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < 2; i++) {
		const struct gw_worker *w = gw->workers[i];

		for (uint32_t counter = 0; counter < GW_W_COUNT; counter++)
			sum = sum * 31 + w->counters[counter];
		sum = sum * 31 + w->flows.flows;
		sum = sum * 31 + w->flows.ways + w->ip_id;
	}
	return sum;
}

static void trace(const struct gw_packet *p)
{
	static uint8_t out[UINT16_MAX + GW_FRAME_GROWTH + GW_FRAMES_SLACK];
	uint64_t before = state_sum();
	struct gw_frame_result r;

	CHECK(!gw_trace(gw, p->data, p->data_len, &r, out, sizeof(out)));
	CHECK(r.verdict < GW_VERDICT_COUNT && r.out_len <= p->data_len + GW_FRAME_GROWTH);
	CHECK_EQUAL(r.out_len > 0, r.verdict <= GW_VERDICT_LEAVES);
	CHECK_EQUAL(state_sum(), before);
}

static void add_frame(const uint8_t *bytes, uint32_t length, uint8_t flags, uint8_t where,
		      bool traced)
{
	struct journey *j = burst[count] = malloc(sizeof(*j));
	uint32_t headroom = flags & TIGHT ? (uint32_t)(where >> ROOM) * 2 : GW_FRAME_GROWTH;
	struct gw_packet *p = &packets[count++];

	CHECK(j);
	j->block = malloc(headroom + length + (length + headroom == 0));
	j->copy = malloc(length + 1);
	CHECK(j->block && j->copy);
	memset(p, 0xa5, sizeof(*p));
	p->data = j->block + headroom;
	p->data_len = length;
	p->frame_len = length + (flags & SEGMENTED ? 1400 : 0);
	p->headroom = (uint16_t)headroom;
	p->port = (uint8_t)ports[where & 3];
	memcpy(p->data, bytes, length);
	set_right(p->data, length, flags, where & 3);
	memcpy(j->copy, p->data, length);
	j->before = *p;
	if (traced)
		trace(p);
}

/* ---- Runs ---- */

/* Nobody else takes the fragments that wait still. */
static void end_waiting(uint32_t index)
{
	void *buffers[GW_HELD_MOST];
	uint32_t waiting = gw_fragments_end(gw->workers[index], buffers);

	CHECK_EQUAL(waiting, held[index]);
	held[index] = 0;
	check_verdicts(gw->workers[index], received[index], 0);
	while (waiting)
		forget(buffers[--waiting]);
}

static void end_burst(void)
{
	if (count)
		run_burst();
}

static void let_pass(uint32_t seconds, bool changed)
{
	if (changed)
		plane_use(plane, !plane->current);
	for (uint32_t i = 0; i < 2; i++) {
		gw->workers[i]->now += seconds;
		gw_flow_sweep(gw->workers[i], gw->snapshot, 8);
		check_gauges(gw->workers[i]);
	}
}

/* What routers said of tunnels, as far as it can be told. */
static void read_paths(void)
{
	struct gw_path_mtu paths[8];
	int read;

	while ((read = gw_path_mtus(gw, paths, 8)) > 0)
		for (int i = 0; i < read; i++)
			CHECK((paths[i].family == 4 || paths[i].family == 6) && paths[i].mtu);
	CHECK_EQUAL(read, 0);
}

static void run_list(const uint8_t *data, const uint8_t *end, uint8_t options)
{
	while (end - data >= 4) {
		uint8_t flags = data[0], where = data[1];
		uint32_t length = flags & LONG ? get16(data + 2) : data[2];
		uint32_t worker = !!(where & SECOND_WORKER);

		data += flags & LONG ? 4 : 3;
		if (length > (size_t)(end - data))
			length = (uint32_t)(end - data);
		if (count && (worker != burst_worker || packets[0].port != ports[where & 3]))
			end_burst();
		burst_worker = worker;
		if (flags & LATER)
			let_pass(length & 63, options & CHANGED);
		add_frame(data, length, flags, where, options & TRACED);
		data += length;
		if (flags & BURST || count == GW_BURST)
			end_burst();
	}
	end_burst();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t options = size ? data[0] : 0;

	plane = &planes[options & ENTROPY];
	if (!plane->gw)
		plane_make(plane, options & ENTROPY);
	gw = plane->gw;
	for (uint32_t i = 0; i < 2; i++) {
		plane_fresh(gw->workers[i]);
		received[i] = held[i] = 0;
	}
	plane_use(plane, 0);
	if (size)
		run_list(data + 1, data + size, options);
	read_paths();
	for (uint32_t i = 0; i < 2; i++)
		end_waiting(i);
	return 0;
}
