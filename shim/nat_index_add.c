/* SPDX-License-Identifier: Apache-2.0 */
/* The index of nat servers, made from one after the other. */
#include <stdlib.h>

#include "ip.h"
#include "nat_index_table.h"

#define EACH 3 /* most entries for one server: its address, TCP, UDP */

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

/* The entry, which may just have been made. */
static struct gw_nat_entry *entry_of(struct gw_nat_index *index, uint8_t family, uint8_t protocol,
				     const uint8_t *address, uint16_t port)
{
	uint32_t *place = gw_nat_place(index, family, protocol, address, port);
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

static void add_server(struct gw_nat_entry *e, const struct gw_nat_server *server)
{
	uint32_t length = gw_address_length(e->family);
	bool one = server->source && !server->node;

	e->sticky |= server->sticky;
	if (e->server) {
		e->one &= one && e->source_port == server->source_port &&
			  !memcmp(e->source, server->source, length);
		return;
	}
	e->server = server->slot;
	e->one = one;
	e->source_port = server->source_port;
	if (one)
		memcpy(e->source, server->source, length);
}

static void add_port(struct gw_nat_index *index, struct gw_nat_entry *all, uint16_t port,
		     uint8_t protocol, const struct gw_nat_server *server)
{
	struct gw_nat_entry *e = entry_of(index, all->family, protocol, all->address, port);

	if (!e->server) {
		e->next = all->next;
		all->next = (uint32_t)(e - index->entries);
	}
	add_server(e, server);
}

void gw_nat_index_add(struct gw_nat_index *index, const struct gw_nat_server *server)
{
	struct gw_nat_entry *all = entry_of(index, server->family, GW_PROTOCOL_ANY,
					    server->address, 0);
	uint16_t port = server->target_port ? server->target_port : server->source_port;

	if (!port) {
		add_server(all, server);
		return;
	}
	if (server->protocol != GW_IP_UDP)
		add_port(index, all, port, GW_IP_TCP, server);
	if (server->protocol != GW_IP_TCP)
		add_port(index, all, port, GW_IP_UDP, server);
}

/* Packets from any port may be those of a VIP of all ports. */
void gw_nat_index_end(struct gw_nat_index *index)
{
	for (uint32_t i = 1; i < index->used; i++) {
		struct gw_nat_entry *e = &index->entries[i];
		uint32_t all = *gw_nat_place(index, e->family, GW_PROTOCOL_ANY, e->address, 0);

		if (e->protocol == GW_PROTOCOL_ANY || !index->entries[all].server)
			continue;
		e->one = 0;
		e->sticky |= index->entries[all].sticky;
	}
}
