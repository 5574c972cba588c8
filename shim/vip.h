/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_VIP_H
#define GW_VIP_H

#include "state.h"

/* The step: fills p->vip, or ends the packet. */
void gw_vip_lookup(const struct gw_snapshot *snapshot, struct gw_packet *packets, uint32_t count);

/* What the index finds a VIP by. Host bits of the prefix are 0. */
struct gw_vip_key {
	uint8_t prefix[16];
	uint8_t family, prefix_len, protocol;
	uint16_t port;
};

/* An index of `count` VIPs; the VIPs themselves must outlive it. NULL: no memory, or (with
 * *duplicate set to the place of the second) two keys are the same. */
struct gw_vip_index *gw_vip_index_new(const struct gw_vip_key *keys, const struct gw_vip *vips,
				      uint32_t count, uint32_t *duplicate);
void gw_vip_index_free(struct gw_vip_index *index);

#endif
