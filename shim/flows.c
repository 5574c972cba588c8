/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the established-connections tables while workers write them. A flow that begins, ends or
 * makes room for another during the look may be missed or shown with an age that is a moment old;
 * every flow that stays is shown once.
 */
#include <errno.h>

#include "bytes.h"
#include "flow_table.h"

#define LOOK 65536 /* buckets a call */

/* Where to go on: worker << 40 | bucket << 3 | place in the bucket. */
struct place {
	uint32_t worker, at;
	uint64_t bucket;
};

static struct place place_of(uint64_t cursor)
{
	return (struct place){ (uint32_t)(cursor >> 40), cursor & 7,
			       cursor >> 3 & ((UINT64_C(1) << 37) - 1) };
}

static uint64_t cursor_of(struct place place)
{
	return (uint64_t)place.worker << 40 | place.bucket << 3 | place.at;
}

static uint32_t born_of(const struct gw_key *key)
{
	return (uint32_t)(key->family_born & 0x7f) << 16 | key->born;
}

static void write_flow(struct gw_flow *out, const struct gw_worker *worker,
		       const struct gw_snapshot *snapshot, const struct gw_key *key,
		       uint32_t server, uint16_t seen)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->src, key->src, 16);
	memcpy(out->dst, key->dst, 16);
	out->family = key->family_born & GW_KEY_IP6 ? 6 : 4;
	out->protocol = key->protocol;
	out->src_port = key->src_port;
	out->dst_port = key->dst_port;
	out->worker = (uint16_t)worker->index;
	out->vip = snapshot->servers[server].vip;
	out->server = server;
	out->idle = (uint16_t)(worker->now - seen);
	out->age = (worker->now - born_of(key)) & 0x7fffff;
	if (out->age < out->idle) /* the key is just being written */
		out->age = out->idle;
}

/* True: written. */
static bool look_at(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		    struct place place, const struct gw_flow_query *query, struct gw_flow *out)
{
	const struct gw_bucket *b = &worker->flows.buckets[place.bucket];
	uint32_t server = __atomic_load_n(&b->server[place.at], __ATOMIC_ACQUIRE);
	uint16_t seen = __atomic_load_n(&b->seen[place.at], __ATOMIC_RELAXED);

	if (!gw_server_present(snapshot, server) ||
	    gw_flow_expired(seen, worker->now, snapshot->timeout))
		return false;
	if (query->server != GW_NONE && query->server != server)
		return false;
	if (query->vip != GW_NONE && query->vip != snapshot->servers[server].vip)
		return false;
	write_flow(out, worker, snapshot, &worker->flows.keys[place.bucket].key[place.at], server,
		   seen);
	return true;
}

static uint32_t look(const struct gw *gw, const struct gw_snapshot *snapshot,
		     struct gw_flow_query *query, struct gw_flow *out, uint32_t max)
{
	struct place place = place_of(query->cursor);
	uint32_t written = 0;

	for (uint32_t looked = 0; place.worker < gw->workers_count; place.at = 0) {
		const struct gw_worker *worker = gw->workers[place.worker];

		if (!worker->flows.buckets || place.bucket > worker->flows.mask) {
			place = (struct place){ place.worker + 1, 0, 0 };
			continue;
		}
		if (looked++ == LOOK)
			break;
		for (; place.at < GW_BUCKET_FLOWS; place.at++) {
			if (written == max)
				goto full;
			written += look_at(worker, snapshot, place, query, &out[written]);
		}
		place.bucket++;
	}
full:
	query->cursor = place.worker < gw->workers_count ? cursor_of(place) : 0;
	return written;
}

GW_API int gw_flows(struct gw *gw, struct gw_flow_query *query, struct gw_flow *out, uint32_t max)
{
	struct gw_snapshot *snapshot;
	uint32_t written = 0;

	if (!max || max > INT32_MAX)
		return -EINVAL;
	pthread_mutex_lock(&gw->lock);
	snapshot = atomic_load(&gw->snapshot);
	if (snapshot)
		written = look(gw, snapshot, query, out, max);
	else
		query->cursor = 0;
	pthread_mutex_unlock(&gw->lock);
	return (int)written;
}

GW_API int gw_table_use(struct gw *gw, uint32_t worker, struct gw_table_use *out)
{
	const struct gw_flow_table *table;

	memset(out, 0, sizeof(*out));
	if (worker >= gw->workers_count)
		return -EINVAL;
	pthread_mutex_lock(&gw->lock);
	table = &gw->workers[worker]->flows;
	out->buckets = table->buckets ? (uint64_t)table->mask + 1 : 0;
	out->flows = __atomic_load_n(&table->flows, __ATOMIC_RELAXED);
	out->capacity = out->buckets * GW_BUCKET_FLOWS;
	pthread_mutex_unlock(&gw->lock);
	return 0;
}
