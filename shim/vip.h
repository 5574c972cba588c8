/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_VIP_H
#define GW_VIP_H

#include "state.h"

/* The step: fills p->vip, or ends the packet. 0: all go on. */
uint32_t gw_vip_lookup(const struct gw_snapshot *snapshot, struct gw_packet *packets,
		       uint32_t count);

#endif
