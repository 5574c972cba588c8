/* SPDX-License-Identifier: Apache-2.0 */
/* Images and frames for the C tests and the fuzzers. */
#ifndef GW_TEST_SAMPLE_H
#define GW_TEST_SAMPLE_H

#include <arpa/inet.h>

#include "check.h"
#include "guideway.h"

#define SAMPLE_VIPS 16
#define SAMPLE_SERVERS 64
#define SAMPLE_SLOTS 4096

/* An image in parts, which sample_encode joins. */
struct sample {
	struct gw_image head;
	struct gw_image_port ports[4];
	struct gw_image_vip vips[SAMPLE_VIPS];
	struct gw_image_server servers[SAMPLE_SERVERS];
	struct gw_image_hop hops[4];
	uint32_t slots[SAMPLE_SLOTS];
};

static const uint8_t sample_mac[6] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t sample_hop_mac[6] = { 2, 0, 0, 0, 0, 9 };

static inline void address(int family, const char *text, uint8_t *out)
{
	memset(out, 0, family == 6 ? 16 : 4);
	CHECK(inet_pton(family == 6 ? AF_INET6 : AF_INET, text, out) == 1);
}

/* An empty image: a port with a MAC address, a hop behind it, source addresses. */
static inline struct sample *sample_new(void)
{
	struct sample *s = calloc(1, sizeof(*s));

	CHECK(s);
	s->head.magic = GW_IMAGE_MAGIC;
	s->head.version = GW_IMAGE_VERSION;
	s->head.timeout = 40;
	s->head.buckets = 1024;
	for (int i = 0; i < 16; i++)
		s->head.hash_key[i] = (uint8_t)i;
	address(4, "192.0.2.10", s->head.ip4_src);
	address(6, "2001:db8::10", s->head.ip6_src);
	s->head.ports_count = 1;
	s->ports[0].index = 3;
	memcpy(s->ports[0].mac, sample_mac, 6);
	s->head.hops_count = 1;
	s->hops[0].port = 3;
	memcpy(s->hops[0].mac, sample_hop_mac, 6);
	return s;
}

/* Adds a VIP, its `servers` servers (slot ids from first_slot on) and a table of `len` slots over
 * all of them. Its id is its place. */
static inline uint32_t sample_vip(struct sample *s, int family, const char *prefix, uint8_t length,
				  uint8_t protocol, uint16_t port, uint8_t encap, uint32_t servers,
				  uint32_t first_slot, uint32_t len)
{
	uint32_t id = s->head.vips_count++;
	struct gw_image_vip *vip = &s->vips[id];

	CHECK(id < SAMPLE_VIPS && s->head.slots_count + len <= SAMPLE_SLOTS);
	address(family, prefix, vip->prefix);
	vip->family = (uint8_t)family;
	vip->prefix_len = length;
	vip->protocol = protocol;
	vip->port = port;
	vip->encap = encap;
	vip->id = id;
	vip->table_off = s->head.slots_count;
	vip->table_len = len;
	for (uint32_t i = 0; i < len; i++)
		s->slots[s->head.slots_count++] = first_slot + i % servers;
	for (uint32_t i = 0; i < servers; i++) {
		struct gw_image_server *server = &s->servers[s->head.servers_count++];

		CHECK(s->head.servers_count <= SAMPLE_SERVERS);
		server->slot = first_slot + i;
		server->vip = id;
		server->encap = encap;
		address(encap == GW_ENCAP_GRE4 ? 4 : 6,
			encap == GW_ENCAP_GRE4 ? "10.0.0.0" : "2001:db8:1::", server->address);
		server->address[encap == GW_ENCAP_GRE4 ? 3 : 15] = (uint8_t)(server->slot);
	}
	return id;
}

/* VIPs of both families, by port and of all ports, nested, without servers, without next hop. */
enum {
	RICH_IP4,      /* 90.0.0.0/8, gre4 */
	RICH_IP6,      /* 2002::/16, gre6 */
	RICH_TCP80,    /* 90.1.0.0/16 tcp/80, gre6 */
	RICH_UDP53,    /* 90.1.0.0/16 udp/53, gre4 */
	RICH_EMPTY,    /* 90.2.0.0/16, no server */
	RICH_LOST,     /* 90.3.0.0/16, next hop not known */
	RICH_TCP443,   /* 2002:1::/32 tcp/443, gre4 */
	RICH_BOTH,     /* 90.1.2.0/24, gre6 */
	RICH_BOTH8080, /* 90.1.2.0/24 tcp/8080, gre4 */
};

static inline struct sample *sample_rich(void)
{
	struct sample *s = sample_new();

	sample_vip(s, 4, "90.0.0.0", 8, 255, 0, GW_ENCAP_GRE4, 4, 1, 64);
	sample_vip(s, 6, "2002::", 16, 255, 0, GW_ENCAP_GRE6, 4, 5, 64);
	sample_vip(s, 4, "90.1.0.0", 16, 6, 80, GW_ENCAP_GRE6, 2, 9, 16);
	sample_vip(s, 4, "90.1.0.0", 16, 17, 53, GW_ENCAP_GRE4, 2, 11, 16);
	sample_vip(s, 4, "90.2.0.0", 16, 255, 0, GW_ENCAP_GRE4, 0, 1, 0);
	sample_vip(s, 4, "90.3.0.0", 16, 255, 0, GW_ENCAP_GRE4, 1, 13, 1);
	s->servers[s->head.servers_count - 1].hop = GW_NONE;
	sample_vip(s, 6, "2002:1::", 32, 6, 443, GW_ENCAP_GRE4, 2, 14, 16);
	sample_vip(s, 4, "90.1.2.0", 24, 255, 0, GW_ENCAP_GRE6, 1, 16, 1);
	sample_vip(s, 4, "90.1.2.0", 24, 6, 8080, GW_ENCAP_GRE4, 1, 17, 1);
	return s;
}

static inline uint64_t put(uint8_t *image, uint64_t *length, const void *records, uint64_t bytes)
{
	uint64_t offset = *length;

	memcpy(image + offset, records, bytes);
	*length = (offset + bytes + 7) / 8 * 8;
	return offset;
}

/* The image as bytes of their own on the heap; lengths and offsets are set in s->head. */
static inline uint8_t *sample_encode(struct sample *s, uint64_t *length)
{
	uint8_t *image = calloc(1, sizeof(*s) + 64);
	struct gw_image *head = &s->head;

	CHECK(image);
	*length = sizeof(*head);
	head->ports_off = (uint32_t)put(image, length, s->ports, head->ports_count * sizeof(*s->ports));
	head->vips_off = (uint32_t)put(image, length, s->vips, head->vips_count * sizeof(*s->vips));
	head->servers_off =
		(uint32_t)put(image, length, s->servers, head->servers_count * sizeof(*s->servers));
	head->hops_off = (uint32_t)put(image, length, s->hops, head->hops_count * sizeof(*s->hops));
	head->slots_off = put(image, length, s->slots, head->slots_count * sizeof(*s->slots));
	head->length = *length;
	memcpy(image, head, sizeof(*head));
	return image;
}

static inline int sample_commit(struct gw *gw, struct sample *s, char *err)
{
	uint64_t length;
	uint8_t *image = sample_encode(s, &length);
	int rc = gw_commit(gw, image, length, err);

	free(image);
	return rc;
}

static inline void must_commit(struct gw *gw, struct sample *s)
{
	char err[GW_ERR_SIZE] = "";

	if (sample_commit(gw, s, err))
		fprintf(stderr, "refused: %s\n", err);
	CHECK(!err[0]);
}

static inline struct gw *must_simulate(struct sample *s)
{
	char err[GW_ERR_SIZE] = "";
	struct gw *gw;

	CHECK(!gw_simulate(&gw, err));
	must_commit(gw, s);
	return gw;
}

/* ---- Frames ---- */

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

/* Runs one frame through a simulation. `out` (GW_FRAME_GROWTH bytes more than the frame) may be
 * NULL. */
static inline struct gw_frame_result run_frame(struct gw *gw, const struct frame *f, uint8_t *out)
{
	uint64_t offsets[2] = { 0, f->length };
	uint8_t scratch[sizeof(f->bytes) + GW_FRAME_GROWTH];
	struct gw_frame_result result;

	CHECK(!gw_frames(gw, f->bytes, offsets, 1, &result, out ? out : scratch, sizeof(scratch)));
	return result;
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
