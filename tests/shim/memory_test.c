/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "made.h"
#include "state.h"

#include "sample.h"

#define HUGE ((size_t)2 << 20)

/* Bytes of address space that the process has. */
static uint64_t address_space(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	CHECK(f && fscanf(f, "%lu", &pages) == 1);
	fclose(f);
	return (uint64_t)pages * 4096;
}

static const size_t sizes[] = { 1, 4095, 4096, 4097, HUGE - 1, HUGE, HUGE + 1, 3 * HUGE + 5 };

/* All of it can be used, and is 0 at first. */
static void zeroed(void)
{
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (int huge = 0; huge < 2; huge++) {
			uint8_t *pages = gw_map(sizes[i], huge);

			CHECK(pages && (uintptr_t)pages % 4096 == 0);
			for (size_t at = 0; at < sizes[i]; at += at + 4096 < sizes[i] ? 4096 : 1)
				CHECK(!pages[at]++);
			CHECK(!huge || sizes[i] < HUGE || (uintptr_t)pages % HUGE == 0);
			gw_unmap(pages, sizes[i]);
		}
	}
	gw_unmap(NULL, 4096);
}

/* What was mapped goes back, whichever way it was got. */
static void given_back(void)
{
	uint64_t before;

	gw_unmap(gw_map(HUGE, true), HUGE);
	before = address_space();
	for (int turn = 0; turn < 100; turn++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
			for (int huge = 0; huge < 2; huge++)
				gw_unmap(gw_map(sizes[i], huge), sizes[i]);
	CHECK(address_space() < before + 16 * HUGE);
}

static void impossible(void)
{
	CHECK(!gw_map((size_t)1 << 62, false));
	CHECK(!gw_map((size_t)1 << 62, true));
}

/* A worker starts with every counter at 0, and ends with nothing. */
static void worker(void)
{
	static const struct gw_worker none;
	struct gw_worker w;

	for (uint32_t turn = 0; turn < 20; turn++) {
		CHECK(!gw_worker_init(&w, turn, NULL));
		CHECK_EQUAL(w.index, turn);
		CHECK(!w.counters[GW_W_COUNT - 1]++);
		CHECK(!w.vip_counters[(uint64_t)GW_MAX_VIPS * GW_V_STRIDE - 1]++);
		CHECK(!w.server_counters[(uint64_t)GW_MAX_SERVERS * GW_S_STRIDE - 1]++);
		CHECK(!w.port_counters[(uint64_t)GW_MAX_PORTS * GW_P_STRIDE - 1]++);
		CHECK(w.fragments && !w.made->count && !w.made->bytes[GW_MADE_BYTES - 1]++);
		CHECK(!w.flows.buckets && !w.flows.flows);
		gw_worker_free(&w);
		CHECK(!memcmp(&w, &none, sizeof(w)));
	}
}

static const struct test tests[] = {
	{ "mapped memory is 0, of any size", zeroed },
	{ "memory that is given back is the system's again", given_back },
	{ "memory that nobody has is not given", impossible },
	{ "a worker starts from 0 and leaves nothing", worker },
};
MAIN(tests)
