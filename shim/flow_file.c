/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "flow_file.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#define PAGE ((size_t)4096)
#define HUGE ((size_t)2 << 20)
/* Where the parts of the file begin, and its size. */
struct plan {
	size_t buckets, keys, size;
};

static size_t align(size_t at, size_t bytes)
{
	size_t page = bytes >= HUGE ? HUGE : PAGE;

	return (at + page - 1) / page * page;
}

static struct plan plan_of(uint32_t buckets)
{
	size_t bytes = (size_t)buckets * sizeof(struct gw_bucket);
	size_t keys = (size_t)buckets * sizeof(struct gw_keys);
	struct plan plan = { .buckets = align(PAGE, bytes) };

	plan.keys = align(plan.buckets + bytes, keys);
	plan.size = align(plan.keys + keys, 0);
	return plan;
}

/* The file at a hugepage's border, so that hugepages of the file are hugepages here. */
static uint8_t *map_file(int fd, size_t size)
{
	uint8_t *pages = mmap(NULL, size + HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint8_t *start, *mapped;

	if (pages == MAP_FAILED)
		return NULL;
	start = (uint8_t *)(((uintptr_t)pages + HUGE - 1) & ~(uintptr_t)(HUGE - 1));
	if (start != pages)
		munmap(pages, (size_t)(start - pages));
	munmap(start + size, HUGE - (size_t)(start - pages)); /* never empty: 0 < HUGE - ... */
	mapped = mmap(start, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
	if (mapped == MAP_FAILED) {
		munmap(start, size);
		return NULL;
	}
	return mapped;
}

static int take(struct gw_flow_table *table, int folder, int fd, uint32_t buckets)
{
	struct plan plan = plan_of(buckets);
	struct gw_flow_file *file = calloc(1, sizeof(*file));
	uint8_t *pages = file ? map_file(fd, plan.size) : NULL;

	if (!pages) {
		free(file);
		return -ENOMEM;
	}
	file->header = (struct gw_flow_header *)(void *)pages;
	file->size = plan.size;
	file->folder = folder;
	memset(table, 0, sizeof(*table));
	table->file = file;
	table->buckets = (struct gw_bucket *)(void *)(pages + plan.buckets);
	table->keys = (struct gw_keys *)(void *)(pages + plan.keys);
	table->mask = buckets - 1;
	return 0;
}

/* What is not there when a worker writes it would end the process; between the parts nothing is. */
static int reserve(int fd, uint32_t buckets)
{
	struct plan plan = plan_of(buckets);
	int rc = ftruncate(fd, (off_t)plan.size) ? errno : 0;

	rc = rc ? rc : posix_fallocate(fd, 0, sizeof(struct gw_flow_header));
	rc = rc ? rc :
		  posix_fallocate(fd, (off_t)plan.buckets,
				  (off_t)((size_t)buckets * sizeof(struct gw_bucket)));
	rc = rc ? rc : posix_fallocate(fd, (off_t)plan.keys, (off_t)(plan.size - plan.keys));
	return -rc;
}

int gw_flow_file_new(struct gw_flow_table *table, int folder, const struct gw_flow_name *name,
		     uint32_t buckets, uint32_t now, char *err)
{
	char text[32];
	int fd, rc;

	gw_flow_name_write(name, true, text);
	fd = openat(folder, text, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	rc = fd < 0 ? -errno : reserve(fd, buckets);
	rc = rc ? rc : take(table, folder, fd, buckets);
	if (fd >= 0)
		close(fd);
	if (rc) {
		unlinkat(folder, text, 0);
		return gw_error(err, -rc,
				"no room for an established-connections table of %u buckets in "
				"the folder of --flow-memory: %s",
				buckets, strerror(-rc));
	}
	gw_flow_header_write(table->file->header, name, buckets, now);
	if ((size_t)buckets * sizeof(struct gw_bucket) >= HUGE)
		(void)madvise(table->buckets, (size_t)buckets * sizeof(struct gw_bucket),
			      MADV_COLLAPSE);
	return 0;
}

void gw_flow_file_publish(struct gw_flow_table *table)
{
	struct gw_flow_file *file = table->file;
	struct gw_flow_name name = gw_flow_name_of(file->header);
	char from[32], to[32];

	memcpy(file->header->hash_key, table->hash_key, sizeof(table->hash_key));
	gw_flow_header_seal(file->header);
	gw_flow_name_write(&name, true, from);
	gw_flow_name_write(&name, false, to);
	file->published = !renameat(file->folder, from, file->folder, to);
}

static int open_checked(struct gw_flow_table *table, int folder, struct gw_flow_name *name, int fd,
			uint32_t now, const char **why)
{
	struct gw_flow_header header;
	struct stat stat;

	if (fstat(fd, &stat))
		return -errno;
	*why = "not a file of this user";
	if (!S_ISREG(stat.st_mode) || stat.st_uid != geteuid())
		return -EACCES;
	*why = "too short";
	if (pread(fd, &header, sizeof(header), 0) != (ssize_t)sizeof(header))
		return -EINVAL;
	*why = gw_flow_header_wrong(&header, name, now);
	if (*why)
		return -EINVAL;
	*why = "too short";
	if (stat.st_size != (off_t)plan_of(header.buckets).size)
		return -EINVAL;
	*why = NULL;
	return take(table, folder, fd, header.buckets);
}

int gw_flow_file_open(struct gw_flow_table *table, int folder, const struct gw_flow_name *name,
		      uint32_t now, char *err)
{
	struct gw_flow_name checked = *name;
	const char *why = NULL;
	char text[32];
	int fd, rc;

	gw_flow_name_write(name, false, text);
	fd = openat(folder, text, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	rc = fd < 0 ? -errno : open_checked(table, folder, &checked, fd, now, &why);
	if (fd >= 0)
		close(fd);
	if (rc)
		return gw_error(err, -rc, "%s: %s", text, why ? why : strerror(-rc));
	table->file->published = true;
	memcpy(table->hash_key, table->file->header->hash_key, sizeof(table->hash_key));
	return 0;
}

static void end(struct gw_flow_table *table, bool removed)
{
	struct gw_flow_file *file = table->file;
	struct gw_flow_name name = gw_flow_name_of(file->header);
	char text[32];

	gw_flow_name_write(&name, !file->published, text);
	if (removed || !file->published)
		unlinkat(file->folder, text, 0);
	munmap(file->header, file->size);
	free(file);
	memset(table, 0, sizeof(*table));
}

void gw_flow_file_close(struct gw_flow_table *table)
{
	end(table, false);
}

void gw_flow_file_remove(struct gw_flow_table *table)
{
	end(table, true);
}
