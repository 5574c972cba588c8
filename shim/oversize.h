/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_OVERSIZE_H
#define GW_OVERSIZE_H

#include "state.h"

/*
 * The step, after all that send.
 * - A packet that leaves and has GW_IS_CUT (the sending step found that it does not fit the MTU and
 *   may be cut; the bytes stand at p->data as they would leave in one) leaves in fragments (cut.h):
 *   it itself becomes the first, the others are made (made.h); counted by GW_W_FRAGMENTED. MTU: of
 *   its server, on the way back of its port. One that cannot be cut here (more than one segment, no
 *   room) becomes GW_DROP_NO_ROOM; then what its server and VIP counted for it is taken back.
 * - Of a packet with GW_DROP_TOO_BIG, untouched so far, the sender is told by "fragmentation
 *   needed" or "packet too big" (answer.h) with the MTU left for its packet: that of its server
 *   less the outer headers, at least 68 and 1280; counted for the VIP by GW_V_TOO_BIG. On the way
 *   back (p->vip is NULL) p->hash holds the MTU.
 */
void gw_oversize(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 struct gw_packet *packets, uint32_t count);

#endif
