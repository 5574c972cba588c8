/* SPDX-License-Identifier: Apache-2.0 */
/* A worker and a snapshot made by hand, and packets for one step alone. Every packet lies in a heap
 * block of exactly its headroom and its bytes. */
#ifndef GW_TEST_STEPS_H
#define GW_TEST_STEPS_H

#include "frames.h"
#include "made.h"
#include "parse.h"
#include "vip_index.h"

#define STEPS_VIPS 8
#define STEPS_PORT 3 /* where packets come from */
#define STEPS_OUT 5  /* where they leave */
#define STEPS_ROOM 128

static struct gw_worker worker;
static struct gw_snapshot snapshot;
static struct gw_vip vips[STEPS_VIPS];
static struct gw_server servers[8];

static inline void steps_vip(struct gw_vip_key *keys, int family, const char *prefix,
			     uint8_t length, uint8_t protocol, uint16_t port, uint16_t flags)
{
	uint32_t at = snapshot.vips_count++;
	struct gw_vip_key *key = &keys[at];

	CHECK(at < STEPS_VIPS);
	address(family, prefix, key->prefix);
	key->family = (uint8_t)family;
	key->prefix_len = length;
	key->protocol = protocol;
	key->port = port;
	key->vip = at;
	vips[at].id = at + 100;
	vips[at].flags = flags;
}

static inline void steps_port(uint32_t place, uint8_t index)
{
	snapshot.ports[place].index = index;
	snapshot.ports[place].mtu = UINT16_MAX;
	memcpy(snapshot.ports[place].mac, sample_mac, 6);
	snapshot.port_at[index] = (uint8_t)place;
}

enum {
	STEPS_IP4,    /* 90.0.0.0/8, answers echo requests */
	STEPS_IP6,    /* 2002::/16, too */
	STEPS_SILENT, /* 91.0.0.0/8, does not */
	STEPS_TCP80,  /* 92.0.0.1/32 tcp/80, does */
	STEPS_NODE,   /* 192.0.2.10/32 udp/7000: the node's own address */
};

static inline void steps_start(void)
{
	struct gw_vip_key keys[STEPS_VIPS] = { 0 };
	char err[GW_ERR_SIZE] = "";
	uint32_t duplicate;

	memset(&snapshot, 0, sizeof(snapshot));
	memset(servers, 0, sizeof(servers));
	memset(snapshot.port_at, GW_NO_HOP, sizeof(snapshot.port_at));
	snapshot.hash_key[0] = 1;
	snapshot.hash_key[1] = 2;
	snapshot.ports_count = 2;
	steps_port(0, STEPS_PORT);
	steps_port(1, STEPS_OUT);
	steps_vip(keys, 4, "90.0.0.0", 8, 255, 0, GW_VIP_ECHO);
	steps_vip(keys, 6, "2002::", 16, 255, 0, GW_VIP_ECHO);
	steps_vip(keys, 4, "91.0.0.0", 8, 255, 0, 0);
	steps_vip(keys, 4, "92.0.0.1", 32, 6, 80, GW_VIP_ECHO);
	steps_vip(keys, 4, "192.0.2.10", 32, 17, 7000, GW_VIP_ECHO);
	keys[STEPS_NODE].node = 1;
	snapshot.index = gw_vip_index_new(keys, vips, snapshot.vips_count, &duplicate);
	CHECK(snapshot.index);
	snapshot.vips = vips;
	snapshot.servers = servers;
	snapshot.servers_len = 8;
	CHECK(!gw_worker_init(&worker, 0, err));
	worker.now = 1000;
}

static inline void steps_end(void)
{
	gw_worker_free(&worker);
	gw_vip_index_free(snapshot.index);
}

/* A packet with all of the frame there. */
static inline struct gw_packet steps_packet(const struct frame *f)
{
	struct gw_packet p = { .headroom = STEPS_ROOM, .data_len = f->length,
			       .frame_len = f->length, .port = STEPS_PORT };
	uint8_t *block = malloc(STEPS_ROOM + f->length);

	CHECK(block);
	p.data = block + STEPS_ROOM;
	memset(block, 0xa5, STEPS_ROOM);
	memcpy(p.data, f->bytes, f->length);
	return p;
}

/* And parsed. */
static inline struct gw_packet steps_parsed(const struct frame *f)
{
	struct gw_packet p = steps_packet(f);

	gw_parse(&snapshot, &p, 1);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	return p;
}

static inline void steps_free(struct gw_packet *p)
{
	free(p->data - p->headroom);
}

static inline const uint8_t *made_bytes(uint32_t i)
{
	CHECK(i < worker.made->count);
	return worker.made->bytes + worker.made->frames[i].offset;
}

static inline uint64_t vip_count(uint32_t vip, uint32_t counter)
{
	return worker.vip_counters[(uint64_t)vips[vip].id * GW_V_STRIDE + counter];
}

static inline uint64_t server_count(uint32_t slot, uint32_t counter)
{
	return worker.server_counters[(uint64_t)slot * GW_S_STRIDE + counter];
}

#endif
