/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder in memory that has the established-connections tables, a file for each worker, so that
 * the next process finds them. One process at a time owns it.
 *
 * Tables of as many workers are taken as they are, and moved like those of a running program where
 * buckets or hash key are others. Those of another number of workers become ancestors: peers that
 * nobody runs. Until the timeout is over, after which none of their flows can be alive, a first
 * packet is looked for in all peers' tables, and its worker remembers what is found there.
 */
#ifndef GW_FLOW_MEMORY_H
#define GW_FLOW_MEMORY_H

#include "state.h"

struct gw_flow_memory {
	int folder, lock;
	uint32_t generation; /* of tables that are made */
	uint32_t began;      /* second */
	uint8_t *hashed;     /* by slot id, of flows that were found: enum gw_hash. NULL from the
				first commit on */
};

/* A table of so many buckets for worker or ancestor `of`, to be moved to. */
int gw_flow_memory_table(const struct gw *gw, const struct gw_worker *of, uint32_t buckets,
			 struct gw_flow_table *table, char *err);
/* Before the first commit: whether flows that were found stand elsewhere by this snapshot. */
bool gw_flow_memory_rehashes(const struct gw *gw, const struct gw_snapshot *first);
/* The first commit is done. */
void gw_flow_memory_begun(struct gw *gw);
/* Leaves the folder to others, with the tables in it. They are closed. */
void gw_flow_memory_end(struct gw *gw);

/* The same for a data plane that goes on: no snapshot is committed, and the workers have no tables
 * then. Nothing where there is no folder. */
void gw_flow_memory_leave(struct gw *gw);

/* flow_count.c: counts what the worker's table holds, which was just found, for table and servers,
 * and clears what is no entry. Notes in `hashed` how flows are hashed. */
void gw_flow_count(struct gw_worker *worker, uint8_t *hashed);

#endif
