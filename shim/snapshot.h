/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that build a snapshot share. */
#ifndef GW_SNAPSHOT_H
#define GW_SNAPSHOT_H

#include "image.h"

static inline uint16_t gw_any_if_0(uint16_t mtu)
{
	return mtu ? mtu : UINT16_MAX;
}

/* snapshot_servers.c: servers, and the ways to clients that no flow is remembered for. */
int gw_snapshot_servers(struct gw_snapshot *s, const struct gw_image_view *view, char *err);
/* snapshot_nat.c: which VIPs nat servers answer for. After the VIPs and their keys. */
int gw_snapshot_nat(struct gw_snapshot *s, const struct gw_image_view *view, char *err);

#endif
