/* SPDX-License-Identifier: Apache-2.0 */
/* Frames that Guideway makes itself: ICMP errors, and fragments after the first one. They wait here
 * until the burst is over, and then the caller sends copies of them. */
#ifndef GW_MADE_H
#define GW_MADE_H

#include "state.h"

#define GW_MADE_MOST 512 /* frames of one burst */

struct gw_made {
	uint32_t count, used; /* frames; bytes of them */
	struct {
		uint32_t offset, length;
		uint8_t port;  /* where it leaves */
		uint8_t cause; /* place of the packet in the burst that made it */
	} frames[GW_MADE_MOST];
	uint8_t bytes[GW_MADE_BYTES];
};

/* Room for one more frame of that length, or NULL. It becomes a frame by gw_made_add. */
static inline uint8_t *gw_made_room(struct gw_made *made, uint32_t length)
{
	if (made->count == GW_MADE_MOST || length > GW_MADE_BYTES - made->used)
		return NULL;
	return made->bytes + made->used;
}

static inline void gw_made_add(struct gw_made *made, uint32_t length, uint8_t port, uint8_t cause)
{
	made->frames[made->count].offset = made->used;
	made->frames[made->count].length = length;
	made->frames[made->count].port = port;
	made->frames[made->count].cause = cause;
	made->count++;
	made->used += (length + 7u) & ~7u;
}

#endif
