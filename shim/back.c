/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way back from nat servers, as a router that changes the source:
 *     Ethernet, the tags that the frame came with | IP: VIP, TTL - 1 | L4: the VIP's port | payload
 * In an ICMP error the quote, a packet to the server, becomes the one that the client sent.
 */
#include "back.h"
#include "count.h"
#include "nat_index.h"
#include "reply.h"
#include "translate.h"
#include "way.h"

/* What a packet from the server's side is about. */
struct about {
	struct gw_ends ends;
	struct gw_quote quote;
	bool error;    /* an ICMP error, and the ends are its quote's */
	uint64_t hash; /* of the client's flows */
};

static bool is_for_us(const struct gw_snapshot *snapshot, const struct gw_packet *p)
{
	if (gw_likely(p->verdict != GW_LEFT_NOT_VIP))
		return false;
	return snapshot->ports[snapshot->port_at[p->port]].flags &
	       (p->family == 4 ? GW_PORT_SNAT4 : GW_PORT_SNAT6);
}

/* Neighbours and routers of one link talk like this (RFC 4861): no router sends it on. */
static bool is_neighbour(const struct gw_packet *p)
{
	return p->family == 6 && p->special & GW_IS_ICMP && p->l4 && p->l4 < p->data_len &&
	       p->data[p->l4] >= 133 && p->data[p->l4] <= 137;
}

static void read_packet(const struct gw_packet *p, struct about *about)
{
	const uint8_t *ip = p->data + p->l3;

	about->ends = (struct gw_ends){ .server = ip + gw_address_at(p->family, GW_SRC),
					.client = ip + gw_address_at(p->family, GW_DST),
					.server_port = p->src_port,
					.client_port = p->dst_port,
					.family = p->family,
					.protocol = p->protocol };
}

/* The quote is of a packet to the server. */
static void read_quote(const struct gw_packet *p, struct about *about)
{
	const struct gw_quote *quote = &about->quote;

	about->ends = (struct gw_ends){ .server = p->data + gw_quote_dst(p, quote),
					.client = p->data + gw_quote_src(p, quote),
					.server_port = quote->dst_port,
					.client_port = quote->src_port,
					.family = p->family,
					.protocol = quote->protocol };
}

/* False: an error about a packet that its receiver did not send. */
static bool read_about(const struct gw_packet *p, struct about *about)
{
	const uint8_t *dst = gw_address(p, GW_DST);

	about->error = p->special & GW_IS_ICMP && gw_quote_read(p, &about->quote);
	if (!about->error) {
		read_packet(p, about);
		return true;
	}
	read_quote(p, about);
	return gw_same_address(p->family, about->ends.client, dst);
}

/* Whether it is an address of this machine's kernel, whose own connections to servers (health
 * checks) are answered there. */
static bool is_own(const struct gw_snapshot *snapshot, uint8_t family, const uint8_t *address)
{
	for (uint32_t i = 0; i < snapshot->own_count; i++)
		if (snapshot->own[i].family == family &&
		    gw_same_address(family, snapshot->own[i].address, address))
			return true;
	return false;
}

/* Whether packets to the address leave the servers' link, and are not for the node itself. */
static bool is_elsewhere(const struct gw_snapshot *snapshot, uint8_t family, const uint8_t *address)
{
	if (family == 4)
		return gw_is_host(address, 4) && (address[0] != 169 || address[1] != 254) &&
		       memcmp(address, snapshot->ip4_src, 4);
	return gw_is_host(address, 6) && (address[0] != 0xfe || (address[1] & 0xc0) != 0x80) &&
	       memcmp(address, snapshot->ip6_src, 16);
}

/* The way that needs no memory. */
static uint8_t only_way(const struct gw_snapshot *snapshot, const struct gw_ends *ends,
			struct gw_way *way)
{
	const struct gw_nat_entry *entry = ends->entry;

	if (!entry || !is_elsewhere(snapshot, ends->family, ends->client) ||
	    is_own(snapshot, ends->family, ends->client))
		return GW_LEFT_NOT_VIP;
	if (!entry->one)
		return GW_LEFT_NO_FLOW;
	memcpy(way->vip, entry->source, 16);
	way->port = entry->source_port;
	way->server = entry->server;
	way->hop = snapshot->ways[ends->family == 6];
	return GW_RETURNED;
}

/* Whether it comes from a nat server's end. What has no ports may be from any VIP's servers. */
static bool is_from_server(const struct gw_snapshot *snapshot, struct about *about)
{
	struct gw_ends *ends = &about->ends;

	ends->entry = gw_nat_find(snapshot->nat, ends->family, ends->protocol, ends->server,
				   ends->server_port);
	return ends->entry || (!gw_has_ports(ends->protocol) &&
				gw_nat_is_server(snapshot->nat, ends->family, ends->server));
}

/* GW_RETURNED: it goes that way. */
static uint8_t find_way(struct gw_worker *worker, const struct gw_snapshot *snapshot,
			const struct about *about, struct gw_way *way)
{
	if (gw_likely(gw_way_find(worker, snapshot, &about->ends, about->hash, way)))
		return GW_RETURNED;
	return only_way(snapshot, &about->ends, way);
}

/* Whether it can go that way. */
static uint8_t check(const struct gw_snapshot *snapshot, struct gw_packet *p,
		     const struct gw_way *way)
{
	uint16_t mtu;
	uint8_t verdict;

	if (way->hop.port == GW_NO_HOP)
		return GW_DROP_NO_NEXT_HOP;
	mtu = snapshot->ports[snapshot->port_at[way->hop.port]].mtu;
	verdict = gw_may_go(p, mtu);
	if (verdict == GW_DROP_TOO_BIG)
		p->hash = mtu;
	return verdict == GW_FORWARDED ? GW_RETURNED : verdict;
}

static void translate_error(struct gw_packet *p, const struct about *about,
			    const struct gw_way *way)
{
	const uint8_t *src = gw_address(p, GW_SRC);
	uint32_t length = gw_address_length(p->family);
	bool own = !memcmp(src, about->ends.server, length); /* else a router's on the way to it */
	uint8_t router[16];

	memcpy(router, src, length);
	gw_translate_quote(p, &about->quote, GW_DST, way->vip, gw_be16(way->port));
	gw_translate(p, p->family == 4 ? GW_IP_ICMP : GW_IP_ICMP6, GW_SRC,
		     own ? way->vip : router, 0);
}

static void leave(struct gw_packet *p, const struct gw_hop *hop)
{
	uint8_t macs[12];

	memcpy(macs, hop->dst_mac, 6);
	memcpy(macs + 6, hop->src_mac, 6);
	gw_leave(p, macs, hop->port);
}

static void count_packet(struct gw_worker *worker, const struct gw_snapshot *snapshot,
			 const struct gw_packet *p)
{
	uint64_t *vip = gw_vip_row(worker, snapshot->servers[p->server].vip);
	uint64_t *server = gw_server_row(worker, p->server);

	vip[GW_V_RETURN_PACKETS]++;
	vip[GW_V_RETURN_BYTES] += p->ip_len;
	server[GW_S_RETURN_PACKETS]++;
	server[GW_S_RETURN_BYTES] += p->ip_len;
}

static void back(struct gw_worker *worker, const struct gw_snapshot *snapshot, struct gw_packet *p,
		 const struct about *about)
{
	struct gw_way way;

	p->verdict = find_way(worker, snapshot, about, &way);
	if (p->verdict == GW_RETURNED)
		p->verdict = check(snapshot, p, &way);
	if (p->verdict != GW_RETURNED)
		return;
	p->server = way.server;
	if (about->error)
		translate_error(p, about, &way);
	else
		gw_translate(p, p->protocol, GW_SRC, way.vip, gw_be16(way.port));
	leave(p, &way.hop);
	count_packet(worker, snapshot, p);
}

/* In turns, so that each finds in the cache what the one before asked for: buckets; then keys; then
 * the packets go. */
void gw_back(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	     struct gw_packet *packets, uint32_t count)
{
	struct about abouts[GW_BURST];
	uint8_t places[GW_BURST];
	uint32_t found = 0;

	if (gw_likely(!snapshot->port_flags))
		return;
	for (uint32_t i = 0; i < count; i++) {
		struct about *about = &abouts[found];

		if (!is_for_us(snapshot, &packets[i]) || is_neighbour(&packets[i]) ||
		    !read_about(&packets[i], about) || !is_from_server(snapshot, about))
			continue;
		about->hash = gw_way_ask(worker, snapshot, &about->ends);
		places[found++] = (uint8_t)i;
	}
	for (uint32_t i = 0; i < found; i++)
		gw_way_prefetch_flow(worker, snapshot, &abouts[i].ends, abouts[i].hash);
	for (uint32_t i = 0; i < found; i++)
		back(worker, snapshot, &packets[places[i]], &abouts[i]);
}
