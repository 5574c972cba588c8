/* SPDX-License-Identifier: Apache-2.0 */
/* The index of VIPs, made once for a snapshot. */
#include <stdlib.h>

#include "vip_index.h"

static struct gw_vip_address mask_of(uint32_t bits)
{
	return (struct gw_vip_address){
		bits >= 64 ? UINT64_MAX : ~(UINT64_MAX >> bits),
		bits <= 64 ? 0 : bits >= 128 ? UINT64_MAX : ~(UINT64_MAX >> (bits - 64)),
	};
}

/* 64 - log2 of a table for `count` entries that is at most half full. */
static uint32_t shift_for(uint32_t count)
{
	uint32_t shift = 63;

	while ((UINT64_C(1) << (64 - shift)) < 2 * (uint64_t)count)
		shift--;
	return shift;
}

static int length_build(struct gw_vip_length *length, uint32_t bits, uint32_t prefixes)
{
	length->bits = bits;
	length->mask = mask_of(bits);
	length->shift = shift_for(prefixes);
	length->entries = calloc(UINT64_C(1) << (64 - length->shift), sizeof(*length->entries));
	return length->entries ? 0 : -1;
}

/* Counts the prefixes of each length and makes their tables. */
static int family_build(struct gw_vip_family *family, uint8_t number, const struct gw_vip_key *keys,
			uint32_t count)
{
	uint32_t by_bits[129] = { 0 }, lengths = 0;

	for (uint32_t i = 0; i < count; i++)
		if (keys[i].family == number)
			by_bits[keys[i].prefix_len]++;
	for (int bits = 0; bits <= 128; bits++)
		lengths += by_bits[bits] != 0;
	family->lengths = calloc(lengths + 1, sizeof(*family->lengths));
	if (!family->lengths)
		return -1;
	for (uint32_t bits = 129; bits--;)
		if (by_bits[bits] &&
		    length_build(&family->lengths[family->count++], bits, by_bits[bits]))
			return -1;
	return 0;
}

/* The key's prefix, which may just have got its place. */
static struct gw_vip_entry *add_prefix(struct gw_vip_index *index, const struct gw_vip_key *key)
{
	struct gw_vip_address prefix = gw_vip_address_of(key->prefix, key->family);
	struct gw_vip_length *length = index->family[key->family == 6].lengths;
	struct gw_vip_entry *e;

	while (length->bits != key->prefix_len)
		length++;
	e = gw_vip_entry_of(length, prefix);
	if (!e->used)
		length->only = length->prefixes++ ? NULL : e;
	e->used = 1;
	e->prefix = prefix;
	return e;
}

/* False: the index holds that key already. */
static bool add(struct gw_vip_index *index, const struct gw_vip_key *key, const struct gw_vip *vip)
{
	struct gw_vip_entry *e = add_prefix(index, key);
	struct gw_vip_port *port;
	uint64_t number;

	if (!key->port) {
		bool fresh = !e->all;

		e->all = e->echo = vip;
		return fresh;
	}
	if (!key->node && !e->echo)
		e->echo = vip;
	if (!e->by_port)
		e->by_port = ++index->prefixes;
	number = gw_vip_port_key(e->by_port, key->protocol, key->port);
	port = gw_vip_port_of(index, number);
	if (port->key)
		return false;
	port->key = number;
	port->vip = vip;
	e->only_key = e->ports ? 0 : number;
	e->only = vip;
	e->ports += e->ports < 2;
	return true;
}

static uint32_t count_by_port(const struct gw_vip_key *keys, uint32_t count)
{
	uint32_t by_port = 0;

	for (uint32_t i = 0; i < count; i++)
		by_port += keys[i].port != 0;
	return by_port;
}

struct gw_vip_index *gw_vip_index_new(const struct gw_vip_key *keys, const struct gw_vip *vips,
				      uint32_t count, uint32_t *duplicate)
{
	struct gw_vip_index *index = calloc(1, sizeof(*index));

	*duplicate = GW_NONE;
	if (!index)
		return NULL;
	index->ports_shift = shift_for(count_by_port(keys, count));
	index->ports = calloc(UINT64_C(1) << (64 - index->ports_shift), sizeof(*index->ports));
	if (!index->ports || family_build(&index->family[0], 4, keys, count) ||
	    family_build(&index->family[1], 6, keys, count))
		goto failed;
	for (uint32_t i = 0; i < count; i++) {
		if (!add(index, &keys[i], &vips[keys[i].vip])) {
			*duplicate = i;
			goto failed;
		}
	}
	return index;
failed:
	gw_vip_index_free(index);
	return NULL;
}

void gw_vip_index_free(struct gw_vip_index *index)
{
	if (!index)
		return;
	for (int f = 0; f < 2; f++) {
		for (uint32_t i = 0; i < index->family[f].count; i++)
			free(index->family[f].lengths[i].entries);
		free(index->family[f].lengths);
	}
	free(index->ports);
	free(index);
}
