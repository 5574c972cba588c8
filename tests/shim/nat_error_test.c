/* SPDX-License-Identifier: Apache-2.0 */
/* ICMP errors about what nat servers send (to the VIP, to be told to the server), and about what
 * they are sent (from the servers' side, to be told to the client). */
#include "nat_bed.h"
#include "translated.h"

#define ROUTER "198.51.100.9"
#define ROUTER6 "2001:db8:e::9"
#define INNER "10.0.0.254" /* a router on the servers' side */
#define INNER6 "2001:db8:1::ff"

/* A flow as the client and as the server know it. */
struct told {
	const char *client, *vip, *server;
	uint16_t vip_port, server_port;
	uint8_t protocol;
	uint32_t id;
};

static const struct told flows[] = {
	{ BED_CLIENT, "90.1.2.1", "10.0.0.1", 80, 8080, 6, BED_WEB },
	{ BED_CLIENT, "90.1.2.1", "10.0.0.2", 53, 5353, 17, BED_DNS },
	{ BED_CLIENT, "90.9.1.1", "10.0.0.3", 1234, 1234, 6, BED_ALL },
	{ BED_CLIENT, "90.9.1.1", "10.0.0.3", 1234, 1234, 17, BED_ALL },
	{ BED_CLIENT, "90.9.1.1", "10.0.0.3", 0, 0, 1, BED_ALL },
	{ BED_CLIENT, "90.9.1.1", "10.0.0.3", 0, 0, 47, BED_ALL },
	{ BED_CLIENT, "90.8.1.1", "10.0.0.6", 443, 443, 6, BED_STICKY },
	{ BED_CLIENT6, "2001:db8:90::1", "2001:db8:1::4", 80, 8080, 6, BED_WEB6 },
	{ BED_CLIENT6, "2001:db8:91::1", "2001:db8:1::5", 53, 53, 17, BED_ALL6 },
	{ BED_CLIENT6, "2001:db8:91::1", "2001:db8:1::5", 0, 0, 58, BED_ALL6 },
};
#define FLOWS (sizeof(flows) / sizeof(flows[0]))

static bool is_ip6(const struct told *t)
{
	return strchr(t->client, ':');
}

static struct whole from_client(const struct told *t, uint32_t options)
{
	return whole(0, t->client, 40001, t->vip, t->vip_port, t->protocol, options, 40);
}

/* An error that quotes `about`. `type` counts through the types that there are. */
static struct frame error_of(const char *from, const char *to, uint32_t type,
			     const struct frame *about, uint32_t quoted)
{
	static const uint8_t ip4[] = { 3, 4, 5, 11, 12 }, ip6[] = { 1, 2, 3, 4, 100, 127 };
	struct frame f;

	frame_error(&f, from, to, strchr(from, ':') ? ip6[type % 6] : ip4[type % 5], 1, about,
		    quoted);
	return f;
}

static void one_less(struct frame *f)
{
	uint8_t *ip = f->bytes + f->l3;

	ip[ip[0] >> 4 == 4 ? 8 : 7]--;
	if (ip[0] >> 4 == 4)
		frame_resum(f);
}

/* Half a checksum cannot be righted: it stays as it came. */
static void keep_half(struct whole *own, const struct whole *left, uint32_t quoted)
{
	uint32_t at = own->f.l3 + own->l4 + 16;

	if (own->protocol == 6 && quoted == own->l4 + 17)
		own->f.bytes[at] = left->f.bytes[at];
}

/* The server's packet left from the VIP; an error about it comes from `from` to the VIP. */
static void tell_server(const struct told *t, const char *from, uint32_t options, uint32_t quoted,
			uint32_t type)
{
	struct whole own = whole(0, t->server, t->server_port, t->client, 40001, t->protocol,
				 options, 40);
	struct whole left = translated(&own, SOURCE, t->vip, t->vip_port, 0);
	struct frame in = error_of(from, t->vip, type, &left.f, quoted), out;
	struct gw_packet p = bed_packet(&in, BED_OUTSIDE, in.length);
	uint64_t ways = bed.workers[0].flows.ways;

	keep_half(&own, &left, quoted);
	out = error_of(from, t->server, type, &own.f, quoted);
	one_less(&out);
	set_macs(&out, bed_server(t->id)->to.ether, bed_inside_mac);
	bed_forward(0, &p);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK(p.special & GW_IS_ERROR);
	CHECK_EQUAL(bed.workers[0].flows.ways, ways);
	check_bytes(&p, &out);
}

static void to_servers(void)
{
	bed_start(64);
	for (uint32_t i = 0; i < FLOWS; i++) {
		const struct told *t = &flows[i];
		const char *router = is_ip6(t) ? ROUTER6 : ROUTER;
		uint64_t before = bed_vip_count(0, t->id, GW_V_RELATED_PACKET);

		for (uint32_t options = 0; options <= 3; options += 3) {
			uint32_t head = is_ip6(t) ? 40 + options * 8 : 20 + options * 4;

			for (uint32_t quoted = head + 8; quoted <= head + 40; quoted++) {
				tell_server(t, router, options, quoted, quoted);
				tell_server(t, t->client, options, quoted, quoted);
			}
		}
		CHECK_EQUAL(bed_vip_count(0, t->id, GW_V_RELATED_PACKET) - before, 132);
	}
	CHECK_EQUAL(bed.workers[0].flows.flows, 0);
	bed_end();
}

/* The client's packet went to the server; an error about it comes from `from`. */
static void tell_client(const struct told *t, const char *from, uint32_t options, uint32_t quoted,
			uint32_t type)
{
	struct whole own = from_client(t, options);
	struct whole left = translated(&own, DESTINATION, t->server, t->server_port, 0);
	struct frame in = error_of(from, t->client, type, &left.f, quoted);
	struct gw_packet p = bed_packet(&in, BED_INSIDE, in.length);
	bool by_server = !strcmp(from, t->server);
	struct frame out;

	keep_half(&own, &left, quoted);
	out = error_of(by_server ? t->vip : from, t->client, type, &own.f, quoted);
	one_less(&out);
	set_macs(&out, bed_client_mac, sample_mac);
	bed_back(0, &p);
	CHECK_EQUAL(p.verdict, GW_RETURNED);
	CHECK_EQUAL(p.server, t->id + 1);
	CHECK_EQUAL(p.port, BED_OUTSIDE);
	check_bytes(&p, &out);
}

static void to_clients(void)
{
	bed_start(64);
	for (uint32_t i = 0; i < FLOWS; i++) {
		const struct told *t = &flows[i];
		struct whole first = from_client(t, 0);
		uint64_t before = bed_server_count(0, t->id, GW_S_RETURN_PACKETS);

		bed_send(0, &first.f);
		for (uint32_t options = 0; options <= 3; options += 3) {
			uint32_t head = is_ip6(t) ? 40 + options * 8 : 20 + options * 4;

			for (uint32_t quoted = head + 8; quoted <= head + 40; quoted++) {
				tell_client(t, t->server, options, quoted, quoted);
				tell_client(t, is_ip6(t) ? INNER6 : INNER, options, quoted, quoted);
			}
		}
		CHECK_EQUAL(bed_server_count(0, t->id, GW_S_RETURN_PACKETS) - before, 132);
	}
	bed_end();
}

/* A quoted UDP checksum of 0 stays 0. */
static void no_checksum(void)
{
	const struct told *t = &flows[1];
	struct whole own = from_client(t, 0), left;
	struct frame in, out;
	struct gw_packet p;

	bed_start(64);
	bed_send(0, &own.f);
	left = translated(&own, DESTINATION, t->server, t->server_port, 0);
	set16(own.f.bytes + own.f.l3 + 26, 0);
	set16(left.f.bytes + left.f.l3 + 26, 0);
	in = error_of(t->server, t->client, 0, &left.f, 60);
	out = error_of(t->vip, t->client, 0, &own.f, 60);
	one_less(&out);
	set_macs(&out, bed_client_mac, sample_mac);
	p = bed_packet(&in, BED_INSIDE, in.length);
	bed_back(0, &p);
	CHECK_EQUAL(p.verdict, GW_RETURNED);
	check_bytes(&p, &out);
	bed_end();
}

static void left_alone(const struct frame *in)
{
	struct gw_packet p = bed_packet(in, BED_INSIDE, in->length);
	struct frame out = *in;

	memcpy(out.bytes, bed_inside_mac, 6);
	bed_back(0, &p);
	CHECK_EQUAL(p.verdict, GW_LEFT_NOT_VIP);
	CHECK(!p.vip && !p.server);
	check_bytes(&p, &out);
}

static void others(void)
{
	const struct told *t = &flows[0];
	struct whole own = from_client(t, 0), left;
	struct frame in;

	bed_start(64);
	bed_send(0, &own.f);
	left = translated(&own, DESTINATION, t->server, t->server_port, 0);
	in = error_of(INNER, "203.0.113.8", 0, &left.f, 28); /* to somebody who did not send it */
	left_alone(&in);
	in = error_of(INNER, t->client, 0, &left.f, 27); /* without 8 bytes of L4 it has no port */
	left_alone(&in);
	left = translated(&own, DESTINATION, "10.0.0.1", 8081, 0); /* not the server's port */
	in = error_of(INNER, t->client, 0, &left.f, 28);
	left_alone(&in);
	left = translated(&own, DESTINATION, "10.0.0.77", 8080, 0); /* no server */
	in = error_of(INNER, t->client, 0, &left.f, 28);
	left_alone(&in);
	bed_end();
}

static const struct test tests[] = {
	{ "errors to a VIP reach the server with its own packet in them, whatever is quoted",
	  to_servers },
	{ "errors from servers reach the client with its own packet in them", to_clients },
	{ "a quoted UDP checksum of 0 stays 0", no_checksum },
	{ "errors about other packets, or to others, are left alone", others },
};
MAIN(tests)
