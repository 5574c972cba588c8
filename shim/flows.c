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

/* What is asked for. */
struct wanted {
	const struct gw_snapshot *snapshot;
	const struct gw_flow_query *query;
	const uint8_t *servers; /* by slot id; NULL: any */
};

static bool is_server(const struct wanted *wanted, uint32_t server)
{
	return !wanted->servers ||
	       (server < wanted->query->servers_count && wanted->servers[server]);
}

static bool is_client(const struct gw_flow_query *query, const struct gw_flow *flow)
{
	uint32_t whole = query->client_len / 8, rest = query->client_len % 8;

	if (!query->family)
		return true;
	if (flow->family != query->family || memcmp(flow->src, query->client, whole))
		return false;
	if (rest && (flow->src[whole] ^ query->client[whole]) >> (8 - rest))
		return false;
	return !query->client_port || flow->src_port == query->client_port;
}

/* True: written. */
static bool look_at(const struct gw_worker *worker, const struct wanted *wanted,
		    struct place place, struct gw_flow *out)
{
	const struct gw_bucket *b = &worker->flows.buckets[place.bucket];
	const struct gw_snapshot *snapshot = wanted->snapshot;
	uint32_t server = __atomic_load_n(&b->server[place.at], __ATOMIC_ACQUIRE);
	uint16_t seen = __atomic_load_n(&b->seen[place.at], __ATOMIC_RELAXED);
	bool fits = is_server(wanted, server);

	if (!gw_server_present(snapshot, server) ||
	    gw_flow_expired(seen, worker->now, snapshot->timeout))
		return false;
	/* A key is another cache line: only those are read that can matter. */
	if (!fits && !wanted->query->either)
		return false;
	if (wanted->query->vip != GW_NONE && wanted->query->vip != snapshot->servers[server].vip)
		return false;
	write_flow(out, worker, snapshot, &worker->flows.keys[place.bucket].key[place.at], server,
		   seen);
	return (fits && wanted->query->either) || is_client(wanted->query, out);
}

/* Behind the last worker that is wanted. */
static uint32_t workers_end(const struct gw *gw, const struct gw_flow_query *query)
{
	return query->worker < gw->workers_count ? query->worker + 1 : gw->workers_count;
}

static struct place first_place(const struct gw_flow_query *query)
{
	struct place place = place_of(query->cursor);

	if (query->worker != GW_NONE && place.worker < query->worker)
		place = (struct place){ query->worker, 0, 0 };
	return place;
}

static uint32_t look(const struct gw *gw, const struct gw_snapshot *snapshot,
		     struct gw_flow_query *query, const uint8_t *servers, struct gw_flow *out,
		     uint32_t max)
{
	struct wanted wanted = { snapshot, query, servers };
	struct place place = first_place(query);
	uint32_t written = 0, end = workers_end(gw, query);

	for (uint32_t looked = 0; place.worker < end; place.at = 0) {
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
			written += look_at(worker, &wanted, place, &out[written]);
		}
		place.bucket++;
	}
full:
	query->cursor = place.worker < end ? cursor_of(place) : 0;
	return written;
}

GW_API int gw_flows(struct gw *gw, struct gw_flow_query *query, const uint8_t *servers,
		    struct gw_flow *out, uint32_t max)
{
	struct gw_snapshot *snapshot;
	uint32_t written = 0;

	if (!max || max > INT32_MAX || query->client_len > 128)
		return -EINVAL;
	pthread_mutex_lock(&gw->lock);
	snapshot = atomic_load(&gw->snapshot);
	if (snapshot)
		written = look(gw, snapshot, query, servers, out, max);
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
