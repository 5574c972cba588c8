/* SPDX-License-Identifier: Apache-2.0 */
#include "state.h"

#include "frames.h"

/* The sentence that a changed sample is refused with; "" if it is taken. */
static const char *sentence(struct sample *s)
{
	static char err[GW_ERR_SIZE];
	struct gw_snapshot *snapshot = NULL;
	uint64_t length;
	uint8_t *image = sample_encode(s, &length);

	err[0] = 0;
	CHECK(!gw_snapshot_build(image, length, &snapshot, err) == !err[0]);
	gw_snapshot_free(snapshot);
	free(image);
	return err;
}

#define REFUSED(change, wanted) \
	do { \
		struct sample *s = sample_rich(); \
		const char *got; \
		change; \
		got = sentence(s); \
		if (strncmp(got, wanted, strlen(wanted))) { \
			fprintf(stderr, "%s:%d: refused with \"%s\"\n", __FILE__, __LINE__, got); \
			exit(1); \
		} \
		free(s); \
	} while (0)

static void records(void)
{
	REFUSED((void)s, "");
	REFUSED(s->head.magic++, "image.magic: 0x");
	REFUSED(s->head.version++, "image.version: 2, this library reads 1");
	REFUSED(s->head.timeout = 0, "image.timeout: 0 is not in 1..30000 seconds");
	REFUSED(s->head.timeout = 30001, "image.timeout: 30001");
	REFUSED(s->head.buckets = 1000, "image.buckets: 1000 is not a power of two");
	REFUSED(s->head.buckets = 0, "image.buckets: 0");
	REFUSED(s->head.buckets = 1u << 27, "image.buckets: 134217728");
	REFUSED(s->head.ip4_src[9] = 1, "image.ip4_src: not an IPv4 address");
	REFUSED(memset(s->head.ip4_src, 0, 4), "vips[0].encap: gre4 needs image.ip4_src");
	REFUSED(memset(s->head.ip6_src, 0, 16), "vips[1].encap: gre6 needs image.ip6_src");
	REFUSED(s->ports[0].index = 32, "ports[0].index: 32 is not below 32");
	REFUSED(s->ports[0].mac[0] = 1, "ports[0].mac: a group address");
	REFUSED(s->ports[0].reserved = 1, "ports[0].reserved");
	REFUSED((s->head.ports_count = 2, s->ports[1].index = 3), "ports[1].index: 3 is there twice");
	REFUSED(s->hops[0].port = 2, "hops[0].port: 2 is none of the image's ports");
	REFUSED(s->hops[0].port = 1000, "hops[0].port: 1000");
	REFUSED(s->hops[0].reserved = 1, "hops[0].reserved");
	REFUSED(s->vips[2].family = 5, "vips[2].family: 5 is neither 4 nor 6");
	REFUSED(s->vips[0].prefix_len = 33, "vips[0].prefix_len: 33 is too long for IPv4");
	REFUSED(s->vips[1].prefix_len = 129, "vips[1].prefix_len: 129 is too long for IPv6");
	REFUSED(s->vips[0].prefix[1] = 1, "vips[0].prefix: bits behind the first 8 are not 0");
	REFUSED(s->vips[0].prefix[15] = 1, "vips[0].prefix: bits behind the first 8 are not 0");
	REFUSED(s->vips[0].prefix_len = 6, "vips[0].prefix: bits behind the first 6 are not 0");
	REFUSED(s->vips[0].port = 80, "vips[0].port: 80 does not go with protocol 255");
	REFUSED(s->vips[2].port = 0, "vips[2].port: 0 does not go with protocol 6");
	REFUSED(s->vips[2].protocol = 1, "vips[2].protocol: 1 is none of 6, 17 and 255");
	REFUSED(s->vips[3].flags = 1, "vips[3].flags");
	REFUSED(s->vips[3].reserved = 1, "vips[3].reserved");
	REFUSED(s->vips[3].reserved2 = 1, "vips[3].reserved");
	REFUSED(s->vips[3].id = 65536, "vips[3].id: 65536 is not below 65536");
	REFUSED(s->vips[3].id = 2, "vips[3].id: 2 is there twice");
	REFUSED(s->vips[3].encap = 2, "vips[3].encap: 2 is not known");
	REFUSED(s->vips[3].table_len = 1000, "vips[3].table_len: 1000 is not a power of two");
	REFUSED(s->vips[3].table_len = 1u << 31, "vips[3].table_len: 2147483648 is not a power of");
	REFUSED(s->vips[3].table_len = 4096, "vips[3].table_off: 4096 slots at");
	REFUSED(s->vips[3].table_off = UINT64_MAX, "vips[3].table_off: 16 slots at");
	REFUSED(s->vips[3].table_off = 0, "slots[0]: 1 is not the slot id of a server of vips[3]");
	REFUSED(s->slots[5] = 0, "slots[5]: 0 is not the slot id of a server of vips[0]");
	REFUSED(s->slots[5] = 5, "slots[5]: 5 is not the slot id of a server of vips[0]");
	REFUSED(s->slots[5] = UINT32_MAX, "slots[5]: 4294967295");
	REFUSED((s->vips[3].protocol = 6, s->vips[3].port = 80), "vips[3].prefix: prefix, protocol");
}

static void servers(void)
{
	REFUSED(s->servers[2].slot = 0, "servers[2].slot: 0 is not in 1..262143");
	REFUSED(s->servers[2].slot = 262144, "servers[2].slot: 262144 is not in");
	REFUSED(s->servers[2].slot = 1, "servers[2].slot: 1 is there twice");
	REFUSED(s->servers[2].vip = 65536, "servers[2].vip: 65536 is not below");
	REFUSED(s->servers[2].vip = RICH_IP6, "servers[2].encap: 0 is not the encap of VIP id 1");
	REFUSED(s->servers[2].vip = 999, "slots[2]: 3 is not the slot id of a server of vips[0]");
	REFUSED(s->servers[2].hop = 1, "servers[2].hop: 1, the image has 1 hops");
	REFUSED(s->servers[2].encap = 7, "servers[2].encap: 7 is not known");
	REFUSED(s->servers[2].reserved[1] = 7, "servers[2].reserved");
	REFUSED(memset(s->servers[2].address, 0, 16), "servers[2].address: is 0");
	REFUSED(s->servers[2].address[15] = 1, "servers[2].address: gre4 needs an IPv4 address");
}

/* Changes one u32 or u64 of the header of an encoded image. */
static void sections(void)
{
	static const struct {
		size_t at;
		uint64_t value;
		bool wide;
		const char *wanted;
	} rows[] = {
		{ offsetof(struct gw_image, length), 1, true, "image.length: says 1 bytes" },
		{ offsetof(struct gw_image, length), UINT64_MAX, true, "image.length: says" },
		{ offsetof(struct gw_image, ports_off), 4, false, "ports: offset 4 is not a multiple" },
		{ offsetof(struct gw_image, ports_off), 0, false, "ports: 1 records at offset 0" },
		{ offsetof(struct gw_image, ports_count), 33, false, "ports: 33 records, at most 32" },
		{ offsetof(struct gw_image, vips_count), 65536, false, "vips: 65536 records at offset" },
		{ offsetof(struct gw_image, vips_count), UINT32_MAX, false, "vips: 4294967295 records" },
		{ offsetof(struct gw_image, servers_count), 262144, false, "servers: 262144 records, at" },
		{ offsetof(struct gw_image, hops_off), UINT32_MAX - 7, false, "hops: 1 records at" },
		{ offsetof(struct gw_image, slots_off), UINT64_MAX - 7, true, "slots: " },
		{ offsetof(struct gw_image, slots_count), UINT64_MAX / 4 + 1, true, "slots: " },
		{ offsetof(struct gw_image, slots_count), UINT64_MAX, true, "slots: " },
	};
	struct sample *s = sample_rich();

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
	struct sample *s = sample_rich();
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
			if (turn && cut >= sizeof(s->head)) /* an honest length over missing bytes */
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
	struct sample *s = sample_rich();
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
			copy[next_random(&random) % length] ^= (uint8_t)(1 << next_random(&random) % 8);
		/* not the table's size: up to 20 GiB of address space under a sanitizer */
		memcpy(copy + offsetof(struct gw_image, buckets), &s->head.buckets, 4);
		if (gw_commit(gw, copy, length, err))
			continue;
		taken++;
		use_tables(gw);
	}
	CHECK(taken > 1000);
	gw_close(gw, err);
	free(copy);
	free(image);
	free(s);
}

static void old_tables_go_on(void)
{
	struct sample *s = sample_rich();
	struct gw *gw = must_simulate(s);
	struct gw_frame_result before, after;
	struct frame f;
	char err[GW_ERR_SIZE];

	frame_ip4(&f, 0, "203.0.113.7", "90.9.9.9", 6, 4, 80, 0, 20);
	before = run_frame(gw, &f, NULL);
	s->vips[3].table_len = 1000;
	CHECK(sample_commit(gw, s, err) < 0);
	after = run_frame(gw, &f, NULL);
	CHECK_EQUAL(after.verdict, GW_FORWARDED);
	CHECK_EQUAL(after.server, before.server);
	CHECK_EQUAL(after.decided, GW_BY_FLOW);
	gw_close(gw, err);
	free(s);
}

static const struct test tests[] = {
	{ "a wrong record is refused by name, place and value", records },
	{ "a wrong server is refused by name, place and value", servers },
	{ "a section out of range is refused", sections },
	{ "an image cut at any byte is refused", truncation },
	{ "an image with flipped bits is refused or usable", flips },
	{ "a refused image leaves the old tables forwarding", old_tables_go_on },
};
MAIN(tests)
