/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One hash table of addresses and of addresses with protocol and port. The entry of an address
 * alone is there for every server; it leads to the address's others, and has a server of its own if
 * that serves a VIP of all ports.
 */
#include <stdlib.h>

#include "nat_index.h"
#include "translate.h"
#include "vip_index.h"

#define EACH 3 /* most entries for one server: its address, TCP, UDP */

struct gw_nat_index {
	struct gw_nat_entry *entries; /* [0] is nobody's */
	uint32_t *table;              /* places of entries, 0: free */
	uint32_t used, shift;         /* shift: 64 - log2(length of the table) */
};

struct gw_nat_index *gw_nat_index_new(uint32_t count)
{
	struct gw_nat_index *index = calloc(1, sizeof(*index));
	uint64_t most = EACH * (uint64_t)count + 1;

	if (!index)
		return NULL;
	index->used = 1;
	index->shift = 62;
	while (UINT64_C(1) << (64 - index->shift) < 2 * most)
		index->shift--;
	index->entries = calloc(most, sizeof(*index->entries));
	index->table = calloc(UINT64_C(1) << (64 - index->shift), sizeof(*index->table));
	if (index->entries && index->table)
		return index;
	gw_nat_index_free(index);
	return NULL;
}

void gw_nat_index_free(struct gw_nat_index *index)
{
	if (!index)
		return;
	free(index->entries);
	free(index->table);
	free(index);
}

static bool is_entry(const struct gw_nat_entry *e, uint8_t family, uint8_t protocol,
		     const uint8_t *address, uint16_t port)
{
	return e->family == family && e->protocol == protocol && e->port == port &&
	       gw_same_address(family, e->address, address);
}

/* Where in the table the entry is, or would stand. */
static uint32_t *place_of(const struct gw_nat_index *index, uint8_t family, uint8_t protocol,
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

/* The entry, which may just have been made. */
static struct gw_nat_entry *entry_of(struct gw_nat_index *index, uint8_t family, uint8_t protocol,
				     const uint8_t *address, uint16_t port)
{
	uint32_t *place = place_of(index, family, protocol, address, port);
	struct gw_nat_entry *e;

	if (*place)
		return &index->entries[*place];
	*place = index->used++;
	e = &index->entries[*place];
	e->family = family;
	e->protocol = protocol;
	e->port = port;
	memcpy(e->address, address, gw_address_length(family));
	return e;
}

/* One more VIP for the entry; NULL: any of several. */
static void add_source(struct gw_nat_entry *e, const uint8_t *source, uint16_t source_port,
		       uint32_t slot)
{
	uint32_t length = gw_address_length(e->family);

	if (!e->server) {
		e->server = slot;
		e->source_port = source_port;
		e->one = source != NULL;
		if (source)
			memcpy(e->source, source, length);
		return;
	}
	e->one = e->one && source && e->source_port == source_port &&
		 !memcmp(e->source, source, length);
}

/* Packets from any port may be those of a VIP of all ports. */
static void add_all(struct gw_nat_index *index, struct gw_nat_entry *all, const uint8_t *source,
		    uint32_t slot)
{
	add_source(all, source, 0, slot);
	for (uint32_t i = all->next; i; i = index->entries[i].next)
		index->entries[i].one = 0;
}

static void add_port(struct gw_nat_index *index, struct gw_nat_entry *all, uint16_t port,
		     uint8_t protocol, const uint8_t *source, uint16_t source_port, uint32_t slot)
{
	struct gw_nat_entry *e = entry_of(index, all->family, protocol, all->address, port);

	if (!e->server) {
		e->next = all->next;
		all->next = (uint32_t)(e - index->entries);
	}
	add_source(e, all->server ? NULL : source, source_port, slot);
}

void gw_nat_index_add(struct gw_nat_index *index, uint8_t family, const uint8_t *address,
		      uint16_t target_port, uint8_t protocol, const uint8_t *source,
		      uint16_t source_port, uint32_t slot)
{
	struct gw_nat_entry *all = entry_of(index, family, GW_PROTOCOL_ANY, address, 0);
	uint16_t port = target_port ? target_port : source_port;

	if (!port) {
		add_all(index, all, source, slot);
		return;
	}
	if (protocol != GW_IP_UDP)
		add_port(index, all, port, GW_IP_TCP, source, source_port, slot);
	if (protocol != GW_IP_TCP)
		add_port(index, all, port, GW_IP_UDP, source, source_port, slot);
}

const struct gw_nat_entry *gw_nat_find(const struct gw_nat_index *index, uint8_t family,
				       uint8_t protocol, const uint8_t *address, uint16_t port)
{
	uint32_t at = 0;

	if (!index)
		return NULL;
	if (port)
		at = *place_of(index, family, protocol, address, port);
	if (!at)
		at = *place_of(index, family, GW_PROTOCOL_ANY, address, 0);
	return index->entries[at].server ? &index->entries[at] : NULL;
}

bool gw_nat_is_server(const struct gw_nat_index *index, uint8_t family, const uint8_t *address)
{
	return index && *place_of(index, family, GW_PROTOCOL_ANY, address, 0);
}
