/* SPDX-License-Identifier: Apache-2.0 */
/* Destination -> VIP: the prefix lengths in use are looked through from the longest to the
 * shortest, and the first prefix that holds the address decides. */
#include "ip.h"
#include "vip.h"
#include "vip_index.h"

/* An echo request, or a later fragment of ICMP, which may be one's. */
static bool is_echo(const struct gw_packet *p)
{
	bool ip4 = p->family == 4;

	if (p->special & GW_IS_LATER)
		return p->protocol == (ip4 ? GW_IP_ICMP : GW_IP_ICMP6);
	return p->special & GW_IS_ICMP && !(p->special & GW_IS_ERROR) && p->l4 < p->data_len &&
	       p->data[p->l4] == (ip4 ? 8 : 128);
}

/* No VIP for the packet's port. Echo requests that are to be forwarded have none, and go where the
 * prefix's other packets go; the node's own packets are its kernel's. */
static uint8_t without_port(const struct gw_vip_entry *e, struct gw_packet *p)
{
	if (!e->echo)
		return GW_LEFT_NOT_VIP;
	if (e->echo->flags & GW_VIP_ECHO || !is_echo(p))
		return GW_DROP_NO_PORT;
	p->vip = e->echo;
	return GW_FORWARDED;
}

static inline uint8_t lookup(const struct gw_vip_index *index, struct gw_packet *p)
{
	const uint8_t *dst = gw_address(p, GW_DST);
	const struct gw_vip_entry *e = gw_vip_prefix_of(index, p->family, dst);
	const struct gw_vip *vip = NULL;

	if (gw_unlikely(!e))
		return GW_LEFT_NOT_VIP;
	if (e->by_port) {
		uint64_t key = gw_vip_port_key(e->by_port, p->protocol, p->dst_port);

		if (gw_likely(e->only_key))
			vip = e->only_key == key ? e->only : NULL;
		else
			vip = gw_vip_port_of(index, key)->vip;
	}
	p->vip = vip ? vip : e->all;
	return gw_likely(p->vip) ? GW_FORWARDED : without_port(e, p);
}

uint32_t gw_vip_lookup(const struct gw_snapshot *snapshot, struct gw_packet *packets,
		       uint32_t count)
{
	uint32_t verdicts = GW_FORWARDED;

	for (uint32_t i = 0; i < count; i++) {
		if (gw_likely(packets[i].verdict == GW_FORWARDED))
			packets[i].verdict = lookup(snapshot->index, &packets[i]);
		verdicts |= packets[i].verdict;
	}
	return verdicts;
}
_Static_assert(GW_FORWARDED == 0, "a packet that goes on adds nothing");
