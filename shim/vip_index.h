/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prefix, protocol and port -> VIP. One hash table for each prefix length in use; a prefix whose
 * VIPs have ports has a number, and a second table leads from number, protocol and port to the VIP.
 */
#ifndef GW_VIP_INDEX_H
#define GW_VIP_INDEX_H

#include "bytes.h"
#include "state.h"

/* What the index finds a VIP by. Host bits of the prefix are 0. */
struct gw_vip_key {
	uint8_t prefix[16];
	uint8_t family, prefix_len, protocol;
	uint8_t node; /* 1: the node's own address */
	uint16_t port;
	uint32_t vip; /* index into the VIPs */
};

/* An index of `count` keys; the VIPs themselves must outlive it. NULL: no memory, or (with
 * *duplicate set to the place of the second) two keys are the same. */
struct gw_vip_index *gw_vip_index_new(const struct gw_vip_key *keys, const struct gw_vip *vips,
				      uint32_t count, uint32_t *duplicate);
void gw_vip_index_free(struct gw_vip_index *index);

/* An address as two words in host order, IPv4 in the upper half of the first. */
struct gw_vip_address {
	uint64_t hi, lo;
};

/* A prefix. */
struct gw_vip_entry {
	struct gw_vip_address prefix;
	const struct gw_vip *all; /* the VIP of all ports, or NULL */
	const struct gw_vip *echo; /* whose GW_VIP_ECHO counts: `all`, else the first VIP by port;
				      NULL: the node's own address */
	const struct gw_vip *only; /* the one VIP by port, where there is no other: needs no hash */
	uint64_t only_key;         /* its key in the table of ports; 0: none, or several */
	uint32_t by_port;         /* number of the prefix in the table of ports; 0: none */
	uint16_t used, ports; /* ports: how many keys have one, 2 for any more */
};

/* All prefixes of one length. */
struct gw_vip_length {
	struct gw_vip_address mask;
	struct gw_vip_entry *entries;
	uint32_t shift; /* 64 - log2(entries) */
	uint32_t bits;  /* prefix length */
	uint32_t prefixes;
	const struct gw_vip_entry *only; /* the one entry, where there is no other: needs no hash */
};

struct gw_vip_port {
	uint64_t key; /* 0: free */
	const struct gw_vip *vip;
};

struct gw_vip_family {
	uint32_t count;
	struct gw_vip_length *lengths; /* longest first */
};

struct gw_vip_index {
	struct gw_vip_family family[2]; /* IPv4, IPv6 */
	struct gw_vip_port *ports;
	uint32_t ports_shift;
	uint32_t prefixes; /* numbers given to prefixes with ports */
};

static inline struct gw_vip_address gw_vip_address_of(const uint8_t *bytes, uint8_t family)
{
	if (gw_likely(family == 4))
		return (struct gw_vip_address){ (uint64_t)gw_be32(gw_load32(bytes)) << 32, 0 };
	return (struct gw_vip_address){ gw_be64(gw_load64(bytes)), gw_be64(gw_load64(bytes + 8)) };
}

static inline uint64_t gw_vip_mix(uint64_t hi, uint64_t lo)
{
	uint64_t h = hi * 0x9e3779b97f4a7c15u;

	h ^= h >> 32;
	return (h + lo) * 0xbf58476d1ce4e5b9u;
}

static inline bool gw_vip_is_prefix(const struct gw_vip_entry *e, struct gw_vip_address prefix)
{
	return ((e->prefix.hi ^ prefix.hi) | (e->prefix.lo ^ prefix.lo)) == 0;
}

/* The entry of the prefix, or the free one where it would stand. */
static inline struct gw_vip_entry *gw_vip_entry_of(const struct gw_vip_length *length,
						   struct gw_vip_address prefix)
{
	uint64_t mask = (UINT64_C(1) << (64 - length->shift)) - 1;
	uint64_t at = gw_vip_mix(prefix.hi, prefix.lo) >> length->shift;

	for (;; at = (at + 1) & mask) {
		struct gw_vip_entry *e = &length->entries[at];

		if (!e->used || gw_vip_is_prefix(e, prefix))
			return e;
	}
}

/* The longest prefix that holds the address; NULL: none does. */
static inline const struct gw_vip_entry *
gw_vip_prefix_of(const struct gw_vip_index *index, uint8_t family, const uint8_t *dst)
{
	const struct gw_vip_family *lengths = &index->family[family == 6];
	struct gw_vip_address to = gw_vip_address_of(dst, family);

	for (uint32_t i = 0; i < lengths->count; i++) {
		const struct gw_vip_length *length = &lengths->lengths[i];
		struct gw_vip_address prefix = { to.hi & length->mask.hi, to.lo & length->mask.lo };
		const struct gw_vip_entry *e = length->only;

		if (gw_likely(e)) {
			if (gw_likely(gw_vip_is_prefix(e, prefix)))
				return e;
			continue;
		}
		e = gw_vip_entry_of(length, prefix);
		if (e->used)
			return e;
	}
	return NULL;
}

static inline uint64_t gw_vip_port_key(uint32_t number, uint8_t protocol, uint16_t port)
{
	return (uint64_t)number << 24 | (uint64_t)protocol << 16 | port;
}

static inline struct gw_vip_port *gw_vip_port_of(const struct gw_vip_index *index, uint64_t key)
{
	uint64_t mask = (UINT64_C(1) << (64 - index->ports_shift)) - 1;
	uint64_t at = gw_vip_mix(key, 0) >> index->ports_shift;

	while (index->ports[at].key && index->ports[at].key != key)
		at = (at + 1) & mask;
	return &index->ports[at];
}

#endif
