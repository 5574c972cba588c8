/* SPDX-License-Identifier: Apache-2.0 */
/* A frame in memory as a packet, and the result of a packet as bytes. */
#ifndef GW_FRAME_H
#define GW_FRAME_H

#include <string.h>

#include "bytes.h"
#include "made.h"
#include "state.h"

#define GW_FRAME_MOST (1u << 20) /* bytes; far more than any IP packet with its link header */

struct gw_output {
	uint8_t *bytes;
	uint64_t used;
};

/* `buffer` has GW_FRAME_GROWTH bytes more than the frame. */
static inline void gw_frame_load(struct gw_packet *p, uint8_t *buffer, const uint8_t *frame,
				 uint32_t length, uint8_t port)
{
	memset(p, 0, sizeof(*p));
	p->data = buffer + GW_FRAME_GROWTH;
	p->data_len = length;
	p->frame_len = length;
	p->headroom = GW_FRAME_GROWTH;
	p->port = port;
	if (length)
		memcpy(p->data, frame, length);
}

/* The VIP's id; on the way back only the server is known, which has its VIP's. */
static inline uint32_t gw_frame_vip(const struct gw_snapshot *snapshot, const struct gw_packet *p)
{
	if (p->vip)
		return p->vip->id;
	return p->verdict == GW_RETURNED ? snapshot->servers[p->server].vip : GW_NONE;
}

/* Writes what became of the packet, and its bytes where it leaves. */
static inline void gw_frame_result(const struct gw_snapshot *snapshot, const struct gw_packet *p,
				   struct gw_frame_result *result, struct gw_output *out)
{
	bool leaves = gw_leaves(p);

	*result = (struct gw_frame_result){
		.verdict = p->verdict,
		.vip = gw_frame_vip(snapshot, p),
		.server = p->server,
		.decided = p->decided,
		.hash = p->vip ? p->hash : 0,
		.slot = p->vip && p->hash ? gw_table_slot(p->vip, p->hash) : GW_NONE,
		.port = leaves ? p->port : GW_NONE,
		.out_off = out->used,
		.out_len = leaves ? p->frame_len : 0,
		.tracked = p->tracked,
	};
	if (leaves)
		memcpy(out->bytes + out->used, p->data, p->frame_len);
	out->used += result->out_len;
}

/* Writes the frames that packet `cause` of the burst made: port, length, bytes, filled up to 8. */
static inline void gw_frame_made(const struct gw_made *made, uint32_t cause,
				 struct gw_frame_result *result, struct gw_output *out)
{
	result->made_off = out->used;
	for (uint32_t i = 0; i < made->count; i++) {
		uint32_t length = made->frames[i].length;

		if (made->frames[i].cause != cause)
			continue;
		gw_store32(out->bytes + out->used, made->frames[i].port);
		gw_store32(out->bytes + out->used + 4, length);
		memcpy(out->bytes + out->used + 8, made->bytes + made->frames[i].offset, length);
		out->used += 8 + ((length + 7u) & ~7u);
		result->made_count++;
	}
	result->made_len = (uint32_t)(out->used - result->made_off);
}

#endif
