/* SPDX-License-Identifier: Apache-2.0 */
/* Servers for an index of nat servers. */
#ifndef GW_TEST_NAT_GIVEN_H
#define GW_TEST_NAT_GIVEN_H

#include "nat_index.h"

/* A server of a VIP that is not sticky. */
static inline void give_nat(struct gw_nat_index *index, uint8_t family, const uint8_t *address,
			    uint16_t target_port, uint8_t protocol, const uint8_t *source,
			    uint16_t source_port, uint32_t slot)
{
	struct gw_nat_server server = { .address = address,
					.family = family,
					.protocol = protocol,
					.target_port = target_port,
					.source = source,
					.source_port = source_port,
					.slot = slot };

	gw_nat_index_add(index, &server);
}

#endif
