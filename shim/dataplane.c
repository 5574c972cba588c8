/* SPDX-License-Identifier: Apache-2.0 */
/* What a simulation and a real data plane share: begin, commit, counters, end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "flow_memory.h"
#include "flow_table.h"
#include "fragment.h"
#include "snapshot.h"

int gw_init(struct gw *gw, uint32_t workers_count, char *err)
{
	pthread_mutex_init(&gw->lock, NULL);
	for (uint32_t i = 0; i < workers_count; i++) {
		struct gw_worker *worker = aligned_alloc(GW_CACHE_LINE, sizeof(*worker));
		int rc;

		if (!worker)
			rc = gw_error(err, ENOMEM, "no memory for worker %u", i);
		else
			rc = gw_worker_init(worker, i, err);
		if (rc) {
			free(worker);
			gw_fini(gw);
			return rc;
		}
		gw->workers[i] = worker;
		gw->workers_count = gw->peers_count = i + 1;
	}
	for (uint32_t i = 0; i < workers_count; i++) {
		gw->workers[i]->peers = gw->workers;
		gw->workers[i]->peers_count = workers_count;
	}
	return 0;
}

void gw_fini(struct gw *gw)
{
	for (uint32_t i = 0; i < gw->peers_count; i++) {
		gw_worker_free(gw->workers[i]);
		free(gw->workers[i]);
	}
	gw->workers_count = gw->peers_count = 0;
	gw_flow_memory_end(gw);
	if (gw->peek)
		gw_worker_free(gw->peek);
	free(gw->peek);
	gw_snapshot_free(atomic_exchange(&gw->snapshot, NULL));
	pthread_mutex_destroy(&gw->lock);
}

/* Whether all flows are to stand elsewhere, wherever they are. */
static bool rehashes(const struct gw *gw, const struct gw_snapshot *next)
{
	const struct gw_snapshot *old = atomic_load(&gw->snapshot);

	return old ? gw_snapshot_rehashes(old, next) : gw_flow_memory_rehashes(gw, next);
}

/* Buckets that a worker's table, or an ancestor's, is to have. */
static uint32_t buckets_of(const struct gw *gw, const struct gw_snapshot *next, uint32_t i)
{
	return i < gw->workers_count ? next->buckets : gw->workers[i]->flows.mask + 1;
}

/* Whether the flows that are remembered may stay where they are: as many buckets, the same hash. */
static bool fits(const struct gw *gw, const struct gw_snapshot *next, uint32_t i)
{
	const struct gw_flow_table *table = &gw->workers[i]->flows;

	return table->buckets && table->mask == buckets_of(gw, next, i) - 1 &&
	       !memcmp(table->hash_key, next->hash_key, sizeof(next->hash_key));
}

static bool tables_fit(const struct gw *gw, const struct gw_snapshot *next)
{
	for (uint32_t i = 0; i < gw->peers_count; i++)
		if (!fits(gw, next, i))
			return false;
	return !rehashes(gw, next);
}

static void free_tables(struct gw_flow_table *tables, uint32_t count)
{
	while (count)
		gw_flow_table_free(&tables[--count]);
}

/* Those that do not fit; the others stay empty. */
static int new_tables(const struct gw *gw, const struct gw_snapshot *next,
		      struct gw_flow_table *tables, char *err)
{
	bool all = rehashes(gw, next);

	memset(tables, 0, gw->peers_count * sizeof(*tables));
	for (uint32_t i = 0; i < gw->peers_count; i++) {
		uint32_t buckets = buckets_of(gw, next, i);
		int rc = 0;

		if (!all && fits(gw, next, i))
			continue;
		if (gw->memory)
			rc = gw_flow_memory_table(gw, gw->workers[i], buckets, &tables[i], err);
		else
			rc = gw_flow_table_new(&tables[i], buckets, err);
		if (rc) {
			free_tables(tables, i);
			return rc;
		}
	}
	return 0;
}

static void quiesce(struct gw *gw)
{
	if (gw->ops)
		gw->ops->quiesce(gw);
}

/* The workers rest while their flows move. */
static struct gw_snapshot *swap_and_move(struct gw *gw, struct gw_snapshot *next,
					 struct gw_flow_table *tables)
{
	struct gw_snapshot *old = atomic_exchange(&gw->snapshot, NULL);

	if (old)
		quiesce(gw);
	for (uint32_t i = 0; i < gw->peers_count; i++)
		if (tables[i].buckets)
			gw_flow_table_move(gw->workers[i], &tables[i], next);
	atomic_store(&gw->snapshot, next);
	quiesce(gw);
	return old;
}

static int swap(struct gw *gw, struct gw_snapshot *next, char *err)
{
	struct gw_flow_table tables[GW_MAX_WORKERS + GW_MAX_ANCESTORS];
	struct gw_snapshot *old;
	int rc = gw->ops ? gw->ops->check(gw, next, err) : 0;

	if (rc)
		return rc;
	if (tables_fit(gw, next)) {
		old = atomic_exchange(&gw->snapshot, next);
		quiesce(gw);
	} else {
		rc = new_tables(gw, next, tables, err);
		if (rc)
			return rc;
		old = swap_and_move(gw, next, tables);
	}
	gw_snapshot_free(old);
	gw_flow_memory_begun(gw);
	return 0;
}

GW_API int gw_commit(struct gw *gw, const void *image, uint64_t length, char *err)
{
	struct gw_snapshot *next;
	int rc = gw_snapshot_build(image, length, &next, err);

	if (rc)
		return rc;
	pthread_mutex_lock(&gw->lock);
	rc = swap(gw, next, err);
	pthread_mutex_unlock(&gw->lock);
	if (rc)
		gw_snapshot_free(next);
	return rc;
}

/* Fragments that wait in a simulation, which gave them memory of their own. */
static void drop_waiting(struct gw *gw)
{
	void *buffers[GW_HELD_MOST];

	for (uint32_t i = 0; i < gw->workers_count; i++) {
		uint32_t count = gw_fragments_end(gw->workers[i], buffers);

		while (count)
			free(buffers[--count]);
	}
}

GW_API int gw_close(struct gw *gw, char *err)
{
	if (gw->ops)
		return gw->ops->close(gw, err);
	drop_waiting(gw);
	gw_fini(gw);
	free(gw);
	return 0;
}

GW_API int gw_memory(struct gw *gw, uint32_t kind, uint32_t worker, void **data, uint64_t *bytes)
{
	const struct gw_worker *w;

	if (worker >= gw->workers_count)
		return -EINVAL;
	w = gw->workers[worker];
	switch (kind) {
	case GW_MEMORY_WORKER:
		*data = w->counters;
		*bytes = GW_W_COUNT * sizeof(uint64_t);
		return 0;
	case GW_MEMORY_VIPS:
		*data = w->vip_counters;
		*bytes = (uint64_t)GW_MAX_VIPS * GW_V_STRIDE * sizeof(uint64_t);
		return 0;
	case GW_MEMORY_SERVERS:
		*data = w->server_counters;
		*bytes = (uint64_t)GW_MAX_SERVERS * GW_S_STRIDE * sizeof(uint64_t);
		return 0;
	case GW_MEMORY_PORTS:
		*data = w->port_counters;
		*bytes = (uint64_t)GW_MAX_PORTS * GW_P_STRIDE * sizeof(uint64_t);
		return 0;
	}
	return -EINVAL;
}
