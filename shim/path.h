/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_PATH_H
#define GW_PATH_H

#include "state.h"

/* The step, after vip: notes "fragmentation needed" and "packet too big" that routers send to the
 * node itself (or to an outer source taken from the entropy prefix) about its tunnels. Changes no
 * packet and no verdict: these are left to the kernel. */
void gw_path(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	     const struct gw_packet *packets, uint32_t count);

#endif
