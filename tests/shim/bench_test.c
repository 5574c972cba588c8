/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_frames.h"

#include "frames.h"

static struct gw_bench_result bench(struct gw *gw, uint32_t mode, uint32_t flows, uint32_t vip)
{
	struct gw_bench_args args = { mode, flows, 60, vip, 0.02, 1 };
	struct gw_bench_result r;
	struct gw_table_use use;
	char err[GW_ERR_SIZE] = "";

	CHECK(!gw_bench(gw, &args, &r, err));
	CHECK(r.packets && r.packets == r.forwarded && r.cycles && r.tsc_hz > 1000000);
	for (int i = 0; i < GW_STEP_COUNT; i++)
		CHECK(r.step_cycles[i]);
	CHECK(!gw_table_use(gw, 0, &use));
	CHECK_EQUAL(use.flows, 0);
	return r;
}

static void run_modes(struct gw *gw, uint32_t vip)
{
	uint64_t first = worker_counter(gw, GW_W_FIRST_PACKET);

	bench(gw, GW_BENCH_HIT, 500, vip);
	CHECK_EQUAL(worker_counter(gw, GW_W_FIRST_PACKET) - first, 500);
	first = worker_counter(gw, GW_W_NEXT_PACKET);
	bench(gw, GW_BENCH_FIRST, 500, vip);
	CHECK_EQUAL(worker_counter(gw, GW_W_NEXT_PACKET), first);
	CHECK_EQUAL(worker_counter(gw, GW_W_UNTRACKED_PACKET), 0);
}

static void check_empty(struct gw *gw)
{
	for (uint32_t slot = 0; slot < 64; slot++) {
		CHECK_EQUAL(server_counter(gw, slot, GW_S_FLOWS), 0);
		CHECK_EQUAL(server_counter(gw, slot, GW_S_RETURN_FLOWS), 0);
	}
}

static void modes(void)
{
	struct sample *s = sample_new();
	struct gw *gw;

	sample_vip(s, 4, "90.0.0.0", 8, 255, 0, GW_ENCAP_GRE4, 4, 1, 64);
	sample_vip(s, 6, "2002::", 16, 255, 0, GW_ENCAP_GRE6, 4, 5, 64);
	sample_vip(s, 4, "91.1.0.0", 16, 17, 53, GW_ENCAP_GRE6, 2, 9, 16);
	sample_vip(s, 6, "2003:1::", 128, 6, 443, GW_ENCAP_GRE4, 2, 11, 16);
	gw = must_simulate(s);
	for (uint32_t vip = 0; vip < 4; vip++)
		run_modes(gw, vip);
	bench(gw, GW_BENCH_TABLE, 500, 0);
	CHECK(worker_counter(gw, GW_W_UNTRACKED_PACKET) > 500);
	check_empty(gw);
	gw_close(gw, NULL);
	free(s);
}

static void encaps(void)
{
	struct sample *s = sample_new();
	struct gw *gw;

	s->head.buckets = 4096;
	sample_vip(s, 4, "90.1.0.0", 16, 255, 0, GW_ENCAP_L3DSR, 4, 1, 64);
	sample_vip(s, 4, "90.2.0.0", 16, 255, 0, GW_ENCAP_NAT4, 4, 5, 64);
	sample_vip(s, 4, "90.3.0.1", 32, 6, 80, GW_ENCAP_NAT4, 4, 9, 64);
	sample_vip(s, 6, "2002::", 16, 17, 53, GW_ENCAP_NAT6, 4, 13, 64);
	sample_vip(s, 4, "90.4.0.0", 16, 255, 0, GW_ENCAP_IPIP, 4, 17, 64);
	sample_vip(s, 6, "2003::", 16, 255, 0, GW_ENCAP_GUE, 4, 21, 64);
	gw = must_simulate(s);
	for (uint32_t vip = 0; vip < s->head.vips_count; vip++)
		run_modes(gw, vip);
	check_empty(gw);
	gw_close(gw, NULL);
	free(s);
}

static uint32_t sum16(const uint8_t *at, uint32_t length)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < length; i++)
		sum += (uint32_t)at[i] << (i & 1 ? 0 : 8);
	return sum;
}

/* TCP or UDP checksum over the pseudo header: all ones when right. */
static bool l4_right(const uint8_t *addresses, uint32_t length, const uint8_t *l4, uint32_t l4_len,
		     uint8_t protocol)
{
	uint32_t sum = sum16(addresses, length) + sum16(l4, l4_len) + l4_len + protocol;

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

/* The frame is a packet of the protocol to the key's prefix. */
static void check_frame(const uint8_t *frame, uint32_t length, const struct gw_vip_key *key,
			uint8_t protocol)
{
	uint32_t header = key->family == 6 ? 40 : 20, addresses = header == 20 ? 8 : 32;
	const uint8_t *l4 = frame + 14 + header, *dst = l4 - addresses / 2;

	if (header == 20)
		CHECK_EQUAL(ip4_sum(frame + 14, 20), 0xffff);
	CHECK(l4_right(l4 - addresses, addresses, l4, length - 14 - header, protocol));
	for (int bit = 0; bit < key->prefix_len; bit++)
		CHECK(!((key->prefix[bit / 8] ^ dst[bit / 8]) & 0x80 >> bit % 8));
}

static void frames(void)
{
	static const struct gw_vip_key keys[] = {
		{ .prefix = { 90 }, .family = 4, .prefix_len = 8, .protocol = 255 },
		{ .prefix = { 90, 1, 2, 3 }, .family = 4, .prefix_len = 32, .protocol = 17,
		  .port = 53 },
		{ .prefix = { 32, 2 }, .family = 6, .prefix_len = 16, .protocol = 6, .port = 443 },
		{ .family = 6, .prefix_len = 128, .protocol = 255 },
		{ .family = 4, .prefix_len = 0, .protocol = 255 },
	};

	for (uint32_t turn = 0; turn < 5 * 3; turn++) {
		const struct gw_vip_key *key = &keys[turn / 3];
		struct gw_bench_args args = { .flows = 300, .frame_len = 60 + turn % 3 * 31,
					      .seed = turn };
		uint8_t frame[256];
		struct gw_bench_frames b;

		CHECK(!gw_bench_frames_new(&b, &args, key, sample_mac));
		for (uint32_t i = 0; i < args.flows; i++) {
			for (uint32_t j = 0; j < i; j++)
				CHECK(b.flows[i].src != b.flows[j].src);
			gw_bench_frame(&b, i, frame);
			check_frame(frame, b.frame_len, key, key->protocol == 17 ? 17 : 6);
		}
		free(b.flows);
	}
}

static void refusals(void)
{
	struct sample *s = sample_rich();
	struct gw *gw = must_simulate(s);
	struct gw_bench_args good = { GW_BENCH_HIT, 10, 60, 0, 0.01, 1 }, args;
	struct gw_bench_result r;
	char err[GW_ERR_SIZE];

#define REFUSED(change, wanted) \
	do { \
		args = good; \
		change; \
		CHECK(gw_bench(gw, &args, &r, err) < 0); \
		CHECK(!strcmp(err, wanted)); \
	} while (0)
	REFUSED(args.vip = 99, "vip: 99, the image has 9");
	REFUSED(args.vip = RICH_EMPTY, "vip: 4 has no server with a weight");
	REFUSED(args.mode = 3, "mode: 3 is not known");
	REFUSED(args.flows = 0, "flows: 0 is not in 1..67108864");
	REFUSED(args.frame_len = 9000, "frame_len: 9000 is more than 2368");
	REFUSED(args.seconds = 0, "seconds: 0 is not in 0..3600");
	gw_close(gw, NULL);
	free(s);
}

static const struct test tests[] = {
	{ "each mode measures what it says and leaves no flow behind", modes },
	{ "every encap can be measured", encaps },
	{ "the benchmark's frames are valid and their flows different", frames },
	{ "a benchmark that cannot be is refused with a sentence", refusals },
};
MAIN(tests)
