/* SPDX-License-Identifier: Apache-2.0 */
/* Pages for tables and counters. Nothing is touched here: a page costs memory once it is used. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "error.h"
#include "flow_table.h"
#include "fragment.h"
#include "made.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#define HUGE ((size_t)2 << 20)
#define VIPS_BYTES ((size_t)GW_MAX_VIPS * GW_V_STRIDE * sizeof(uint64_t))
#define PORTS_BYTES ((size_t)GW_MAX_PORTS * GW_P_STRIDE * sizeof(uint64_t))
#define SERVERS_BYTES ((size_t)GW_MAX_SERVERS * GW_S_STRIDE * sizeof(uint64_t))

/* Both ways of mapping take whole hugepages from that size on, so that gw_unmap knows the size. */
static size_t whole_pages(size_t bytes)
{
	size_t page = bytes >= HUGE ? HUGE : 4096;

	return (bytes + page - 1) / page * page;
}

static void *map(size_t bytes, int flags)
{
	void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags,
			   -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

/* Ordinary pages that start where a hugepage can, which the kernel may then use by itself. */
static void *map_aligned(size_t bytes)
{
	uint8_t *pages = map(bytes + HUGE, MAP_NORESERVE), *start;

	if (!pages)
		return NULL;
	start = (uint8_t *)(((uintptr_t)pages + HUGE - 1) & ~(uintptr_t)(HUGE - 1));
	if (start != pages)
		munmap(pages, (size_t)(start - pages));
	munmap(start + bytes, HUGE - (size_t)(start - pages)); /* never empty: 0 < HUGE - ... */
	madvise(start, bytes, MADV_HUGEPAGE);
	return start;
}

/* Kernels before 5.14 do not know it; there is no safe way to try then. */
bool gw_touch_huge(void *pages, size_t bytes)
{
	return !madvise(pages, bytes, MADV_POPULATE_WRITE) || errno == EINVAL;
}

static void *map_huge(size_t bytes)
{
	void *pages = map(bytes, MAP_HUGETLB);

	if (!pages || gw_touch_huge(pages, bytes))
		return pages;
	munmap(pages, bytes);
	return NULL;
}

void *gw_map(size_t bytes, bool huge)
{
	size_t size = whole_pages(bytes);
	void *pages;

	if (!huge || bytes < HUGE)
		return map(size, MAP_NORESERVE);
	pages = map_huge(size);
	return pages ? pages : map_aligned(size);
}

void gw_unmap(void *pages, size_t bytes)
{
	if (pages)
		munmap(pages, whole_pages(bytes));
}

int gw_worker_init(struct gw_worker *worker, uint32_t index, char *err)
{
	memset(worker, 0, sizeof(*worker));
	worker->index = index;
	worker->step = GW_STEP_COUNT;
	worker->counters = gw_map(GW_W_COUNT * sizeof(uint64_t), false);
	worker->vip_counters = gw_map(VIPS_BYTES, false);
	worker->server_counters = gw_map(SERVERS_BYTES, false);
	worker->port_counters = gw_map(PORTS_BYTES, false);
	worker->made = gw_map(sizeof(*worker->made), false);
	worker->paths = gw_map(GW_PATHS * sizeof(*worker->paths), false);
	worker->fragments = gw_fragments_new();
	if (worker->counters && worker->vip_counters && worker->server_counters &&
	    worker->port_counters && worker->made && worker->paths && worker->fragments)
		return 0;
	gw_worker_free(worker);
	return gw_error(err, ENOMEM, "no memory for worker %u", index);
}

void gw_worker_free(struct gw_worker *worker)
{
	gw_flow_table_free(&worker->flows);
	gw_unmap(worker->counters, GW_W_COUNT * sizeof(uint64_t));
	gw_unmap(worker->vip_counters, VIPS_BYTES);
	gw_unmap(worker->server_counters, SERVERS_BYTES);
	gw_unmap(worker->port_counters, PORTS_BYTES);
	gw_unmap(worker->made, sizeof(*worker->made));
	gw_unmap(worker->paths, GW_PATHS * sizeof(*worker->paths));
	gw_fragments_free(worker->fragments);
	memset(worker, 0, sizeof(*worker));
}
