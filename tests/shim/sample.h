/* SPDX-License-Identifier: Apache-2.0 */
/* Images for the C tests and the fuzzers. */
#ifndef GW_TEST_SAMPLE_H
#define GW_TEST_SAMPLE_H

#include <arpa/inet.h>
#include <stdbool.h>

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
	struct gw_image_key keys[SAMPLE_VIPS];
	struct gw_image_server servers[SAMPLE_SERVERS];
	struct gw_image_hop hops[4];
	struct gw_image_own own[2];
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
	s->head.gue_port = 6080;
	s->head.hop4 = GW_NONE;
	s->head.hop6 = GW_NONE;
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

static inline int sample_server_family(uint8_t encap)
{
	return encap == GW_ENCAP_GRE6 || encap == GW_ENCAP_NAT6 ? 6 : 4;
}

static inline bool sample_is_tunnel(uint8_t encap)
{
	return encap <= GW_ENCAP_GRE6 || encap >= GW_ENCAP_IPIP;
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
	vip->flags = GW_VIP_ECHO;
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
		server->family = (uint8_t)sample_server_family(encap);
		server->ttl = sample_is_tunnel(encap) ? 64 : 0;
		if (encap == GW_ENCAP_NAT4 || encap == GW_ENCAP_NAT6)
			server->target_port = port ? (uint16_t)(port + 8000) : 0;
		address(server->family, server->family == 4 ? "10.0.0.0" : "2001:db8:1::",
			server->address);
		server->address[server->family == 4 ? 3 : 15] = (uint8_t)(server->slot);
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
	head->ports_off = (uint32_t)put(image, length, s->ports,
					head->ports_count * sizeof(*s->ports));
	head->vips_off = (uint32_t)put(image, length, s->vips, head->vips_count * sizeof(*s->vips));
	head->keys_off = (uint32_t)put(image, length, s->keys, head->keys_count * sizeof(*s->keys));
	head->servers_off =
		(uint32_t)put(image, length, s->servers, head->servers_count * sizeof(*s->servers));
	head->hops_off = (uint32_t)put(image, length, s->hops, head->hops_count * sizeof(*s->hops));
	head->own_off = (uint32_t)put(image, length, s->own, head->own_count * sizeof(*s->own));
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

#endif
