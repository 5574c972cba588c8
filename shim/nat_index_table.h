/* SPDX-License-Identifier: Apache-2.0 */
/* What the index of nat servers is made of: for the nat_index*.c files. */
#ifndef GW_NAT_INDEX_TABLE_H
#define GW_NAT_INDEX_TABLE_H

#include "nat_index.h"

struct gw_nat_index {
	struct gw_nat_entry *entries;  /* [0] is nobody's */
	uint32_t *table;               /* places of entries, 0: free */
	uint32_t used;
	uint32_t shift;                /* 64 - log2(length of the table) */
};

/* nat_index.c: where in the table the entry is, or would stand. */
uint32_t *gw_nat_place(const struct gw_nat_index *index, uint8_t family, uint8_t protocol,
		       const uint8_t *address, uint16_t port);

#endif
