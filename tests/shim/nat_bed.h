/* SPDX-License-Identifier: Apache-2.0 */
/* Three workers and a snapshot with nat servers, made by hand, and the steps for a packet. */
#ifndef GW_TEST_NAT_BED_H
#define GW_TEST_NAT_BED_H

#include "back.h"
#include "flow.h"
#include "flow_table.h"
#include "icmp.h"
#include "icmp_frames.h"
#include "nat.h"
#include "nat_index.h"
#include "parse.h"
#include "vip.h"
#include "vip_index.h"

#define BED_VIPS 9
#define BED_WORKERS 3
#define BED_OUTSIDE 3 /* port that clients' packets come in by */
#define BED_INSIDE 5  /* port of the servers, with snat */
#define BED_CLIENT "203.0.113.7"
#define BED_CLIENT6 "2001:db8:f::7"

static const uint8_t bed_client_mac[6] = { 2, 0, 0, 0, 0, 0x77 }; /* frame_ether's */
static const uint8_t bed_inside_mac[6] = { 2, 0, 0, 0, 0, 2 };
static const uint8_t bed_gateway_mac[6] = { 2, 0, 0, 0, 0, 3 };

/* The VIPs by their ids; each has one server, whose slot id is one more. Flows are their own ways
 * back; those of the sticky ones, BED_STICKY and BED_CLUB, have ways that are learned. */
enum {
	BED_WEB,    /* 90.1.2.1 tcp/80     -> 10.0.0.1:8080 */
	BED_DNS,    /* 90.1.2.1 udp/53     -> 10.0.0.2:5353 */
	BED_ALL,    /* 90.9.0.0/16         -> 10.0.0.3 */
	BED_WEB6,   /* 2001:db8:90::1 tcp/80 -> 2001:db8:1::4:8080 */
	BED_ALL6,   /* 2001:db8:91::/48    -> 2001:db8:1::5 */
	BED_STICKY, /* 90.8.0.0/16, sticky -> 10.0.0.6 */
	BED_TWIN,   /* 90.1.2.2 tcp/80     -> 10.0.0.1:8080, the same end as BED_WEB's */
	BED_GRE,    /* 90.7.0.0/16, no nat */
	BED_CLUB    /* 90.6.0.0/16, sticky -> 10.0.0.6, the same end as BED_STICKY's */
};

static struct {
	struct gw_snapshot snapshot;
	struct gw_vip vips[BED_VIPS];
	struct gw_vip_key keys[BED_VIPS];
	struct gw_server servers[BED_VIPS + 1];
	uint32_t slots[BED_VIPS];
	struct gw_worker workers[BED_WORKERS];
	struct gw_worker *peers[BED_WORKERS];
} bed;

static inline struct gw_server *bed_server(uint32_t vip)
{
	return &bed.servers[vip + 1];
}

static inline void bed_vip(uint32_t id, int family, const char *prefix, uint8_t length,
			   uint8_t protocol, uint16_t port, const char *server, uint16_t target)
{
	struct gw_vip_key *key = &bed.keys[id];
	struct gw_server *to = bed_server(id);

	*key = (struct gw_vip_key){ .family = (uint8_t)family, .prefix_len = length,
				    .protocol = protocol, .port = port, .vip = id };
	address(family, prefix, key->prefix);
	bed.slots[id] = id + 1;
	bed.vips[id] = (struct gw_vip){ .table = &bed.slots[id], .table_len = 1, .id = id,
					.flags = GW_VIP_BY_CLIENT, .port = port,
					.protocol = protocol, .family = (uint8_t)family };
	memcpy(bed.vips[id].prefix, key->prefix, 16);
	*to = (struct gw_server){ .vip = id, .port = BED_INSIDE, .mtu = UINT16_MAX,
				  .kind = family == 4 ? GW_SERVER_NAT4 : GW_SERVER_NAT6 };
	memcpy(to->to.ether, (uint8_t[]){ 2, 0, 0, 0, 1, (uint8_t)id }, 6);
	memcpy(to->to.ether + 6, bed_inside_mac, 6);
	address(family, server, to->to.address);
	set16((uint8_t *)&to->to.target_port, target);
}

static inline void bed_port(uint32_t place, uint8_t index, const uint8_t *mac, uint16_t flags)
{
	bed.snapshot.ports[place].index = index;
	bed.snapshot.ports[place].mtu = UINT16_MAX;
	bed.snapshot.ports[place].flags = flags;
	memcpy(bed.snapshot.ports[place].mac, mac, 6);
	bed.snapshot.port_at[index] = (uint8_t)place;
	bed.snapshot.port_flags |= flags;
}

static inline void bed_give(uint32_t id)
{
	const struct gw_vip_key *key = &bed.keys[id];
	bool host = key->prefix_len == (key->family == 4 ? 32 : 128);
	struct gw_nat_server server = { .address = bed_server(id)->to.address,
					.family = key->family,
					.protocol = key->protocol,
					.target_port = gw_be16(bed_server(id)->to.target_port),
					.source = host ? key->prefix : NULL,
					.source_port = key->port,
					.sticky = bed.vips[id].flags & GW_VIP_STICKY,
					.slot = id + 1 };

	gw_nat_index_add(bed.snapshot.nat, &server);
}

/* Only the VIPs of these bits are served: what the snapshot knows of their servers' ends. */
static inline void bed_serve(uint32_t vips)
{
	gw_nat_index_free(bed.snapshot.nat);
	bed.snapshot.nat = gw_nat_index_new(BED_VIPS);
	CHECK(bed.snapshot.nat);
	for (uint32_t id = 0; id < BED_VIPS; id++)
		if (vips >> id & 1)
			bed_give(id);
	gw_nat_index_end(bed.snapshot.nat);
}

static inline void bed_vips(void)
{
	bed_vip(BED_WEB, 4, "90.1.2.1", 32, 6, 80, "10.0.0.1", 8080);
	bed_vip(BED_DNS, 4, "90.1.2.1", 32, 17, 53, "10.0.0.2", 5353);
	bed_vip(BED_ALL, 4, "90.9.0.0", 16, 255, 0, "10.0.0.3", 0);
	bed_vip(BED_WEB6, 6, "2001:db8:90::1", 128, 6, 80, "2001:db8:1::4", 8080);
	bed_vip(BED_ALL6, 6, "2001:db8:91::", 48, 255, 0, "2001:db8:1::5", 0);
	bed_vip(BED_STICKY, 4, "90.8.0.0", 16, 255, 0, "10.0.0.6", 0);
	bed.vips[BED_STICKY].flags = GW_VIP_STICKY;
	bed_vip(BED_TWIN, 4, "90.1.2.2", 32, 6, 80, "10.0.0.1", 8080);
	bed_vip(BED_GRE, 4, "90.7.0.0", 16, 255, 0, "10.0.0.8", 0);
	bed_server(BED_GRE)->kind = GW_SERVER_GRE4;
	bed.vips[BED_GRE].flags = 0;
	bed_vip(BED_CLUB, 4, "90.6.0.0", 16, 255, 0, "10.0.0.6", 0);
	bed.vips[BED_CLUB].flags = GW_VIP_STICKY;
	bed_serve(UINT32_MAX);
}

static inline void bed_worker(uint32_t i, uint32_t buckets)
{
	struct gw_worker *worker = &bed.workers[i];

	CHECK(!gw_worker_init(worker, i, NULL));
	CHECK(!gw_flow_table_new(&worker->flows, buckets, NULL));
	worker->now = 1000;
	worker->peers = bed.peers;
	worker->peers_count = BED_WORKERS;
	bed.peers[i] = worker;
}

static inline void bed_start(uint32_t buckets)
{
	struct gw_snapshot *s = &bed.snapshot;
	uint32_t duplicate;

	memset(&bed, 0, sizeof(bed));
	memset(s->port_at, GW_NO_HOP, sizeof(s->port_at));
	s->hash_key[0] = 0x0706050403020100;
	s->hash_key[1] = 0x0f0e0d0c0b0a0908;
	s->timeout = 40;
	s->ports_count = 2;
	bed_port(0, BED_OUTSIDE, sample_mac, 0);
	bed_port(1, BED_INSIDE, bed_inside_mac, GW_PORT_SNAT4 | GW_PORT_SNAT6);
	bed_vips();
	s->vips = bed.vips;
	s->vips_count = BED_VIPS;
	s->index = gw_vip_index_new(bed.keys, bed.vips, BED_VIPS, &duplicate);
	CHECK(s->index);
	s->servers = bed.servers;
	s->servers_len = BED_VIPS + 1;
	for (int i = 0; i < 2; i++) {
		s->ways[i].port = BED_OUTSIDE;
		memcpy(s->ways[i].dst_mac, bed_gateway_mac, 6);
		memcpy(s->ways[i].src_mac, sample_mac, 6);
	}
	address(4, "192.0.2.10", s->ip4_src);
	address(6, "2001:db8::10", s->ip6_src);
	for (uint32_t i = 0; i < BED_WORKERS; i++)
		bed_worker(i, buckets);
}

static inline void bed_end(void)
{
	for (uint32_t i = 0; i < BED_WORKERS; i++)
		gw_worker_free(&bed.workers[i]);
	gw_nat_index_free(bed.snapshot.nat);
	gw_vip_index_free(bed.snapshot.index);
}

static inline void bed_clock(uint32_t now)
{
	for (uint32_t i = 0; i < BED_WORKERS; i++)
		bed.workers[i].now = now;
}

static inline uint64_t bed_vip_count(uint32_t worker, uint32_t vip, uint32_t counter)
{
	return bed.workers[worker].vip_counters[(uint64_t)vip * GW_V_STRIDE + counter];
}

static inline uint64_t bed_server_count(uint32_t worker, uint32_t vip, uint32_t counter)
{
	return bed.workers[worker].server_counters[(uint64_t)(vip + 1) * GW_S_STRIDE + counter];
}

/* The first `there` bytes of the frame as the first segment of a packet from that port, in a heap
 * block of exactly these bytes. */
static inline struct gw_packet bed_packet(const struct frame *f, uint8_t port, uint32_t there)
{
	struct gw_packet p = { .data = malloc(there), .data_len = there, .frame_len = f->length,
			       .port = port };

	CHECK(p.data);
	memcpy(p.data, f->bytes, there);
	if (port == BED_INSIDE)
		memcpy(p.data, bed_inside_mac, 6);
	return p;
}

/* The steps of clients' packets, up to nat. */
static inline void bed_forward_burst(uint32_t worker, struct gw_packet *packets, uint32_t count)
{
	struct gw_worker *by = &bed.workers[worker];

	gw_parse(&bed.snapshot, packets, count);
	gw_icmp(by, &bed.snapshot, packets, count);
	gw_vip_lookup(&bed.snapshot, packets, count);
	for (uint32_t i = 0; i < count; i++)
		CHECK_EQUAL(packets[i].verdict, GW_FORWARDED);
	gw_flow_hash(by, &bed.snapshot, packets, count);
	gw_flow_prefetch(by, &bed.snapshot, packets, count);
	gw_flow_decide(by, &bed.snapshot, packets, count);
	gw_nat(by, &bed.snapshot, packets, count);
}

static inline void bed_forward(uint32_t worker, struct gw_packet *p)
{
	bed_forward_burst(worker, p, 1);
}

/* The steps of a server's packet, up to back. */
static inline void bed_back(uint32_t worker, struct gw_packet *p)
{
	gw_parse(&bed.snapshot, p, 1);
	CHECK_EQUAL(p->verdict, GW_FORWARDED);
	gw_icmp(&bed.workers[worker], &bed.snapshot, p, 1);
	gw_vip_lookup(&bed.snapshot, p, 1);
	gw_back(&bed.workers[worker], &bed.snapshot, p, 1);
}

/* A client's frame goes through the worker's steps, and is forgotten. */
static inline void bed_send(uint32_t worker, const struct frame *f)
{
	struct gw_packet p = bed_packet(f, BED_OUTSIDE, f->length);

	bed_forward(worker, &p);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	free(p.data);
}

#endif
