/* SPDX-License-Identifier: Apache-2.0 */
/* Frames for the C tests and the fuzzers, and the way through a simulation. */
#ifndef GW_TEST_FRAMES_H
#define GW_TEST_FRAMES_H

#include "sample.h"

struct frame {
	uint8_t bytes[2048];
	uint32_t length; /* of the whole frame */
	uint32_t l3;
	uint32_t ip_len;
};

static inline uint16_t ip4_sum(const uint8_t *ip, uint32_t length)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < length; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static inline void set16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Ethernet with `tags` VLAN tags, to the sample's port. */
static inline void frame_ether(struct frame *f, uint32_t tags, uint16_t type)
{
	memset(f, 0, sizeof(*f));
	memcpy(f->bytes, sample_mac, 6);
	memcpy(f->bytes + 6, "\x02\0\0\0\0\x77", 6);
	f->l3 = 14 + 4 * tags;
	for (uint32_t i = 0; i < tags; i++) {
		set16(f->bytes + 12 + 4 * i, i + 1 < tags ? 0x88a8 : 0x8100);
		set16(f->bytes + 14 + 4 * i, 100 + i);
	}
	set16(f->bytes + f->l3 - 2, type);
}

/* Rights the IPv4 header's checksum after a change. */
static inline void frame_resum(struct frame *f)
{
	uint8_t *ip = f->bytes + f->l3;
	uint32_t header = (ip[0] & 15u) * 4;

	set16(ip + 10, 0);
	set16(ip + 10, (uint16_t)~ip4_sum(ip, header));
}

/* IPv4 with `options` words of options and `payload` bytes behind the header, ports first. */
static inline void frame_ip4(struct frame *f, uint32_t tags, const char *src, const char *dst,
			     uint8_t protocol, uint16_t src_port, uint16_t dst_port,
			     uint32_t options, uint32_t payload)
{
	uint32_t header = 20 + options * 4;
	uint8_t *ip;

	frame_ether(f, tags, 0x0800);
	ip = f->bytes + f->l3;
	f->ip_len = header + payload;
	f->length = f->l3 + f->ip_len;
	ip[0] = (uint8_t)(0x40 | header / 4);
	set16(ip + 2, f->ip_len);
	ip[8] = 64;
	ip[9] = protocol;
	address(4, src, ip + 12);
	address(4, dst, ip + 16);
	memset(ip + 20, 1, options * 4);
	frame_resum(f);
	for (uint32_t i = 0; i < payload; i++)
		ip[header + i] = (uint8_t)(i * 7 + 1);
	if (payload >= 4) {
		set16(ip + header, src_port);
		set16(ip + header + 2, dst_port);
	}
}

/* IPv6 with `ext_len` bytes of extension headers (`next` of the IPv6 header is `first`). */
static inline void frame_ip6(struct frame *f, uint32_t tags, const char *src, const char *dst,
			     uint8_t first, const uint8_t *ext, uint32_t ext_len,
			     uint16_t src_port, uint16_t dst_port, uint32_t payload)
{
	uint8_t *ip;

	frame_ether(f, tags, 0x86dd);
	ip = f->bytes + f->l3;
	f->ip_len = 40 + ext_len + payload;
	f->length = f->l3 + f->ip_len;
	ip[0] = 0x60;
	set16(ip + 4, ext_len + payload);
	ip[6] = first;
	ip[7] = 64;
	address(6, src, ip + 8);
	address(6, dst, ip + 24);
	if (ext_len)
		memcpy(ip + 40, ext, ext_len);
	for (uint32_t i = 0; i < payload; i++)
		ip[40 + ext_len + i] = (uint8_t)(i * 7 + 1);
	if (payload >= 4) {
		set16(ip + 40 + ext_len, src_port);
		set16(ip + 42 + ext_len, dst_port);
	}
}

/* Runs one frame that came in by `port` through a simulation. `out`: GW_FRAME_GROWTH bytes more
 * than the frame, or NULL; what is made because of it follows there, if `size` has room for it. */
static inline struct gw_frame_result run_frame_from(struct gw *gw, const struct frame *f,
						    uint32_t port, uint8_t *out, size_t size)
{
	static uint8_t scratch[1 << 14];
	static uint8_t *all;
	uint64_t offsets[2] = { 0, f->length }, most = sizeof(f->bytes) + GW_FRAMES_SLACK + 4096;
	struct gw_frame_result result;

	if (!out) {
		out = scratch;
		size = sizeof(scratch);
	}
	all = all ? all : malloc(most);
	CHECK(all);
	CHECK_EQUAL(gw_frames(gw, f->bytes, offsets, &port, 1, &result, all, most), 1);
	if (result.made_count)
		CHECK(result.made_off + result.made_len <= size);
	memcpy(out, all, result.made_count ? result.made_off + result.made_len : result.out_len);
	return result;
}

static inline struct gw_frame_result run_frame(struct gw *gw, const struct frame *f, uint8_t *out)
{
	return run_frame_from(gw, f, 3, out, sizeof(f->bytes) + GW_FRAME_GROWTH);
}

static inline uint64_t worker_counter(struct gw *gw, uint32_t counter)
{
	void *data;
	uint64_t bytes;

	CHECK(!gw_memory(gw, GW_MEMORY_WORKER, 0, &data, &bytes));
	return ((uint64_t *)data)[counter];
}

static inline uint64_t vip_counter(struct gw *gw, uint32_t id, uint32_t counter)
{
	void *data;
	uint64_t bytes;

	CHECK(!gw_memory(gw, GW_MEMORY_VIPS, 0, &data, &bytes));
	return ((uint64_t *)data)[(uint64_t)id * GW_V_STRIDE + counter];
}

static inline uint64_t server_counter(struct gw *gw, uint32_t slot, uint32_t counter)
{
	void *data;
	uint64_t bytes;

	CHECK(!gw_memory(gw, GW_MEMORY_SERVERS, 0, &data, &bytes));
	return ((uint64_t *)data)[(uint64_t)slot * GW_S_STRIDE + counter];
}

#endif
