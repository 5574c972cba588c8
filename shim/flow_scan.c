/* SPDX-License-Identifier: Apache-2.0 */
/* The tables that an earlier start left in the folder. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flow_file.h"
#include "flow_scan.h"

#define MOST (2 * GW_MAX_WORKERS + GW_MAX_ANCESTORS)

struct scan {
	struct gw *gw;
	struct gw_flow_memory_info *info;
	uint32_t now;
	bool discard;
	uint32_t count;
	struct gw_flow_table tables[MOST];
};

static struct gw_flow_header *header_of(const struct gw_flow_table *table)
{
	return table->file->header;
}

static void refuse(struct scan *scan, const char *text, const char *why)
{
	if (!scan->info->refused++)
		snprintf(scan->info->reason, sizeof(scan->info->reason), "%s", why);
	unlinkat(scan->gw->memory->folder, text, 0);
}

static void look_at(struct scan *scan, const char *text)
{
	struct gw_flow_name name;
	char err[GW_ERR_SIZE];
	bool fresh;

	if (!gw_flow_name_read(text, &name, &fresh))
		return;
	scan->info->refused += scan->discard && !fresh;
	if (fresh || scan->discard || scan->count == MOST) {
		unlinkat(scan->gw->memory->folder, text, 0);
		return;
	}
	if (gw_flow_file_open(&scan->tables[scan->count], scan->gw->memory->folder, &name,
			      scan->now, err))
		refuse(scan, text, err);
	else
		scan->count++;
}

static void look(struct scan *scan)
{
	int again = openat(scan->gw->memory->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		look_at(scan, entry->d_name);
	if (dir)
		closedir(dir);
}

/* The newest first. */
static int compare(const void *a, const void *b)
{
	const struct gw_flow_header *one = header_of(a), *other = header_of(b);

	if (one->generation != other->generation)
		return one->generation > other->generation ? -1 : 1;
	return one->worker < other->worker ? -1 : one->worker > other->worker;
}

static void adopt(struct scan *scan, struct gw_flow_table *table)
{
	struct gw_worker *worker = scan->gw->workers[header_of(table)->worker];

	worker->flows = *table;
	gw_flow_count(worker, scan->gw->memory->hashed);
	scan->info->adopted++;
}

/* False: nobody needs it. */
static bool inherit(struct scan *scan, struct gw_flow_table *table)
{
	struct gw *gw = scan->gw;
	struct gw_worker *ancestor;

	if (gw->peers_count == GW_MAX_WORKERS + GW_MAX_ANCESTORS)
		return false;
	ancestor = aligned_alloc(GW_CACHE_LINE, sizeof(*ancestor));
	if (!ancestor)
		return false;
	if (gw_worker_init(ancestor, gw->peers_count, NULL)) {
		free(ancestor);
		return false;
	}
	ancestor->now = scan->now;
	ancestor->flows = *table;
	gw_flow_count(ancestor, gw->memory->hashed);
	if (!(ancestor->flows.flows + ancestor->flows.ways)) {
		memset(&ancestor->flows, 0, sizeof(ancestor->flows));
		gw_worker_free(ancestor);
		free(ancestor);
		return false;
	}
	gw->workers[gw->peers_count++] = ancestor;
	scan->info->inherited++;
	return true;
}

static void hand_out(struct scan *scan)
{
	struct gw *gw = scan->gw;
	const struct gw_flow_header *first = scan->count ? header_of(&scan->tables[0]) : NULL;
	uint32_t newest = first ? first->generation : 0;
	bool same = first && first->workers == gw->workers_count;

	gw->memory->generation = same ? newest : newest + 1;
	for (uint32_t i = 0; i < scan->count; i++) {
		struct gw_flow_table *table = &scan->tables[i];

		if (same && header_of(table)->generation == newest &&
		    header_of(table)->workers == gw->workers_count)
			adopt(scan, table);
		else if (!inherit(scan, table))
			gw_flow_file_remove(table);
	}
}

void gw_flow_scan(struct gw *gw, uint32_t now, bool discard, struct gw_flow_memory_info *info)
{
	struct scan *scan = calloc(1, sizeof(*scan));

	if (!scan)
		return;
	scan->gw = gw;
	scan->info = info;
	scan->now = now;
	scan->discard = discard;
	look(scan);
	qsort(scan->tables, scan->count, sizeof(scan->tables[0]), compare);
	hand_out(scan);
	free(scan);
}
