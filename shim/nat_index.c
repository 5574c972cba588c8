/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One hash table of addresses and of addresses with protocol and port. The entry of an address
 * alone is there for every server; it leads to the address's others, and has a server of its own if
 * that serves a VIP of all ports.
 */
#include "ip.h"
#include "nat_index_table.h"
#include "vip_index.h"

static bool is_entry(const struct gw_nat_entry *e, uint8_t family, uint8_t protocol,
		     const uint8_t *address, uint16_t port)
{
	return e->family == family && e->protocol == protocol && e->port == port &&
	       gw_same_address(family, e->address, address);
}

uint32_t *gw_nat_place(const struct gw_nat_index *index, uint8_t family, uint8_t protocol,
		       const uint8_t *address, uint16_t port)
{
	uint64_t mask = (UINT64_C(1) << (64 - index->shift)) - 1;
	struct gw_vip_address number = gw_vip_address_of(address, family);
	uint64_t hash = gw_vip_mix(gw_vip_mix(number.hi, number.lo),
				   (uint64_t)protocol << 16 | port);

	for (uint64_t at = hash >> index->shift;; at = (at + 1) & mask) {
		uint32_t *place = &index->table[at];

		if (!*place || is_entry(&index->entries[*place], family, protocol, address, port))
			return place;
	}
}

const struct gw_nat_entry *gw_nat_find(const struct gw_nat_index *index, uint8_t family,
				       uint8_t protocol, const uint8_t *address, uint16_t port)
{
	uint32_t at = 0;

	if (!index)
		return NULL;
	if (port)
		at = *gw_nat_place(index, family, protocol, address, port);
	if (!at)
		at = *gw_nat_place(index, family, GW_PROTOCOL_ANY, address, 0);
	return index->entries[at].server ? &index->entries[at] : NULL;
}

bool gw_nat_is_server(const struct gw_nat_index *index, uint8_t family, const uint8_t *address)
{
	return index && *gw_nat_place(index, family, GW_PROTOCOL_ANY, address, 0);
}
