/* SPDX-License-Identifier: Apache-2.0 */
/* A data plane without ports: frames come from memory and go back there. */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "fragment.h"
#include "frame.h"

GW_API int gw_simulate(struct gw **out, char *err)
{
	struct gw *gw = calloc(1, sizeof(*gw));
	int rc;

	if (!gw)
		return gw_error(err, ENOMEM, "no memory for a simulation");
	gw->simulated = true;
	rc = gw_init(gw, 1, err);
	if (rc) {
		free(gw);
		return rc;
	}
	*out = gw;
	return 0;
}

/* Ages every flow by `seconds` of silence, in turns so short that none escapes by the wrap of its
 * 16-bit clock; after two of the longest no flow is left. */
static void let_pass(struct gw_worker *worker, const struct gw_snapshot *snapshot, uint32_t seconds)
{
	uint32_t end = worker->now + seconds;

	for (int turn = 0;
	     turn < 2 && worker->now != end && worker->flows.flows + worker->flows.ways; turn++) {
		uint32_t left = end - worker->now;

		worker->now += left < GW_MAX_TIMEOUT ? left : GW_MAX_TIMEOUT;
		gw_flow_sweep(worker, snapshot, worker->flows.mask + 1);
	}
	worker->now = end;
}

GW_API int gw_simulate_clock(struct gw *gw, uint32_t seconds)
{
	struct gw_worker *worker;
	struct gw_snapshot *snapshot;

	if (!gw->simulated)
		return -EINVAL;
	pthread_mutex_lock(&gw->lock);
	worker = gw->workers[0];
	snapshot = atomic_load(&gw->snapshot);
	/* The clock never goes back: an earlier time, as captures have them, changes nothing. */
	if (seconds > worker->now) {
		if (snapshot)
			let_pass(worker, snapshot, seconds - worker->now);
		else
			worker->now = seconds;
	}
	pthread_mutex_unlock(&gw->lock);
	return 0;
}

static uint64_t longest(const uint64_t *offsets, uint32_t count)
{
	uint64_t most = 0;

	for (uint32_t i = 0; i < count; i++)
		if (offsets[i + 1] - offsets[i] > most)
			most = offsets[i + 1] - offsets[i];
	return most;
}

static bool in_order(const uint64_t *offsets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (offsets[i] > offsets[i + 1])
			return false;
	return true;
}

/* Frames of one call of gw_frames. */
struct run {
	struct gw_worker *worker;
	const struct gw_snapshot *snapshot;
	struct gw_frame_result *results;
	struct gw_output out;
	uint64_t size; /* of out */
	uint64_t call; /* its number */
};

/* A fragment that waits: its frame, and which result is to become its last verdict. */
struct waiting {
	uint64_t call;
	uint32_t result;
	uint8_t bytes[];
};

static void count_sent(const struct run *run, const struct gw_frame_result *result)
{
	uint64_t *row, *counters = run->worker->counters;

	if (!result->out_len)
		return;
	row = &run->worker->port_counters[(uint64_t)result->port * GW_P_STRIDE];
	counters[GW_W_TX_PACKETS]++;
	counters[GW_W_TX_BYTES] += result->out_len;
	row[GW_P_TX_PACKETS]++;
	row[GW_P_TX_BYTES] += result->out_len;
}

static void count_made(const struct run *run)
{
	const struct gw_made *made = run->worker->made;

	for (uint32_t i = 0; i < made->count; i++)
		count_sent(run, &(struct gw_frame_result){ .out_len = made->frames[i].length,
							   .port = made->frames[i].port });
}

/* Keeps a copy of the packet that waits; without memory it is lost as if it had waited too long. */
static void keep(struct run *run, const struct gw_packet *p, uint32_t result)
{
	struct waiting *waiting = malloc(sizeof(*waiting) + GW_FRAME_GROWTH + p->data_len);
	struct gw_packet copy = *p;

	if (!waiting)
		return;
	waiting->call = run->call;
	waiting->result = result;
	copy.data = waiting->bytes + GW_FRAME_GROWTH;
	memcpy(copy.data, p->data, p->data_len);
	gw_fragments_hold(run->worker, &copy, waiting);
}

static void run_packets(struct run *run, struct gw_packet *packets, uint32_t count,
			const uint32_t *results)
{
	gw_worker_burst(run->worker, run->snapshot, packets, count);
	count_made(run);
	for (uint32_t i = 0; i < count; i++) {
		struct gw_frame_result nobody, *result = &nobody;

		if (results[i] != GW_NONE)
			result = &run->results[results[i]];
		gw_frame_result(run->snapshot, &packets[i], result, &run->out);
		gw_frame_made(run->worker->made, i, result, &run->out);
		count_sent(run, result);
		if (packets[i].verdict == GW_HELD_FRAGMENT)
			keep(run, &packets[i], results[i]);
		if (result == &nobody) /* whoever gave that frame has gone */
			run->out.used = nobody.out_off;
	}
}

/* Most that a burst can write besides its own frames as they came. */
#define MADE (GW_MADE_BYTES + GW_MADE_MOST * 16u)
#define WAITING (GW_BURST * (UINT16_MAX + 2u * GW_FRAME_GROWTH) + MADE)
_Static_assert(MADE + WAITING < GW_FRAMES_SLACK, "a burst, and one that waited, fit");

/* Packets that wait no longer, as far as there is room for what becomes of them. */
static void run_waiting(struct run *run)
{
	struct gw_packet packets[GW_BURST];
	void *buffers[GW_BURST];
	uint32_t count, results[GW_BURST];

	while (run->size - run->out.used >= WAITING &&
	       (count = gw_fragments_take(run->worker, packets, buffers))) {
		for (uint32_t i = 0; i < count; i++) {
			const struct waiting *waiting = buffers[i];

			results[i] = waiting->call == run->call ? waiting->result : GW_NONE;
		}
		run_packets(run, packets, count, results);
		for (uint32_t i = 0; i < count; i++)
			free(buffers[i]);
	}
}

/* Frames from `first` on that came in by one port, at most GW_BURST, each in its own piece of
 * `room` bytes of the buffer. */
static uint32_t run_burst(struct run *run, const uint8_t *frames, const uint64_t *offsets,
			  const uint32_t *ports, uint32_t first, uint32_t count, uint8_t *buffer,
			  uint64_t room)
{
	uint8_t port = ports ? (uint8_t)ports[first] : run->snapshot->ports[0].index;
	uint64_t *row = &run->worker->port_counters[(uint64_t)port * GW_P_STRIDE];
	struct gw_packet packets[GW_BURST];
	uint32_t size = 0, results[GW_BURST];

	for (; size < GW_BURST && first + size < count; size++) {
		uint32_t at = first + size;
		uint64_t length = offsets[at + 1] - offsets[at];

		if (ports && ports[at] != port)
			break;
		gw_frame_load(&packets[size], buffer + size * room, frames + offsets[at],
			      (uint32_t)length, port);
		results[size] = at;
		run->worker->counters[GW_W_RX_BYTES] += length;
		row[GW_P_RX_BYTES] += length;
	}
	run->worker->counters[GW_W_RX_PACKETS] += size;
	row[GW_P_RX_PACKETS] += size;
	run->worker->counters[GW_W_BURSTS]++;
	run_packets(run, packets, size, results);
	run_waiting(run);
	return size;
}

/* Whether `out` has room for whatever the next burst, and those that wait for it, can write. */
static bool has_room(const struct run *run, const uint64_t *offsets, uint32_t first,
		     uint32_t count)
{
	uint32_t end = count - first < GW_BURST ? count : first + GW_BURST;
	uint64_t need = offsets[end] - offsets[first] + (end - first) * GW_FRAME_GROWTH;

	return run->size - run->out.used >= need + MADE + WAITING;
}

static bool in_range(const uint32_t *ports, uint32_t count)
{
	for (uint32_t i = 0; ports && i < count; i++)
		if (ports[i] >= GW_MAX_PORTS)
			return false;
	return true;
}

GW_API int gw_frames(struct gw *gw, const uint8_t *frames, const uint64_t *offsets,
		     const uint32_t *ports, uint32_t count, struct gw_frame_result *results,
		     uint8_t *out, uint64_t out_size)
{
	struct run run = { .worker = gw->workers[0], .results = results, .out = { out, 0 },
			   .size = out_size };
	uint32_t done = 0;
	uint64_t room;
	uint8_t *buffer;

	if (!gw->simulated || !in_order(offsets, count) || !in_range(ports, count) ||
	    count > INT32_MAX)
		return -EINVAL;
	room = longest(offsets, count);
	if (room > GW_FRAME_MOST)
		return -EMSGSIZE;
	room += GW_FRAME_GROWTH;
	buffer = malloc(GW_BURST * room);
	if (!buffer)
		return -ENOMEM;
	pthread_mutex_lock(&gw->lock);
	run.snapshot = atomic_load(&gw->snapshot);
	run.call = ++gw->calls;
	while (run.snapshot && done < count && has_room(&run, offsets, done, count))
		done += run_burst(&run, frames, offsets, ports, done, count, buffer, room);
	pthread_mutex_unlock(&gw->lock);
	free(buffer);
	if (!run.snapshot)
		return -ENODATA;
	return !done && count ? -ENOSPC : (int)done;
}
