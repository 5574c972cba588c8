/* SPDX-License-Identifier: Apache-2.0 */
/* The established-connections table as a thing: made, moved, aged, emptied, read. What happens to a
 * packet is in flow.c. */
#ifndef GW_FLOW_TABLE_H
#define GW_FLOW_TABLE_H

#include "state.h"

/* An empty table; -ENOMEM and err when there is no memory for it. */
int gw_flow_table_new(struct gw_flow_table *table, uint32_t buckets, char *err);
void gw_flow_table_free(struct gw_flow_table *table);
/* Gives the worker, which must not run meanwhile, the empty table `next` in place of its own, with
 * every flow that has not ended and finds room, hashed by the snapshot's key. */
void gw_flow_table_move(struct gw_worker *worker, struct gw_flow_table *next,
			const struct gw_snapshot *snapshot);
/* Forgets every flow. */
void gw_flow_table_clear(struct gw_worker *worker);

static inline bool gw_flow_expired(uint16_t seen, uint32_t now, uint32_t timeout)
{
	return (uint16_t)(now - seen) > timeout;
}

static inline bool gw_server_present(const struct gw_snapshot *snapshot, uint32_t server)
{
	return server && server < snapshot->servers_len &&
	       snapshot->servers[server].kind != GW_SERVER_ABSENT;
}

/* Forgets flow i of the bucket, which must not be free. */
static inline void gw_flow_release(struct gw_worker *worker, struct gw_bucket *bucket, uint32_t i)
{
	worker->server_counters[(uint64_t)bucket->server[i] * GW_S_STRIDE + GW_S_FLOWS]--;
	worker->flows.flows--;
	bucket->server[i] = 0;
}

#endif
