/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_PARSE_H
#define GW_PARSE_H

#include "state.h"

/* Fills the parse group of every packet and clears what later steps fill. The packets' first bytes
 * should be on their way to the cache. Returns the GW_IS_* of all of them together. */
uint32_t gw_parse(const struct gw_snapshot *snapshot, struct gw_packet *packets, uint32_t count);

#endif
