/* SPDX-License-Identifier: Apache-2.0 */
/* All six tunnels, and the frames that must leave through them, written by hand from the RFCs. */
#ifndef GW_TEST_TUNNELS_H
#define GW_TEST_TUNNELS_H

#include "frames.h"

#define TUNNELS 6

/* In the order of the server kinds: gre4, gre6, ipip4, ipip6, gue4, gue6. */
static const struct tunnel {
	uint8_t encap, family, growth, protocol;
} tunnels[TUNNELS] = { { GW_ENCAP_GRE4, 4, 24, 47 }, { GW_ENCAP_GRE6, 6, 44, 47 },
		       { GW_ENCAP_IPIP, 4, 20, 4 },  { GW_ENCAP_IPIP, 6, 40, 4 },
		       { GW_ENCAP_GUE, 4, 28, 17 },  { GW_ENCAP_GUE, 6, 48, 17 } };

/* The VIPs 90.k.0.0/16 and 2002:k::/32 for tunnel k, each with `servers` servers of that TTL. */
static inline struct sample *sample_tunnels(uint32_t servers, uint8_t ttl)
{
	struct sample *s = sample_new();

	for (uint32_t i = 0; i < 2 * TUNNELS; i++) {
		const struct tunnel *t = &tunnels[i / 2];
		uint32_t first = 1 + i * servers;
		char prefix[32];

		snprintf(prefix, sizeof(prefix), i & 1 ? "2002:%u::" : "90.%u.0.0", i / 2);
		sample_vip(s, i & 1 ? 6 : 4, prefix, i & 1 ? 32 : 16, 255, 0, t->encap, servers,
			   first, 16);
		for (uint32_t j = first - 1; j < first - 1 + servers; j++) {
			s->servers[j].ttl = ttl;
			s->servers[j].family = t->family;
			address(t->family, t->family == 4 ? "10.0.0.0" : "2001:db8:1::",
				s->servers[j].address);
			s->servers[j].address[t->family == 4 ? 3 : 15] = (uint8_t)(j + 1);
		}
	}
	return s;
}

/* A packet of the family to the VIP of that tunnel. */
static inline void tunnel_frame(struct frame *f, uint32_t tunnel, int family, uint32_t tags,
				uint16_t src_port, uint32_t payload)
{
	uint8_t protocol = payload < 4 ? 132 : 6;
	char dst[32];

	snprintf(dst, sizeof(dst), family == 6 ? "2002:%u::9" : "90.%u.0.9", tunnel);
	if (family == 6)
		frame_ip6(f, tags, "2001:db8::7", dst, protocol, NULL, 0, src_port, 80, payload);
	else
		frame_ip4(f, tags, "203.0.113.7", dst, protocol, src_port, 80, payload % 11,
			  payload);
}

/* What of the outer headers differs from packet to packet. */
struct outer {
	uint8_t tos;
	bool df;
	uint16_t id;
	uint16_t src_port; /* gue */
};

static inline void outer_ip(uint8_t *ip, const struct tunnel *t, const struct gw_image *head,
			    const struct gw_image_server *server, const struct outer *outer,
			    uint32_t length)
{
	if (t->family == 6) {
		set16(ip, 0x6000u | (uint32_t)outer->tos << 4);
		set16(ip + 4, length - 40);
		ip[6] = t->protocol;
		ip[7] = server->ttl;
		memcpy(ip + 8, head->ip6_src, 16);
		memcpy(ip + 24, server->address, 16);
		return;
	}
	ip[0] = 0x45;
	ip[1] = outer->tos;
	set16(ip + 2, length);
	set16(ip + 4, outer->id);
	set16(ip + 6, outer->df ? 0x4000 : 0);
	ip[8] = server->ttl;
	ip[9] = t->protocol;
	memcpy(ip + 12, head->ip4_src, 4);
	memcpy(ip + 16, server->address, 4);
}

/* The whole frame that must leave for that one; returns its length. */
static inline uint32_t tunnel_wanted(uint8_t *at, const struct frame *f, const struct tunnel *t,
				     const struct gw_image *head,
				     const struct gw_image_server *server,
				     const struct outer *outer)
{
	uint8_t *ip = at + f->l3, *inner = ip + t->growth;
	bool ip6 = f->bytes[f->l3] >> 4 == 6;

	memset(at, 0, f->l3 + t->growth);
	memcpy(at, sample_hop_mac, 6);
	memcpy(at + 6, sample_mac, 6);
	memcpy(at + 12, f->bytes + 12, f->l3 - 14);
	set16(ip - 2, t->family == 4 ? 0x0800 : 0x86dd);
	memcpy(inner, f->bytes + f->l3, f->ip_len);
	outer_ip(ip, t, head, server, outer, f->ip_len + t->growth);
	if (t->protocol == 4 && ip6)
		ip[t->family == 4 ? 9 : 6] = 41;
	if (t->family == 4)
		set16(ip + 10, (uint16_t)~ip4_sum(ip, 20));
	if (t->protocol == 47) {
		set16(inner - 2, ip6 ? 0x86dd : 0x0800);
	} else if (t->protocol == 17) {
		set16(inner - 8, outer->src_port);
		set16(inner - 6, head->gue_port);
		set16(inner - 4, f->ip_len + 8);
	}
	return f->l3 + t->growth + f->ip_len;
}

static inline const struct gw_image_server *server_of(const struct sample *s, uint32_t slot)
{
	for (uint32_t i = 0; i < s->head.servers_count; i++)
		if (s->servers[i].slot == slot)
			return &s->servers[i];
	CHECK(!"the server is none of the sample's");
	return NULL;
}

#endif
