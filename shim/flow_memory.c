/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "flow_file.h"
#include "flow_memory.h"
#include "flow_scan.h"
#include "flow_table.h"

#define TMPFS 0x01021994

static uint32_t now_of(const struct gw *gw)
{
	return gw->ops ? gw_seconds() : gw->workers[0]->now;
}

/* Whoever else could write there could choose where flows go. */
static int check_folder(int folder, const char *path, char *err)
{
	struct statfs fs;
	struct stat stat;

	if (fstat(folder, &stat) || fstatfs(folder, &fs))
		return gw_error(err, errno, "%s: %s", path, strerror(errno));
	if (stat.st_uid != geteuid() || stat.st_mode & (S_IWGRP | S_IWOTH))
		return gw_error(err, EACCES,
				"%s: others may write there; give a folder that only this user "
				"may write",
				path);
	if (fs.f_type != TMPFS)
		return gw_error(err, EINVAL,
				"%s: not in memory; give a folder of a tmpfs, as those in /dev/shm "
				"are",
				path);
	return 0;
}

static int open_folder(const char *path, char *err)
{
	int folder, rc;

	if (mkdir(path, 0700) && errno != EEXIST)
		return gw_error(err, errno, "%s: %s", path, strerror(errno));
	folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return gw_error(err, errno, "%s: %s", path, strerror(errno));
	rc = check_folder(folder, path, err);
	if (!rc)
		return folder;
	close(folder);
	return rc;
}

static int take_lock(int folder, const char *path, char *err)
{
	int lock = openat(folder, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	int rc;

	if (lock < 0)
		return gw_error(err, errno, "%s/lock: %s", path, strerror(errno));
	if (!flock(lock, LOCK_EX | LOCK_NB))
		return lock;
	rc = gw_error(err, errno == EWOULDBLOCK ? EBUSY : errno,
		      "%s: another program has its flows there", path);
	close(lock);
	return rc;
}

static int open_memory(struct gw *gw, const char *path, char *err)
{
	struct gw_flow_memory *memory = calloc(1, sizeof(*memory));
	int rc;

	if (!memory)
		return gw_error(err, ENOMEM, "no memory for %s", path);
	memory->hashed = calloc(GW_MAX_SERVERS, 1);
	memory->folder = memory->hashed ? open_folder(path, err) : -ENOMEM;
	memory->lock = memory->folder < 0 ? memory->folder :
					    take_lock(memory->folder, path, err);
	if (memory->lock >= 0) {
		memory->began = now_of(gw);
		gw->memory = memory;
		return 0;
	}
	if (memory->folder >= 0)
		close(memory->folder);
	rc = memory->lock;
	free(memory->hashed);
	free(memory);
	return rc;
}

static int start(struct gw *gw, const char *path, bool discard, struct gw_flow_memory_info *info,
		 char *err)
{
	int rc;

	if (gw->memory || atomic_load(&gw->snapshot))
		return gw_error(err, EBUSY, "%s: the data plane has tables already", path);
	rc = open_memory(gw, path, err);
	if (rc)
		return rc;
	gw_flow_scan(gw, now_of(gw), discard, info);
	for (uint32_t i = 0; i < gw->peers_count; i++)
		info->flows += gw->workers[i]->flows.flows;
	for (uint32_t i = 0; i < gw->workers_count; i++) {
		gw->workers[i]->peers_count = gw->peers_count;
		gw->workers[i]->seeks = info->flows && gw->peers_count > 1;
	}
	return 0;
}

GW_API int gw_flow_memory(struct gw *gw, const char *folder, uint32_t discard,
			  struct gw_flow_memory_info *info, char *err)
{
	int rc;

	memset(info, 0, sizeof(*info));
	pthread_mutex_lock(&gw->lock);
	rc = start(gw, folder, discard, info, err);
	pthread_mutex_unlock(&gw->lock);
	return rc;
}

int gw_flow_memory_table(const struct gw *gw, const struct gw_worker *of, uint32_t buckets,
			 struct gw_flow_table *table, char *err)
{
	struct gw_flow_name name = { gw->memory->generation, of->index, gw->workers_count };

	if (of->flows.file)
		name = gw_flow_name_of(of->flows.file->header);
	return gw_flow_file_new(table, gw->memory->folder, &name, buckets, now_of(gw), err);
}

bool gw_flow_memory_rehashes(const struct gw *gw, const struct gw_snapshot *first)
{
	const uint8_t *hashed = gw->memory ? gw->memory->hashed : NULL;

	for (uint32_t i = 0; hashed && i < first->servers_len; i++) {
		uint8_t hash = first->servers[i].hash;

		if (hashed[i] && hash && hashed[i] != hash)
			return true;
	}
	return false;
}

void gw_flow_memory_begun(struct gw *gw)
{
	if (!gw->memory)
		return;
	free(gw->memory->hashed);
	gw->memory->hashed = NULL;
}

void gw_flow_memory_end(struct gw *gw)
{
	if (!gw->memory)
		return;
	close(gw->memory->lock);
	close(gw->memory->folder);
	free(gw->memory->hashed);
	free(gw->memory);
	gw->memory = NULL;
}

/* The counters of what is remembered: whoever takes the tables counts anew. */
static void count_nothing(struct gw_worker *worker)
{
	for (uint64_t slot = 0; slot < GW_MAX_SERVERS; slot++) {
		uint64_t *row = &worker->server_counters[slot * GW_S_STRIDE];

		if (row[GW_S_FLOWS])
			row[GW_S_FLOWS] = 0;
		if (row[GW_S_RETURN_FLOWS])
			row[GW_S_RETURN_FLOWS] = 0;
	}
}

void gw_flow_memory_leave(struct gw *gw)
{
	if (!gw->memory)
		return;
	while (gw->peers_count > gw->workers_count) {
		struct gw_worker *last = gw->workers[--gw->peers_count];

		gw->workers[gw->peers_count] = NULL;
		gw_worker_free(last);
		free(last);
	}
	for (uint32_t i = 0; i < gw->workers_count; i++) {
		struct gw_worker *worker = gw->workers[i];

		__atomic_store_n(&worker->peers_count, gw->peers_count, __ATOMIC_RELAXED);
		__atomic_store_n(&worker->seeks, false, __ATOMIC_RELAXED);
		gw_flow_table_free(&worker->flows);
		count_nothing(worker);
	}
	gw_flow_memory_end(gw);
}

/* The last of the ancestors, the oldest, goes. */
static void drop_ancestor(struct gw *gw)
{
	struct gw_worker *last = gw->workers[--gw->peers_count];

	for (uint32_t i = 0; i < gw->workers_count; i++)
		__atomic_store_n(&gw->workers[i]->peers_count, gw->peers_count, __ATOMIC_RELAXED);
	if (gw->ops)
		gw->ops->quiesce(gw);
	gw_flow_file_remove(&last->flows);
	gw_worker_free(last);
	free(last);
	gw->workers[gw->peers_count] = NULL;
}

/* Whether there are ancestors. */
static int settle(struct gw *gw, uint32_t timeout)
{
	uint32_t now = now_of(gw);

	for (uint32_t i = gw->workers_count; i < gw->peers_count; i++)
		gw->workers[i]->now = now;
	while (gw->peers_count > gw->workers_count) {
		const struct gw_worker *last = gw->workers[gw->peers_count - 1];

		if (now - last->flows.file->header->seconds <= timeout)
			break;
		drop_ancestor(gw);
	}
	if (gw->peers_count > gw->workers_count)
		return 1;
	for (uint32_t i = 0; i < gw->workers_count && now - gw->memory->began > timeout; i++)
		__atomic_store_n(&gw->workers[i]->seeks, false, __ATOMIC_RELAXED);
	return 0;
}

GW_API int gw_flow_settle(struct gw *gw)
{
	const struct gw_snapshot *snapshot;
	int ancestors = 0;

	pthread_mutex_lock(&gw->lock);
	snapshot = atomic_load(&gw->snapshot);
	if (gw->memory && snapshot)
		ancestors = settle(gw, snapshot->timeout);
	pthread_mutex_unlock(&gw->lock);
	return ancestors;
}
