/* SPDX-License-Identifier: Apache-2.0 */
/* What would happen to one frame: the steps themselves, for a worker that has no flows and whose
 * counters nobody reads, but that looks into the others' tables. */
#include <errno.h>
#include <stdlib.h>

#include "flow_table.h"
#include "fragment.h"
#include "frame.h"

/* The port that takes frames for the MAC address; the first port where none does. */
static uint8_t port_for(const struct gw_snapshot *snapshot, const uint8_t *frame, uint32_t length)
{
	for (uint32_t i = 0; length >= 6 && i < snapshot->ports_count; i++)
		if (!memcmp(snapshot->ports[i].mac, frame, 6))
			return snapshot->ports[i].index;
	return snapshot->ports[0].index;
}

/* Made for the first trace. */
static struct gw_worker *peek_worker(struct gw *gw)
{
	struct gw_worker *peek = gw->peek;

	if (peek)
		return peek;
	peek = aligned_alloc(GW_CACHE_LINE, sizeof(*peek));
	if (!peek || gw_worker_init(peek, 0, NULL)) {
		free(peek);
		return NULL;
	}
	if (gw_flow_table_new(&peek->flows, 1, NULL)) {
		gw_worker_free(peek);
		free(peek);
		return NULL;
	}
	peek->peek = true;
	peek->peers = gw->workers;
	return gw->peek = peek;
}

static void peek(struct gw_worker *worker, const struct gw_snapshot *snapshot, uint8_t *buffer,
		 const uint8_t *frame, uint32_t length, struct gw_frame_result *result,
		 uint8_t *out)
{
	struct gw_output output = { out, 0 };
	struct gw_packet packet;
	void *held[GW_HELD_MOST];

	worker->now = worker->peers[0]->now;
	gw_frame_load(&packet, buffer, frame, length, port_for(snapshot, frame, length));
	gw_worker_burst(worker, snapshot, &packet, 1);
	gw_frame_result(snapshot, &packet, result, &output);
	gw_frame_made(worker->made, 0, result, &output);
	result->tracked = packet.decided == GW_BY_FLOW;
	gw_flow_table_clear(worker);
	gw_fragments_end(worker, held);
}

GW_API int gw_trace(struct gw *gw, const uint8_t *frame, uint32_t length,
		    struct gw_frame_result *result, uint8_t *out, uint64_t out_size)
{
	struct gw_snapshot *snapshot;
	struct gw_worker *worker;
	uint8_t *buffer;

	if (length > GW_FRAME_MOST)
		return -EMSGSIZE;
	if (out_size < (uint64_t)length + GW_FRAME_GROWTH + GW_FRAMES_SLACK)
		return -ENOSPC;
	buffer = malloc((size_t)length + GW_FRAME_GROWTH);
	if (!buffer)
		return -ENOMEM;
	pthread_mutex_lock(&gw->lock);
	snapshot = atomic_load(&gw->snapshot);
	worker = snapshot ? peek_worker(gw) : NULL;
	if (worker) {
		worker->peers_count = gw->peers_count;
		peek(worker, snapshot, buffer, frame, length, result, out);
	}
	pthread_mutex_unlock(&gw->lock);
	free(buffer);
	if (!snapshot)
		return -ENODATA;
	return worker ? 0 : -ENOMEM;
}
