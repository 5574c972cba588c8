/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

static uint64_t field(const char *name)
{
	uint32_t count;
	const struct gw_abi_field *fields = gw_abi_fields(&count);

	for (uint32_t i = 0; i < count; i++)
		if (!strcmp(fields[i].name, name))
			return fields[i].value;
	fprintf(stderr, "no field %s\n", name);
	exit(1);
}

static void fields(void)
{
	uint32_t count;
	const struct gw_abi_field *all = gw_abi_fields(&count);

	for (uint32_t i = 0; i < count; i++)
		for (uint32_t j = 0; j < i; j++)
			CHECK(strcmp(all[i].name, all[j].name));
	CHECK_EQUAL(field("gw_image_vip"), sizeof(struct gw_image_vip));
	CHECK_EQUAL(field("gw_image_vip.table_off"), offsetof(struct gw_image_vip, table_off));
	CHECK_EQUAL(field("gw_image_key.vip"), offsetof(struct gw_image_key, vip));
	CHECK_EQUAL(field("gw_image_server.target_port"),
		    offsetof(struct gw_image_server, target_port));
	CHECK_EQUAL(field("gw_open_info.dpdk"), offsetof(struct gw_open_info, dpdk));
	CHECK_EQUAL(field("gw_frame_result.out_len"), offsetof(struct gw_frame_result, out_len));
	CHECK_EQUAL(field("gw_frame_result.made_off"), offsetof(struct gw_frame_result, made_off));
	CHECK_EQUAL(field("GW_NONE"), UINT32_MAX);
	CHECK_EQUAL(field("GW_ENCAP_GUE"), GW_ENCAP_GUE);
	CHECK_EQUAL(field("GW_DROP_TX_FULL"), GW_DROP_TX_FULL);
}

static void counters(void)
{
	static const uint32_t counts[] = { GW_W_COUNT, GW_V_COUNT, GW_S_COUNT, GW_VERDICT_COUNT,
					   GW_STEP_COUNT, GW_P_COUNT };
	uint32_t count;
	const struct gw_abi_counter *c;

	for (uint32_t kind = 0; kind < 6; kind++) {
		c = gw_abi_counters(kind, &count);
		CHECK_EQUAL(count, counts[kind]);
		for (uint32_t i = 0; i < count; i++)
			CHECK(c[i].name[0] && c[i].text[0]);
	}
	CHECK(!gw_abi_counters(6, &count) && !count);
	c = gw_abi_counters(0, &count);
	CHECK(!strcmp(c[GW_DROP_TTL].name, "drop_ttl"));
	CHECK(!strcmp(c[GW_W_NEXT_PACKET].name, "next_packet"));
	CHECK(!strcmp(gw_abi_counters(2, &count)[GW_S_FLOWS].name, "flows"));
	CHECK(!strcmp(gw_abi_counters(5, &count)[GW_P_RX_PACKETS].name, "rx_packets"));
	CHECK(!strcmp(gw_abi_counters(5, &count)[GW_HELD_FRAGMENT].name, "held_fragment"));
}

/* Every row can be read and written, to the last of its numbers. */
static void memory(void)
{
	static const uint64_t counts[] = { GW_W_COUNT, (uint64_t)GW_MAX_VIPS * GW_V_STRIDE,
					   (uint64_t)GW_MAX_SERVERS * GW_S_STRIDE,
					   (uint64_t)GW_MAX_PORTS * GW_P_STRIDE };
	struct gw *gw;
	uint64_t bytes;
	void *data;

	CHECK(!gw_simulate(&gw, NULL));
	for (uint32_t kind = 0; kind < 4; kind++) {
		volatile uint64_t *row;

		CHECK(!gw_memory(gw, kind, 0, &data, &bytes));
		CHECK_EQUAL(bytes, counts[kind] * sizeof(uint64_t));
		row = data;
		CHECK(!row[0] && !row[counts[kind] - 1]++);
		CHECK(gw_memory(gw, kind, 1, &data, &bytes) < 0);
	}
	CHECK(gw_memory(gw, 4, 0, &data, &bytes) < 0);
	gw_close(gw, NULL);
}

static const struct test tests[] = {
	{ "every field has one name, with its offset", fields },
	{ "every counter has a name and a sentence, at its place", counters },
	{ "every kind of counters has its memory, and no other has", memory },
};
MAIN(tests)
