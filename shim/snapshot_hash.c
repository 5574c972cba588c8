/* SPDX-License-Identifier: Apache-2.0 */
/* By which hash each server's flows stand in the table. A VIP that begins or ceases to translate
 * has another from then on, and its flows move. */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "snapshot.h"

int gw_snapshot_hashes(struct gw_snapshot *s, char *err)
{
	uint8_t *of = calloc(GW_MAX_VIPS, 1); /* by VIP id */

	if (!of)
		return gw_error(err, ENOMEM, "no memory for %u VIPs", s->vips_count);
	for (uint32_t i = 0; i < s->vips_count; i++) {
		const struct gw_vip *vip = &s->vips[i];

		if (!(vip->flags & GW_VIP_STICKY))
			of[vip->id] = vip->flags & GW_VIP_BY_CLIENT ? GW_HASH_BY_CLIENT :
								      GW_HASH_PLAIN;
	}
	for (uint32_t i = 0; i < s->servers_len; i++)
		if (s->servers[i].kind != GW_SERVER_ABSENT)
			s->servers[i].hash = of[s->servers[i].vip];
	free(of);
	return 0;
}

bool gw_snapshot_rehashes(const struct gw_snapshot *old, const struct gw_snapshot *next)
{
	uint32_t len = old->servers_len < next->servers_len ? old->servers_len : next->servers_len;

	for (uint32_t i = 0; i < len; i++) {
		uint8_t a = old->servers[i].hash, b = next->servers[i].hash;

		if (a && b && a != b)
			return true;
	}
	return false;
}
