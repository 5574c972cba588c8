/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An established-connections table as a file in memory (tmpfs), which outlives the process:
 *
 *     header, a page | buckets | keys
 *
 * with buckets and keys at whole hugepages where they are as large as one. The worker writes the
 * table where it is mapped. Whatever moment a process ends at, an entry is there as a whole or not
 * at all (bucket.h), so that nothing needs to be repaired.
 */
#ifndef GW_FLOW_FILE_H
#define GW_FLOW_FILE_H

#include "state.h"

#define GW_FLOW_MAGIC "GWFLOWS"

/* Magic and layout stand where they are for ever: by them other versions are known. */
struct gw_flow_header {
	char magic[8];
	uint32_t layout;      /* gw_flow_layout() */
	uint32_t buckets;
	uint32_t generation;  /* the workers of one start have the same one; counts up */
	uint32_t worker, workers;
	uint32_t reserved;
	uint64_t hash_key[2]; /* that its flows were hashed with */
	uint8_t boot[16];     /* of the kernel: the clock begins anew with it */
	uint64_t sum;         /* SipHash of all that stands before */
	uint8_t rest[48];
	uint32_t seconds;     /* when its worker last lived; not in the sum */
	uint32_t reserved2;
};

struct gw_flow_file {
	struct gw_flow_header *header; /* and the mapping's begin */
	size_t size;
	int folder;                    /* borrowed */
	bool published;                /* has the name by which the next start finds it */
};

/* Which table of which start. */
struct gw_flow_name {
	uint32_t generation, worker, workers;
};

/* flow_header.c: a number that is another one whenever an entry would be read in another way. */
uint32_t gw_flow_layout(void);
/* flow_header.c: the names of files; false: not one of ours. `fresh`: not published yet. */
bool gw_flow_name_read(const char *text, struct gw_flow_name *name, bool *fresh);
void gw_flow_name_write(const struct gw_flow_name *name, bool fresh, char text[32]);

static inline struct gw_flow_name gw_flow_name_of(const struct gw_flow_header *header)
{
	return (struct gw_flow_name){ header->generation, header->worker, header->workers };
}

/* flow_header.c: a header but for hash key and sum; then the sum; and why a table of that name must
 * not be used (NULL: it may). `now`: seconds of the workers' clock. */
void gw_flow_header_write(struct gw_flow_header *header, const struct gw_flow_name *name,
			  uint32_t buckets, uint32_t now);
void gw_flow_header_seal(struct gw_flow_header *header);
const char *gw_flow_header_wrong(const struct gw_flow_header *header,
				 const struct gw_flow_name *name, uint32_t now);

/* An empty table that no start finds yet; all its memory is taken. -ENOSPC: the folder's file
 * system has no room. */
int gw_flow_file_new(struct gw_flow_table *table, int folder, const struct gw_flow_name *name,
		     uint32_t buckets, uint32_t now, char *err);
/* From now on it is the table of its name, in place of another one. */
void gw_flow_file_publish(struct gw_flow_table *table);
/* The table of that name as it is; -errno and why it is refused. Its flows are not counted. */
int gw_flow_file_open(struct gw_flow_table *table, int folder, const struct gw_flow_name *name,
		      uint32_t now, char *err);
/* Unmaps it. It stays in the folder if it was published. */
void gw_flow_file_close(struct gw_flow_table *table);
/* And removes it. */
void gw_flow_file_remove(struct gw_flow_table *table);

#endif
