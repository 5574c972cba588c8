/* SPDX-License-Identifier: Apache-2.0 */
/* A data plane without ports: frames come from memory and go back there. */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
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

	for (int turn = 0; turn < 2 && worker->now != end && worker->flows.flows; turn++) {
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

/* One burst of frames, each in its own piece of `room` bytes of the buffer. */
static void run_burst(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		      const uint8_t *frames, const uint64_t *offsets, uint32_t count,
		      struct gw_frame_result *results, struct gw_output *out, uint8_t *buffer,
		      uint64_t room)
{
	struct gw_packet packets[GW_BURST];

	for (uint32_t i = 0; i < count; i++) {
		uint64_t length = offsets[i + 1] - offsets[i];

		gw_frame_load(&packets[i], buffer + i * room, frames + offsets[i], (uint32_t)length,
			      snapshot->ports[0].index);
		worker->counters[GW_W_RX_BYTES] += length;
	}
	worker->counters[GW_W_RX_PACKETS] += count;
	worker->counters[GW_W_BURSTS]++;
	gw_worker_burst(worker, snapshot, packets, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct gw_packet *p = &packets[i];

		gw_frame_result(p, p->vip ? gw_table_slot(p->vip, p->hash) : GW_NONE, &results[i],
				out);
		worker->counters[GW_W_TX_PACKETS] += p->verdict == GW_FORWARDED;
		worker->counters[GW_W_TX_BYTES] += results[i].out_len;
	}
}

GW_API int gw_frames(struct gw *gw, const uint8_t *frames, const uint64_t *offsets, uint32_t count,
		     struct gw_frame_result *results, uint8_t *out, uint64_t out_size)
{
	struct gw_output output = { out, 0 };
	struct gw_snapshot *snapshot;
	uint64_t room;
	uint8_t *buffer;

	if (!gw->simulated || !in_order(offsets, count))
		return -EINVAL;
	if (out_size < offsets[count] - offsets[0] + (uint64_t)count * GW_FRAME_GROWTH)
		return -ENOSPC;
	room = longest(offsets, count);
	if (room > GW_FRAME_MOST)
		return -EMSGSIZE;
	room += GW_FRAME_GROWTH;
	buffer = malloc(GW_BURST * room);
	if (!buffer)
		return -ENOMEM;
	pthread_mutex_lock(&gw->lock);
	snapshot = atomic_load(&gw->snapshot);
	for (uint32_t i = 0; snapshot && i < count; i += GW_BURST)
		run_burst(gw->workers[0], snapshot, frames, offsets + i,
			  count - i < GW_BURST ? count - i : GW_BURST, results + i, &output, buffer,
			  room);
	pthread_mutex_unlock(&gw->lock);
	free(buffer);
	return snapshot ? 0 : -ENODATA;
}
