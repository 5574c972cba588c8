/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_FLOW_H
#define GW_FLOW_H

#include "state.h"

/* The step, in three turns over the burst so that each finds in the cache what the one before asked
 * for: hashes and buckets; then servers, or what a first packet needs; then the decision. */
void gw_flow_hash(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		  struct gw_packet *packets, uint32_t count);
void gw_flow_prefetch(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		      struct gw_packet *packets, uint32_t count);
void gw_flow_decide(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		    struct gw_packet *packets, uint32_t count);

#endif
