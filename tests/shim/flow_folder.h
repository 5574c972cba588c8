/* SPDX-License-Identifier: Apache-2.0 */
/* Data planes one after the other, whose flows lie in a folder. */
#ifndef GW_TEST_FLOW_FOLDER_H
#define GW_TEST_FLOW_FOLDER_H

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flow_file.h"
#include "flow_memory.h"
#include "flows.h"
#include "gauges.h"
#include "workers.h"

#define FOLDER_CLOCK 100000

static char folder[64];

static inline void folder_empty(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	CHECK(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			CHECK(!unlinkat(dirfd(dir), entry->d_name, 0));
	closedir(dir);
}

static inline void folder_remove(void)
{
	folder_empty();
	rmdir(folder);
}

/* The folder, empty; gone when the test is over, however it ends. */
static inline void folder_new(void)
{
	if (folder[0]) {
		folder_empty();
		return;
	}
	snprintf(folder, sizeof(folder), "/dev/shm/guideway-test-XXXXXX");
	CHECK(mkdtemp(folder));
	atexit(folder_remove);
}

/* How many tables are there. */
static inline uint32_t folder_files(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	uint32_t count = 0;

	CHECK(dir);
	while ((entry = readdir(dir)))
		count += !strncmp(entry->d_name, "flows-", 6);
	closedir(dir);
	return count;
}

static inline const char *folder_file(uint32_t generation, uint32_t worker)
{
	static char path[128];
	struct gw_flow_name name = { .generation = generation, .worker = worker };
	char text[32];

	gw_flow_name_write(&name, false, text);
	snprintf(path, sizeof(path), "%s/%s", folder, text);
	return path;
}

/* A data plane that found what is in the folder; nothing is committed yet. */
static inline struct gw *folder_find(uint32_t workers, uint32_t now,
				     struct gw_flow_memory_info *info)
{
	struct gw *gw = calloc(1, sizeof(*gw));
	char err[GW_ERR_SIZE] = "";

	CHECK(gw);
	gw->simulated = true;
	CHECK(!gw_init(gw, workers, err));
	workers_clock(gw, now);
	if (gw_flow_memory(gw, folder, 0, info, err))
		CHECK(!err[0] && "no flow memory");
	return gw;
}

static inline struct gw *folder_start(struct sample *s, uint32_t workers,
				      struct gw_flow_memory_info *info)
{
	struct gw_flow_memory_info unread;
	struct gw *gw = folder_find(workers, FOLDER_CLOCK, info ? info : &unread);

	must_commit(gw, s);
	return gw;
}

static inline uint32_t folder_send(struct gw *gw, uint32_t worker, uint32_t flow,
				   enum gw_decided decided)
{
	struct frame f;

	flow_frame(&f, flow);
	return sent_by(gw, worker, &f, decided);
}

static inline uint64_t folder_flows(struct gw *gw)
{
	uint64_t flows = 0;

	for (uint32_t i = 0; i < gw->workers_count; i++) {
		check_gauges(gw->workers[i]);
		flows += flows_of(gw, i);
	}
	return flows;
}

#endif
