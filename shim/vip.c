/* SPDX-License-Identifier: Apache-2.0 */
/* Destination -> VIP: the prefix lengths in use are looked through from the longest to the
 * shortest, and the first prefix that holds the address decides. */
#include "vip.h"
#include "vip_index.h"

static inline uint8_t decide(const struct gw_vip_index *index, const struct gw_vip_entry *e,
			     struct gw_packet *p)
{
	const struct gw_vip *vip = NULL;
	uint64_t key = gw_vip_port_key(e->by_port, p->protocol, p->dst_port);

	if (e->by_port)
		vip = gw_vip_port_of(index, key)->vip;
	p->vip = vip ? vip : e->all;
	return p->vip ? GW_FORWARDED : GW_DROP_NO_PORT;
}

static inline uint8_t lookup(const struct gw_vip_index *index, struct gw_packet *p)
{
	const struct gw_vip_family *family = &index->family[p->family == 6];
	const uint8_t *dst = p->data + p->l3 + (p->family == 4 ? 16 : 24);
	struct gw_vip_address to = gw_vip_address_of(dst, p->family);

	for (uint32_t i = 0; i < family->count; i++) {
		const struct gw_vip_length *length = &family->lengths[i];
		struct gw_vip_address prefix = { to.hi & length->mask.hi, to.lo & length->mask.lo };
		const struct gw_vip_entry *e = length->only;

		if (gw_likely(e)) {
			if (gw_likely(gw_vip_is_prefix(e, prefix)))
				return decide(index, e, p);
			continue;
		}
		e = gw_vip_entry_of(length, prefix);
		if (e->used)
			return decide(index, e, p);
	}
	return GW_LEFT_NOT_VIP;
}

void gw_vip_lookup(const struct gw_snapshot *snapshot, struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (gw_likely(packets[i].verdict == GW_FORWARDED))
			packets[i].verdict = lookup(snapshot->index, &packets[i]);
}
