/* SPDX-License-Identifier: Apache-2.0 */
/* An image with every encap, both families in and out, every policy and narrow ways. */
#ifndef GW_TEST_SAMPLE_ALL_H
#define GW_TEST_SAMPLE_ALL_H

#include "ip_sums.h"

enum {
	ALL_GRE4,    /* 90.0.0.0/8 */
	ALL_GRE6,    /* 2002::/16 */
	ALL_IPIP,    /* 90.10.0.0/16, to servers of both families */
	ALL_IPIP_6,  /* 2002:10::/32, too */
	ALL_GUE,     /* 90.11.0.0/16, too */
	ALL_GUE_6,   /* 2002:11::/32, too */
	ALL_L3DSR,   /* 90.12.0.0/16 */
	ALL_NAT4,    /* 90.13.0.0/24 */
	ALL_TCP80,   /* 90.13.0.1/32 tcp/80 and udp/80, nat4 to 8080; node port 30964 */
	ALL_NAT6,    /* 2002:13::/32 */
	ALL_UDP53,   /* 2002:13::1/128 udp/53, nat6 to 8053; node port 30966 */
	ALL_STICKY,  /* 90.14.0.0/16, gre6 */
	ALL_PINGS,   /* 90.15.0.1/32 tcp/443, gre4: pings are forwarded */
	ALL_TCP22,   /* 90.16.0.1/32 tcp/22, nat4 to 8022, sticky */
	ALL_EMPTY,   /* 90.2.0.0/16, no server */
	ALL_LOST,    /* 90.3.0.0/16, next hop not known */
};

static const uint8_t all_mac5[6] = { 2, 0, 0, 0, 0, 5 }, all_mac7[6] = { 2, 0, 0, 0, 0, 7 };

/* Port 3 as ever, translating both families; 5 is narrow and translates IPv4; 7 does nothing. */
static inline void sample_all_ports(struct sample *s)
{
	static const uint16_t mtus[4] = { 0, 1400, 100, 600 };

	s->head.ports_count = 3;
	s->ports[0].flags = GW_PORT_SNAT4 | GW_PORT_SNAT6;
	s->ports[1] = (struct gw_image_port){ .index = 5, .mtu = 100, .flags = GW_PORT_SNAT4 };
	s->ports[2] = (struct gw_image_port){ .index = 7, .mtu = 1500 };
	memcpy(s->ports[1].mac, all_mac5, 6);
	memcpy(s->ports[2].mac, all_mac7, 6);
	s->head.hops_count = 4;
	for (int i = 0; i < 4; i++) {
		memcpy(s->hops[i].mac, sample_hop_mac, 6);
		s->hops[i].port = i & 1 ? 5 : 3;
		s->hops[i].mtu = mtus[i];
	}
	s->head.hop4 = 1;
	s->head.hop6 = 0;
}

/* Every second server of ipip and gue is one of IPv6; hops, don't-fragment, DSCP go round. */
static inline void sample_all_servers(struct sample *s)
{
	for (uint32_t i = 0; i < s->head.servers_count; i++) {
		struct gw_image_server *server = &s->servers[i];

		server->hop = i % 4;
		if (i % 7 == 0)
			server->mtu = 300;
		if (server->encap == GW_ENCAP_L3DSR)
			server->dscp = (uint8_t)(1 + i * 5 % 63);
		if (!sample_is_tunnel(server->encap))
			continue;
		server->df = (uint8_t)((i + i / 4) % 3);
		server->ttl = (uint8_t)(i * 37 | 1);
		if (server->encap < GW_ENCAP_IPIP || i & 1)
			continue;
		server->family = 6;
		address(6, "2001:db8:1::", server->address);
		server->address[15] = (uint8_t)server->slot;
	}
}

static inline void sample_key(struct sample *s, uint32_t vip, const char *prefix, uint8_t protocol,
			      uint16_t port, uint8_t node)
{
	struct gw_image_key *key = &s->keys[s->head.keys_count++];

	CHECK(s->head.keys_count <= SAMPLE_VIPS);
	key->family = s->vips[vip].family;
	address(key->family, prefix, key->prefix);
	key->prefix_len = key->family == 4 ? 32 : 128;
	key->protocol = protocol;
	key->port = port;
	key->node = node;
	key->vip = vip;
}

static inline struct sample *sample_all(void)
{
	struct sample *s = sample_new();

	sample_all_ports(s);
	sample_vip(s, 4, "90.0.0.0", 8, 255, 0, GW_ENCAP_GRE4, 4, 1, 64);
	sample_vip(s, 6, "2002::", 16, 255, 0, GW_ENCAP_GRE6, 4, 5, 64);
	sample_vip(s, 4, "90.10.0.0", 16, 255, 0, GW_ENCAP_IPIP, 4, 9, 16);
	sample_vip(s, 6, "2002:10::", 32, 255, 0, GW_ENCAP_IPIP, 4, 13, 16);
	sample_vip(s, 4, "90.11.0.0", 16, 255, 0, GW_ENCAP_GUE, 4, 17, 16);
	sample_vip(s, 6, "2002:11::", 32, 255, 0, GW_ENCAP_GUE, 4, 21, 16);
	sample_vip(s, 4, "90.12.0.0", 16, 255, 0, GW_ENCAP_L3DSR, 4, 25, 16);
	sample_vip(s, 4, "90.13.0.0", 24, 255, 0, GW_ENCAP_NAT4, 4, 29, 16);
	sample_vip(s, 4, "90.13.0.1", 32, 6, 80, GW_ENCAP_NAT4, 4, 33, 16);
	sample_vip(s, 6, "2002:13::", 32, 255, 0, GW_ENCAP_NAT6, 4, 37, 16);
	sample_vip(s, 6, "2002:13::1", 128, 17, 53, GW_ENCAP_NAT6, 4, 41, 16);
	sample_vip(s, 4, "90.14.0.0", 16, 255, 0, GW_ENCAP_GRE6, 4, 45, 16);
	sample_vip(s, 4, "90.15.0.1", 32, 6, 443, GW_ENCAP_GRE4, 4, 49, 16);
	sample_vip(s, 4, "90.16.0.1", 32, 6, 22, GW_ENCAP_NAT4, 4, 53, 16);
	sample_vip(s, 4, "90.2.0.0", 16, 255, 0, GW_ENCAP_GRE4, 0, 1, 0);
	sample_vip(s, 4, "90.3.0.0", 16, 255, 0, GW_ENCAP_GRE4, 1, 57, 1);
	sample_all_servers(s);
	s->servers[s->head.servers_count - 1].hop = GW_NONE;
	s->vips[ALL_STICKY].flags |= GW_VIP_STICKY;
	s->vips[ALL_TCP22].flags |= GW_VIP_STICKY;
	s->vips[ALL_PINGS].flags = 0;
	sample_key(s, ALL_TCP80, "90.13.0.1", 17, 80, 0);
	sample_key(s, ALL_TCP80, "192.0.2.10", 6, 30964, 1);
	sample_key(s, ALL_TCP80, "192.0.2.10", 17, 30964, 1);
	sample_key(s, ALL_UDP53, "2001:db8::10", 17, 30966, 1);
	return s;
}

/* Outer sources of gre and ipip that differ by flow. */
static inline void sample_entropy(struct sample *s)
{
	address(4, "198.18.0.0", s->head.ip4_entropy);
	s->head.ip4_entropy_len = 15;
	address(6, "2001:db8:e::", s->head.ip6_entropy);
	s->head.ip6_entropy_len = 48;
}

/* A packet to the i-th VIP of it. */
static inline void frame_to(struct frame *f, uint32_t i, uint16_t src_port, uint32_t payload)
{
	static const struct {
		const char *dst;
		uint8_t protocol;
		uint16_t port;
	} to[] = { { "90.9.9.9", 6, 80 },     { "2002:9::9", 17, 80 },    { "90.10.0.9", 6, 80 },
		   { "2002:10::9", 6, 80 },   { "90.11.0.9", 17, 80 },    { "2002:11::9", 6, 80 },
		   { "90.12.0.9", 17, 80 },   { "90.13.0.9", 6, 80 },     { "90.13.0.1", 6, 80 },
		   { "2002:13::9", 6, 80 },   { "2002:13::1", 17, 53 },   { "90.14.0.9", 6, 80 },
		   { "90.15.0.1", 6, 443 },   { "90.16.0.1", 6, 22 },     { "90.2.0.9", 6, 80 },
		   { "90.3.0.9", 6, 80 },     { "90.13.0.1", 17, 80 },
		   { "192.0.2.10", 6, 30964 }, { "192.0.2.10", 17, 30964 },
		   { "2001:db8::10", 17, 30966 } };

	i %= sizeof(to) / sizeof(to[0]);
	if (strchr(to[i].dst, ':'))
		frame_ip6(f, 0, "2001:db8::7", to[i].dst, to[i].protocol, NULL, 0, src_port,
			  to[i].port, payload);
	else
		frame_ip4(f, 0, "203.0.113.7", to[i].dst, to[i].protocol, src_port, to[i].port, 0,
			  payload);
}
#define FRAMES_TO 20 /* and behind the VIPs come their further keys */

/* A packet from the i-th server that translates, to the client of frame_to. */
static inline void frame_from(struct frame *f, uint32_t i, uint16_t dst_port, uint32_t payload)
{
	static const struct {
		const char *src;
		uint8_t protocol;
		uint16_t port;
	} from[] = { { "10.0.0.29", 6, 80 },       { "10.0.0.33", 6, 8080 },
		     { "10.0.0.34", 17, 8080 },    { "10.0.0.53", 6, 8022 },
		     { "2001:db8:1::26", 6, 80 },  { "2001:db8:1::2a", 17, 8053 } };

	i %= sizeof(from) / sizeof(from[0]);
	if (strchr(from[i].src, ':'))
		frame_ip6(f, 0, from[i].src, "2001:db8::7", from[i].protocol, NULL, 0,
			  from[i].port, dst_port, payload);
	else
		frame_ip4(f, 0, from[i].src, "203.0.113.7", from[i].protocol, from[i].port,
			  dst_port, 0, payload);
}
#define FRAMES_FROM 6

/* A router's "does not fit" about the answer to the client's packet: it quotes the IP header and 8
 * bytes. */
static inline void frame_about(struct frame *f, const struct frame *client)
{
	bool ip6 = client->bytes[client->l3] >> 4 == 6;
	uint32_t header = ip6 ? 40 : 20, length = ip6 ? 16 : 4, src = header - 2 * length;
	const uint8_t *from = client->bytes + client->l3;
	struct frame answer = *client;
	uint8_t *ip = answer.bytes + answer.l3;
	char dst[INET6_ADDRSTRLEN];

	memcpy(ip + src, from + src + length, length);
	memcpy(ip + src + length, from + src, length);
	memcpy(ip + header, from + header + 2, 2);
	memcpy(ip + header + 2, from + header, 2);
	CHECK(inet_ntop(ip6 ? AF_INET6 : AF_INET, ip + src, dst, sizeof(dst)));
	if (!ip6)
		frame_resum(&answer);
	frame_error(f, ip6 ? "2001:db8:5::1" : "198.51.100.1", dst, ip6 ? 2 : 3, ip6 ? 0 : 4,
		    &answer, header + 8);
}

/* Tables that were taken must be usable: for packets to all VIPs and back, and to look at. */
static inline void use_all(struct gw *gw)
{
	static uint8_t bytes[64 * 256], out[sizeof(bytes) + 64 * GW_FRAME_GROWTH + GW_FRAMES_SLACK];
	struct gw_flow_query query = { .vip = GW_NONE, .worker = GW_NONE };
	struct gw_frame_result results[64];
	uint64_t offsets[65] = { 0 };
	struct gw_flow flows[8];
	uint32_t count = 0;

	for (uint32_t i = 0; i < 2 * (FRAMES_TO + FRAMES_FROM); i++) {
		struct frame f;

		if (i / 2 < FRAMES_TO)
			frame_to(&f, i / 2, 4, i & 1 ? 20 : 140);
		else
			frame_from(&f, i / 2 - FRAMES_TO, 4, i & 1 ? 20 : 140);
		memcpy(bytes + offsets[count], f.bytes, f.length);
		offsets[count + 1] = offsets[count] + f.length;
		count++;
	}
	CHECK_EQUAL(gw_frames(gw, bytes, offsets, NULL, count, results, out, sizeof(out)), count);
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *left = out + results[i].out_off;
		uint32_t length = results[i].out_len;

		CHECK(results[i].verdict < GW_VERDICT_COUNT);
		CHECK_EQUAL(length > 0, results[i].verdict <= GW_VERDICT_LEAVES);
		if (length)
			check_ip(left, length, ip_offset(left, length), length);
	}
	CHECK(gw_flows(gw, &query, NULL, flows, 8) >= 0);
}

#endif
