/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that are no image are refused, and never read beyond. */
#include "sample_all.h"
#include "state.h"

#define AT(field) offsetof(struct gw_image, field)

/* Changes one u32 or u64 of the header of an encoded image. */
static void sections(void)
{
	static const struct {
		size_t at;
		uint64_t value;
		bool wide;
		const char *wanted;
	} rows[] = {
		{ AT(length), 1, true, "image.length: says 1 bytes" },
		{ AT(length), UINT64_MAX, true, "image.length: says" },
		{ AT(ports_off), 4, false, "ports: offset 4 is not a multiple" },
		{ AT(ports_off), 0, false, "ports: 3 records at offset 0" },
		{ AT(ports_count), 33, false, "ports: 33 records, at most 32" },
		{ AT(vips_count), 65536, false, "vips: 65536 records at offset" },
		{ AT(vips_count), UINT32_MAX, false, "vips: 4294967295 records" },
		{ AT(keys_count), 196609, false, "keys: 196609 records, at most 196608" },
		{ AT(keys_count), 196608, false, "keys: 196608 records at offset" },
		{ AT(keys_off), 12, false, "keys: offset 12 is not a multiple of 8" },
		{ AT(servers_count), 262144, false, "servers: 262144 records, at" },
		{ AT(hops_off), UINT32_MAX - 7, false, "hops: 4 records at" },
		{ AT(own_count), 65, false, "own: 65 records, at most 64" },
		{ AT(own_off), 4, false, "own: offset 4 is not a multiple" },
		{ AT(slots_off), UINT64_MAX - 7, true, "slots: " },
		{ AT(slots_count), UINT64_MAX / 4 + 1, true, "slots: " },
		{ AT(slots_count), UINT64_MAX, true, "slots: " },
	};
	struct sample *s = sample_all();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gw_snapshot *snapshot;
		char err[GW_ERR_SIZE] = "";
		uint64_t length;
		uint8_t *image = sample_encode(s, &length);

		memcpy(image + rows[i].at, &rows[i].value, rows[i].wide ? 8 : 4);
		CHECK(gw_snapshot_build(image, length, &snapshot, err) < 0);
		if (strncmp(err, rows[i].wanted, strlen(rows[i].wanted)))
			fprintf(stderr, "refused with \"%s\", not \"%s\"\n", err, rows[i].wanted);
		CHECK(!strncmp(err, rows[i].wanted, strlen(rows[i].wanted)));
		free(image);
	}
	free(s);
}

static void truncation(void)
{
	struct sample *s = sample_all();
	uint64_t length;
	uint8_t *image = sample_encode(s, &length);
	uint64_t end = s->head.slots_off + s->head.slots_count * 4; /* padding may be missing */

	for (uint64_t cut = 0; cut < end; cut++) {
		for (int turn = 0; turn < 2; turn++) {
			struct gw_snapshot *snapshot;
			char err[GW_ERR_SIZE] = "";
			uint8_t *part = malloc(cut ? cut : 1);

			CHECK(part);
			memcpy(part, image, cut);
			if (turn && cut >= sizeof(s->head)) /* honest length, missing bytes */
				memcpy(part + offsetof(struct gw_image, length), &cut, 8);
			CHECK(gw_snapshot_build(part, cut, &snapshot, err) < 0 && err[0]);
			free(part);
		}
	}
	free(image);
	free(s);
}

static void flips(void)
{
	struct sample *s = sample_all();
	uint64_t length, random = 99;
	uint8_t *image, *copy;
	uint32_t taken = 0;
	struct gw *gw;
	char err[GW_ERR_SIZE];

	s->head.buckets = 16;
	gw = must_simulate(s);
	image = sample_encode(s, &length);
	copy = malloc(length);
	CHECK(copy);
	for (int turn = 0; turn < 30000; turn++) {
		memcpy(copy, image, length);
		for (uint64_t flips = next_random(&random) % 3 + 1; flips; flips--)
			copy[next_random(&random) % length] ^=
				(uint8_t)(1 << next_random(&random) % 8);
		/* not the table's size: up to 20 GiB of address space under a sanitizer */
		memcpy(copy + offsetof(struct gw_image, buckets), &s->head.buckets, 4);
		if (gw_commit(gw, copy, length, err))
			continue;
		taken++;
		use_all(gw);
	}
	CHECK(taken > 1000);
	gw_close(gw, err);
	free(copy);
	free(image);
	free(s);
}

static void old_tables_go_on(void)
{
	struct sample *s = sample_all();
	struct gw *gw = must_simulate(s);
	struct gw_frame_result before, after;
	struct frame f;
	char err[GW_ERR_SIZE];

	frame_ip4(&f, 0, "203.0.113.7", "90.9.9.9", 6, 4, 80, 0, 20);
	before = run_frame(gw, &f, NULL);
	s->vips[ALL_GUE].table_len = 1000;
	CHECK(sample_commit(gw, s, err) < 0);
	after = run_frame(gw, &f, NULL);
	CHECK_EQUAL(after.verdict, GW_FORWARDED);
	CHECK_EQUAL(after.server, before.server);
	CHECK_EQUAL(after.decided, GW_BY_FLOW);
	gw_close(gw, err);
	free(s);
}

static const struct test tests[] = {
	{ "a section out of range is refused", sections },
	{ "an image cut at any byte is refused", truncation },
	{ "an image with flipped bits is refused or usable", flips },
	{ "a refused image leaves the old tables forwarding", old_tables_go_on },
};
MAIN(tests)
