/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_BENCH_FRAMES_H
#define GW_BENCH_FRAMES_H

#include "state.h"
#include "vip_index.h"

/* The flows of a benchmark, in shuffled order, and how their frames look. */
struct gw_bench_flow {
	uint32_t src; /* different for each flow; of an IPv6 address the last four bytes */
	uint16_t port;
	uint16_t reserved;
	uint64_t dst; /* random bits, of which those behind the prefix are used */
};

struct gw_bench_frames {
	struct gw_bench_flow *flows;
	uint32_t flows_count;
	uint32_t frame_len; /* at least what the headers need */
	struct gw_vip_key key;
	uint8_t dst_mac[6];
	uint8_t reserved[2];
};

int gw_bench_frames_new(struct gw_bench_frames *frames, const struct gw_bench_args *args,
			const struct gw_vip_key *key, const uint8_t *dst_mac);
/* Writes a whole valid frame of the flow. */
void gw_bench_frame(const struct gw_bench_frames *frames, uint32_t flow, uint8_t *at);

static inline uint64_t gw_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

#endif
