/* SPDX-License-Identifier: Apache-2.0 */
/* Whose a file of a table is, and whether it may be used. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flow_file.h"
#include "siphash.h"

/* Counts up when the same bytes would mean something else: another hash, another clock. */
#define MEANING 1

uint32_t gw_flow_layout(void)
{
	static const uint32_t parts[] = {
		MEANING,
		sizeof(struct gw_bucket),
		offsetof(struct gw_bucket, tag),
		offsetof(struct gw_bucket, server),
		offsetof(struct gw_bucket, seen),
		offsetof(struct gw_bucket, due),
		GW_BUCKET_FLOWS,
		GW_WAY,
		GW_SPILLED,
		sizeof(struct gw_key),
		offsetof(struct gw_key, src),
		offsetof(struct gw_key, dst),
		offsetof(struct gw_key, src_port),
		offsetof(struct gw_key, protocol),
		offsetof(struct gw_key, family_born),
		offsetof(struct gw_key, born),
		offsetof(struct gw_key, mac),
		offsetof(struct gw_key, port),
		offsetof(struct gw_key, copy),
		offsetof(struct gw_key, taught),
		offsetof(struct gw_key, by_client),
		sizeof(struct gw_flow_header),
		offsetof(struct gw_flow_header, seconds),
	};
	uint32_t layout = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		layout = (layout ^ parts[i]) * 0x9e3779b1u + (layout >> 15);
	return layout;
}

static uint64_t sum_of(const struct gw_flow_header *header)
{
	static const uint64_t key[2];
	struct gw_sip s = gw_sip_begin(key);

	for (size_t at = 0; at < offsetof(struct gw_flow_header, sum); at += 8)
		gw_sip_word(&s, gw_le64(gw_load64((const uint8_t *)header + at)));
	return gw_sip_end(&s);
}

/* Which start of the kernel this is; 0 where nobody tells. */
static void read_boot(uint8_t boot[16])
{
	char text[40] = "";
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	uint32_t at = 0;

	memset(boot, 0, 16);
	if (fd < 0)
		return;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	for (const char *c = text; *c && at < 32; c++) {
		char digit[2] = { *c, 0 };

		if (*c == '-' || *c == '\n')
			continue;
		boot[at / 2] |= (uint8_t)(strtoul(digit, NULL, 16) << (at % 2 ? 0 : 4));
		at++;
	}
}

void gw_flow_name_write(const struct gw_flow_name *name, bool fresh, char text[32])
{
	snprintf(text, 32, "flows-%08x-%02x%s", name->generation, name->worker,
		 fresh ? ".new" : "");
}

bool gw_flow_name_read(const char *text, struct gw_flow_name *name, bool *fresh)
{
	char again[32];
	int end = 0;

	if (sscanf(text, "flows-%8x-%2x%n", &name->generation, &name->worker, &end) != 2)
		return false;
	*fresh = text[end] != '\0';
	gw_flow_name_write(name, *fresh, again);
	return !strcmp(text, again);
}

void gw_flow_header_write(struct gw_flow_header *header, const struct gw_flow_name *name,
			  uint32_t buckets, uint32_t now)
{
	memcpy(header->magic, GW_FLOW_MAGIC, sizeof(header->magic));
	header->layout = gw_flow_layout();
	header->buckets = buckets;
	header->generation = name->generation;
	header->worker = name->worker;
	header->workers = name->workers;
	read_boot(header->boot);
	header->seconds = now;
}

void gw_flow_header_seal(struct gw_flow_header *header)
{
	header->sum = sum_of(header);
}

const char *gw_flow_header_wrong(const struct gw_flow_header *header,
				 const struct gw_flow_name *name, uint32_t now)
{
	uint8_t boot[16];

	if (memcmp(header->magic, GW_FLOW_MAGIC, sizeof(header->magic)))
		return "not a table of flows";
	if (header->layout != gw_flow_layout())
		return "written by another version of the program";
	if (header->sum != sum_of(header))
		return "damaged: the sum of its header is wrong";
	if (header->generation != name->generation || header->worker != name->worker)
		return "damaged: not what its name says";
	if (!header->buckets || header->buckets > GW_MAX_BUCKETS ||
	    header->buckets & (header->buckets - 1) || !header->workers ||
	    header->workers > GW_MAX_WORKERS || header->worker >= header->workers)
		return "damaged: its header makes no sense";
	read_boot(boot);
	if (memcmp(header->boot, boot, sizeof(boot)))
		return "from before the machine started";
	/* A longer silence cannot be told from a shorter one: `seen` wraps. */
	if (now - header->seconds > GW_MAX_TIMEOUT)
		return "too old: all of its flows have ended";
	return NULL;
}
