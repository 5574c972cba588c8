/* SPDX-License-Identifier: Apache-2.0 */
/* Frames for the benchmark: TCP (UDP for a UDP VIP) to the VIP's prefix, checksums right. */
#include <errno.h>
#include <stdlib.h>

#include "bench_frames.h"
#include "bytes.h"

enum { ETHER = 14, TCP = 6, UDP = 17 };

int gw_bench_frames_new(struct gw_bench_frames *frames, const struct gw_bench_args *args,
			const struct gw_vip_key *key, const uint8_t *dst_mac)
{
	uint64_t random = args->seed;
	uint32_t base = (uint32_t)gw_random(&random);
	uint32_t least = ETHER + (key->family == 6 ? 40 : 20) + (key->protocol == UDP ? 8 : 20);

	frames->flows = calloc(args->flows, sizeof(*frames->flows));
	if (!frames->flows)
		return -ENOMEM;
	frames->flows_count = args->flows;
	frames->frame_len = args->frame_len > least ? args->frame_len : least;
	frames->key = *key;
	memcpy(frames->dst_mac, dst_mac, 6);
	for (uint32_t i = 0; i < args->flows; i++) {
		struct gw_bench_flow *flow = &frames->flows[i];
		uint64_t j = gw_random(&random) % (i + 1);

		flow->dst = gw_random(&random);
		flow->port = (uint16_t)(gw_random(&random) | 1024);
		*flow = frames->flows[j]; /* a shuffle that builds its list on the way */
		frames->flows[j] = (struct gw_bench_flow){
			.src = base + i * 2654435761u, /* odd factor: no two alike */
			.port = (uint16_t)(gw_random(&random) | 1024),
			.dst = gw_random(&random),
		};
	}
	return 0;
}

/* The prefix with the flow's bits behind it, at most the last 64 of them. */
static void write_dst(const struct gw_vip_key *key, uint64_t bits, uint8_t *at)
{
	uint32_t length = key->family == 6 ? 16 : 4, behind = length * 8 - key->prefix_len;
	uint64_t mask = behind >= 64 ? UINT64_MAX : (UINT64_C(1) << behind) - 1;

	memcpy(at, key->prefix, length);
	if (length == 4)
		gw_store32(at, gw_load32(at) | gw_be32((uint32_t)(bits & mask)));
	else
		gw_store64(at + 8, gw_load64(at + 8) | gw_be64(bits & mask));
}

static uint64_t sum_bytes(const uint8_t *at, uint32_t length)
{
	uint64_t sum = 0;

	for (; length > 1; at += 2, length -= 2)
		sum += gw_load16(at);
	if (length)
		sum += gw_be16((uint16_t)(*at << 8));
	return sum;
}

static void write_l4(uint8_t *l4, uint32_t length, uint8_t protocol, uint16_t src, uint16_t dst,
		     uint64_t address_sum)
{
	uint8_t *checksum = l4 + (protocol == TCP ? 16 : 6);
	uint16_t result;

	memset(l4, 0, length);
	gw_store16(l4, gw_be16(src));
	gw_store16(l4 + 2, gw_be16(dst));
	if (protocol == TCP) {
		l4[12] = 0x50; /* header of 20 bytes */
		l4[13] = 0x10; /* ACK */
	} else {
		gw_store16(l4 + 4, gw_be16((uint16_t)length));
	}
	result = (uint16_t)~gw_fold(address_sum + gw_be16(protocol) + gw_be16((uint16_t)length) +
				    sum_bytes(l4, length));
	gw_store16(checksum, result ? result : 0xffff);
}

static uint32_t write_ip4(const struct gw_bench_frames *frames, const struct gw_bench_flow *flow,
			  uint8_t *ip, uint8_t protocol)
{
	memset(ip, 0, 20);
	ip[0] = 0x45;
	gw_store16(ip + 2, gw_be16((uint16_t)(frames->frame_len - ETHER)));
	ip[8] = 64;
	ip[9] = protocol;
	gw_store32(ip + 12, flow->src);
	write_dst(&frames->key, flow->dst, ip + 16);
	gw_store16(ip + 10, (uint16_t)~gw_fold(sum_bytes(ip, 20)));
	return 20;
}

static uint32_t write_ip6(const struct gw_bench_frames *frames, const struct gw_bench_flow *flow,
			  uint8_t *ip, uint8_t protocol)
{
	memset(ip, 0, 40);
	ip[0] = 0x60;
	gw_store16(ip + 4, gw_be16((uint16_t)(frames->frame_len - ETHER - 40)));
	ip[6] = protocol;
	ip[7] = 64;
	gw_store32(ip + 8, gw_be32(0x20010db8));
	gw_store32(ip + 20, flow->src);
	write_dst(&frames->key, flow->dst, ip + 24);
	return 40;
}

void gw_bench_frame(const struct gw_bench_frames *frames, uint32_t flow_at, uint8_t *at)
{
	const struct gw_bench_flow *flow = &frames->flows[flow_at];
	const struct gw_vip_key *key = &frames->key;
	uint8_t protocol = key->protocol == UDP ? UDP : TCP, *ip = at + ETHER;
	uint32_t header, addresses = key->family == 6 ? 32 : 8;

	memcpy(at, frames->dst_mac, 6);
	memcpy(at + 6, "\x02\0\0\0\0\x01", 6);
	gw_store16(at + 12, gw_be16(key->family == 6 ? 0x86dd : 0x0800));
	header = key->family == 6 ? write_ip6(frames, flow, ip, protocol) :
				    write_ip4(frames, flow, ip, protocol);
	write_l4(ip + header, frames->frame_len - ETHER - header, protocol, flow->port,
		 key->port ? key->port : 80, sum_bytes(ip + header - addresses, addresses));
}
