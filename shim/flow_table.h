/* SPDX-License-Identifier: Apache-2.0 */
/* The established-connections table as a thing: made, moved, aged, emptied, read. What happens to a
 * packet is in flow.c. */
#ifndef GW_FLOW_TABLE_H
#define GW_FLOW_TABLE_H

#include "state.h"
#include "way.h"

/* An empty table; -ENOMEM and err when there is no memory for it. */
int gw_flow_table_new(struct gw_flow_table *table, uint32_t buckets, char *err);
void gw_flow_table_free(struct gw_flow_table *table);
/* Gives the worker, which must not run meanwhile, the empty table `next` in place of its own, with
 * every flow that has not ended and finds room, hashed by the snapshot's key. */
void gw_flow_table_move(struct gw_worker *worker, struct gw_flow_table *next,
			const struct gw_snapshot *snapshot);
/* Forgets every flow. */
void gw_flow_table_clear(struct gw_worker *worker);

/* When a packet of the worker's burst taught what it teaches: packets that came later teach
 * later. */
static inline uint64_t gw_taught_by(const struct gw_worker *worker, const struct gw_packet *p)
{
	return worker->stamp + (uint64_t)(p - worker->burst);
}

static inline bool gw_flow_expired(uint16_t seen, uint32_t now, uint32_t timeout)
{
	return (uint16_t)(now - seen) > timeout;
}

static inline bool gw_server_present(const struct gw_snapshot *snapshot, uint32_t server)
{
	return server && server < snapshot->servers_len &&
	       snapshot->servers[server].kind != GW_SERVER_ABSENT;
}

/* Whether flow or way i of bucket `at`, which must not be free, is over. */
static inline bool gw_flow_ended(const struct gw_worker *worker,
				 const struct gw_snapshot *snapshot, uint64_t at, uint32_t i)
{
	const struct gw_bucket *b = &worker->flows.buckets[at];
	uint32_t server = b->server[i] & ~GW_WAY;

	if (!gw_server_present(snapshot, server))
		return true;
	if (!gw_flow_expired(b->seen[i], worker->now, snapshot->timeout))
		return false;
	return !(b->server[i] & GW_WAY) ||
	       !gw_way_wanted(worker, snapshot, &worker->flows.keys[at].key[i], server);
}

/* Forgets flow or way i of the bucket, which must not be free. */
static inline void gw_flow_release(struct gw_worker *worker, struct gw_bucket *bucket, uint32_t i)
{
	uint32_t server = bucket->server[i];

	bucket->server[i] = 0;
	if (gw_unlikely(server & GW_WAY)) {
		server &= ~GW_WAY;
		worker->server_counters[(uint64_t)server * GW_S_STRIDE + GW_S_RETURN_FLOWS]--;
		worker->flows.ways--;
		return;
	}
	worker->server_counters[(uint64_t)server * GW_S_STRIDE + GW_S_FLOWS]--;
	worker->flows.flows--;
}

/* The same for one that is over. Ways are not flows: nobody counts their end. */
static inline void gw_flow_end(struct gw_worker *worker, struct gw_bucket *bucket, uint32_t i)
{
	worker->counters[GW_W_FLOWS_EXPIRED] += !(bucket->server[i] & GW_WAY);
	gw_flow_release(worker, bucket, i);
}

#endif
