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

/* snapshot_hash.c: the servers' `hash`, when VIPs and servers are there. */
int gw_snapshot_hashes(struct gw_snapshot *s, char *err);
/* Whether flows of a server that is in both stand elsewhere by the next one. */
bool gw_snapshot_rehashes(const struct gw_snapshot *old, const struct gw_snapshot *next);

#endif
