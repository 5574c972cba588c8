/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Destination -> VIP. One hash table for each prefix length in use, looked through from the longest
 * to the shortest; the first prefix that holds the address decides. A prefix whose VIPs have ports
 * has a number, and a second table leads from number, protocol and port to the VIP.
 */
#include <stdlib.h>

#include "bytes.h"
#include "vip.h"

/* An address as two words in host order, IPv4 in the upper half of the first. */
struct address {
	uint64_t hi, lo;
};

struct entry {
	struct address prefix;
	const struct gw_vip *all; /* the VIP of all ports, or NULL */
	uint32_t by_port;         /* number of the prefix in the table of ports; 0: none */
	uint32_t used;
};

struct length {
	struct address mask;
	struct entry *entries;
	uint32_t shift; /* 64 - log2(entries) */
	uint32_t bits;  /* prefix length */
	uint32_t prefixes;
	const struct entry *only; /* the one entry, where there is no other: needs no hash */
};

struct port_entry {
	uint64_t key; /* 0: free */
	const struct gw_vip *vip;
};

struct family {
	uint32_t count;
	struct length *lengths; /* longest first */
};

struct gw_vip_index {
	struct family family[2]; /* IPv4, IPv6 */
	struct port_entry *ports;
	uint32_t ports_shift;
	uint32_t prefixes; /* numbers given to prefixes with ports */
};

static inline uint64_t mix(uint64_t hi, uint64_t lo)
{
	uint64_t h = hi * 0x9e3779b97f4a7c15u;

	h ^= h >> 32;
	return (h + lo) * 0xbf58476d1ce4e5b9u;
}

static inline bool is_prefix(const struct entry *e, struct address prefix)
{
	return ((e->prefix.hi ^ prefix.hi) | (e->prefix.lo ^ prefix.lo)) == 0;
}

/* The entry of the prefix, or the free one where it would stand. */
static inline struct entry *entry_of(const struct length *length, struct address prefix)
{
	uint64_t mask = (UINT64_C(1) << (64 - length->shift)) - 1;
	uint64_t at = mix(prefix.hi, prefix.lo) >> length->shift;

	for (;; at = (at + 1) & mask) {
		struct entry *e = &length->entries[at];

		if (!e->used || is_prefix(e, prefix))
			return e;
	}
}

static inline uint64_t port_key(uint32_t number, uint8_t protocol, uint16_t port)
{
	return (uint64_t)number << 24 | (uint64_t)protocol << 16 | port;
}

static inline struct port_entry *port_entry_of(const struct gw_vip_index *index, uint64_t key)
{
	uint64_t mask = (UINT64_C(1) << (64 - index->ports_shift)) - 1;
	uint64_t at = mix(key, 0) >> index->ports_shift;

	while (index->ports[at].key && index->ports[at].key != key)
		at = (at + 1) & mask;
	return &index->ports[at];
}

static inline uint8_t decide(const struct gw_vip_index *index, const struct entry *e,
			     struct gw_packet *p)
{
	const struct gw_vip *vip = NULL;

	if (e->by_port)
		vip = port_entry_of(index, port_key(e->by_port, p->protocol, p->dst_port))->vip;
	p->vip = vip ? vip : e->all;
	return p->vip ? GW_FORWARDED : GW_DROP_NO_PORT;
}

static inline uint8_t lookup(const struct gw_vip_index *index, struct gw_packet *p)
{
	const struct family *family = &index->family[p->family == 6];
	const uint8_t *ip = p->data + p->l3;
	struct address to = { 0, 0 };

	if (gw_likely(p->family == 4))
		to.hi = (uint64_t)gw_be32(gw_load32(ip + 16)) << 32;
	else
		to = (struct address){ gw_be64(gw_load64(ip + 24)), gw_be64(gw_load64(ip + 32)) };
	for (uint32_t i = 0; i < family->count; i++) {
		const struct length *length = &family->lengths[i];
		struct address prefix = { to.hi & length->mask.hi, to.lo & length->mask.lo };
		const struct entry *e = length->only;

		if (gw_likely(e)) {
			if (gw_likely(is_prefix(e, prefix)))
				return decide(index, e, p);
			continue;
		}
		e = entry_of(length, prefix);
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

/* ---- Building ---- */

static struct address key_address(const struct gw_vip_key *key)
{
	if (key->family == 4)
		return (struct address){ (uint64_t)gw_be32(gw_load32(key->prefix)) << 32, 0 };
	return (struct address){ gw_be64(gw_load64(key->prefix)),
				 gw_be64(gw_load64(key->prefix + 8)) };
}

static struct address mask_of(uint32_t bits)
{
	return (struct address){
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

/* Counts the prefixes of each length and makes their tables. */
static int family_build(struct family *family, uint8_t number, const struct gw_vip_key *keys,
			uint32_t count)
{
	uint32_t by_bits[129] = { 0 };

	for (uint32_t i = 0; i < count; i++)
		if (keys[i].family == number)
			by_bits[keys[i].prefix_len]++;
	for (int bits = 0; bits <= 128; bits++)
		family->count += by_bits[bits] != 0;
	family->lengths = calloc(family->count + 1, sizeof(*family->lengths));
	if (!family->lengths) {
		family->count = 0;
		return -1;
	}
	struct length *length = family->lengths;
	for (int bits = 128; bits >= 0; bits--) {
		if (!by_bits[bits])
			continue;
		length->bits = (uint32_t)bits;
		length->mask = mask_of((uint32_t)bits);
		length->shift = shift_for(by_bits[bits]);
		length->entries = calloc(UINT64_C(1) << (64 - length->shift), sizeof(struct entry));
		if (!length->entries)
			return -1;
		length++;
	}
	return 0;
}

/* False: the index holds that key already. */
static bool add(struct gw_vip_index *index, const struct gw_vip_key *key, const struct gw_vip *vip)
{
	struct length *length = index->family[key->family == 6].lengths;
	struct entry *e;
	struct port_entry *port;

	while (length->bits != key->prefix_len)
		length++;
	e = entry_of(length, key_address(key));
	if (!e->used)
		length->only = length->prefixes++ ? NULL : e;
	e->used = 1;
	e->prefix = key_address(key);
	if (!key->port) {
		bool fresh = !e->all;

		e->all = vip;
		return fresh;
	}
	if (!e->by_port)
		e->by_port = ++index->prefixes;
	port = port_entry_of(index, port_key(e->by_port, key->protocol, key->port));
	if (port->key)
		return false;
	port->key = port_key(e->by_port, key->protocol, key->port);
	port->vip = vip;
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
		if (!add(index, &keys[i], &vips[i])) {
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
