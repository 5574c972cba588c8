/* SPDX-License-Identifier: Apache-2.0 */
/* The key of a flow that begins, from its first packet. */
#ifndef GW_FLOW_KEY_H
#define GW_FLOW_KEY_H

#include "bucket.h"
#include "tuple.h"

_Static_assert(offsetof(struct gw_key, dst) == 16 && offsetof(struct gw_key, src_port) == 32,
	       "the words below");
_Static_assert(offsetof(struct gw_key, mac) == 40 && offsetof(struct gw_key, taught) == 48 &&
		       offsetof(struct gw_key, by_client) == 56,
	       "and the last ones");

/* Eight words, a store each: the memory may not be there yet, and what the CPU keeps until then is
 * few stores. (Field by field, 3 % fewer first packets.) */
static inline void gw_flow_write_key(const struct gw_worker *worker, const struct gw_packet *p,
				     uint32_t place)
{
	uint8_t *key = (uint8_t *)gw_bucket_key(&worker->flows, p->bucket, place);
	uint8_t born = (worker->now >> 16) & 0x7f;
	struct gw_tuple t = gw_tuple_of(p);
	const uint8_t *mac = p->data + 6;

	born |= p->family == 6 ? GW_KEY_IP6 : 0;
	if (p->family == 4) {
		gw_store64(key + 0, gw_first32(gw_load32(t.src)));
		gw_store64(key + 8, 0);
		gw_store64(key + 16, gw_first32(gw_load32(t.dst)));
		gw_store64(key + 24, 0);
	} else {
		memcpy(key, t.src, 16);
		memcpy(key + 16, t.dst, 16);
	}
	gw_store64(key + 32, gw_four16(t.src_port, t.dst_port, gw_two8(t.protocol, born),
				       (uint16_t)worker->now));
	gw_store64(key + 40, gw_four16(gw_load16(mac), gw_load16(mac + 2), gw_load16(mac + 4),
				       gw_two8(p->port, 0)));
	gw_store64(key + 48, gw_taught_by(worker, p));
	gw_store64(key + 56, gw_four16(gw_two8(!!(p->vip->flags & GW_VIP_BY_CLIENT), 0), 0, 0, 0));
}

#endif
