/* SPDX-License-Identifier: Apache-2.0 */
/* A frame in memory as a packet, and the result of a packet as bytes. */
#ifndef GW_FRAME_H
#define GW_FRAME_H

#include <string.h>

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

/* Writes what became of the packet, and its bytes where it leaves. */
static inline void gw_frame_result(const struct gw_packet *p, uint32_t slot,
				   struct gw_frame_result *result, struct gw_output *out)
{
	bool leaves = p->verdict == GW_FORWARDED;

	*result = (struct gw_frame_result){
		.verdict = p->verdict,
		.vip = p->vip ? p->vip->id : GW_NONE,
		.server = p->server,
		.decided = p->decided,
		.hash = p->hash,
		.slot = slot,
		.port = leaves ? p->port : GW_NONE,
		.out_off = out->used,
		.out_len = leaves ? p->frame_len : 0,
		.tracked = p->tracked,
	};
	if (leaves)
		memcpy(out->bytes + out->used, p->data, p->frame_len);
	out->used += result->out_len;
}

#endif
