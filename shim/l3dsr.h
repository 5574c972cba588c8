/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_L3DSR_H
#define GW_L3DSR_H

#include "state.h"

/* The step: packets to servers of that kind get the server's address as destination and the VIP's
 * DSCP, and are counted; ECN bits stay, checksums follow. As a router does, TTL goes down by
 * one. */
void gw_l3dsr(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	      struct gw_packet *packets, uint32_t count);

#endif
