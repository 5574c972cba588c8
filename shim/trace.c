/* SPDX-License-Identifier: Apache-2.0 */
/* What would happen to one frame. */
#include <errno.h>
#include <stdlib.h>

#include "frame.h"

/* The port that takes frames for the MAC address; the first port where none does. */
static uint8_t port_for(const struct gw_snapshot *snapshot, const uint8_t *frame, uint32_t length)
{
	for (uint32_t i = 0; length >= 6 && i < snapshot->ports_count; i++)
		if (!memcmp(snapshot->ports[i].mac, frame, 6))
			return snapshot->ports[i].index;
	return snapshot->ports[0].index;
}

static void peek(struct gw *gw, const struct gw_snapshot *snapshot, uint8_t *buffer,
		 const uint8_t *frame, uint32_t length, struct gw_frame_result *result,
		 uint8_t *out)
{
	struct gw_output output = { out, 0 };
	struct gw_packet packet;
	uint32_t slot;

	gw_frame_load(&packet, buffer, frame, length, port_for(snapshot, frame, length));
	gw_worker_peek(gw->workers, gw->workers_count, snapshot, &packet, &slot);
	gw_frame_result(&packet, slot, result, &output);
}

GW_API int gw_trace(struct gw *gw, const uint8_t *frame, uint32_t length,
		    struct gw_frame_result *result, uint8_t *out, uint64_t out_size)
{
	struct gw_snapshot *snapshot;
	uint8_t *buffer;

	if (length > GW_FRAME_MOST)
		return -EMSGSIZE;
	if (out_size < (uint64_t)length + GW_FRAME_GROWTH)
		return -ENOSPC;
	buffer = malloc((size_t)length + GW_FRAME_GROWTH);
	if (!buffer)
		return -ENOMEM;
	pthread_mutex_lock(&gw->lock);
	snapshot = atomic_load(&gw->snapshot);
	if (snapshot)
		peek(gw, snapshot, buffer, frame, length, result, out);
	pthread_mutex_unlock(&gw->lock);
	free(buffer);
	return snapshot ? 0 : -ENODATA;
}
