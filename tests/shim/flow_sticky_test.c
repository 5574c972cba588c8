/* SPDX-License-Identifier: Apache-2.0 */
/* Sticky VIPs: a flow is a client's address. */
#include "flows.h"
#include "icmp_frames.h"

enum { ALL, ALL6, TCP80, PLAIN };

static struct sample *sticky_vips(void)
{
	struct sample *s = sample_new();

	sample_vip(s, 4, "90.0.0.0", 8, 255, 0, GW_ENCAP_GRE4, 8, 1, 64);
	sample_vip(s, 6, "2002::", 16, 255, 0, GW_ENCAP_GRE4, 8, 9, 64);
	sample_vip(s, 4, "91.0.0.1", 32, 6, 80, GW_ENCAP_GRE4, 8, 17, 64);
	sample_vip(s, 4, "92.0.0.0", 8, 255, 0, GW_ENCAP_GRE4, 8, 25, 64);
	for (uint32_t i = 0; i < PLAIN; i++)
		s->vips[i].flags |= GW_VIP_STICKY;
	/* udp/80, too */
	s->head.keys_count = 1;
	s->keys[0] = (struct gw_image_key){ .prefix = { 91, 0, 0, 1 }, .family = 4,
					    .prefix_len = 32, .protocol = 17, .port = 80,
					    .vip = TCP80 };
	return s;
}

static uint32_t server_for(struct gw *gw, const char *src, const char *dst, uint8_t protocol,
			   uint16_t src_port, uint16_t dst_port)
{
	struct gw_frame_result r;
	struct frame f;

	if (strchr(src, ':'))
		frame_ip6(&f, 0, src, dst, protocol, NULL, 0, src_port, dst_port, 20);
	else
		frame_ip4(&f, 0, src, dst, protocol, src_port, dst_port, 0, 20);
	r = run_frame(gw, &f, NULL);
	CHECK_EQUAL(r.verdict, GW_FORWARDED);
	return r.server;
}

static void one_client(void)
{
	static const uint8_t protocols[] = { 6, 17, 47, 132 };
	struct sample *s = sticky_vips();
	struct gw *gw = must_simulate(s);
	uint64_t random = 5;

	for (uint32_t i = 0; i < 200; i++) {
		uint8_t protocol = protocols[i % 4];
		uint16_t port = (uint16_t)next_random(&random);
		char dst[32];

		snprintf(dst, sizeof(dst), "90.%u.2.3", i);
		CHECK_EQUAL(server_for(gw, "203.0.113.7", dst, protocol, port, (uint16_t)i),
			    server_for(gw, "203.0.113.7", "90.0.0.1", 6, 1, 1));
		snprintf(dst, sizeof(dst), "2002:%x::9", i);
		CHECK_EQUAL(server_for(gw, "2001:db8::7", dst, protocol, port, (uint16_t)i),
			    server_for(gw, "2001:db8::7", "2002::1", 6, 1, 1));
		CHECK_EQUAL(server_for(gw, "203.0.113.7", "91.0.0.1", i & 1 ? 6 : 17, port, 80),
			    server_for(gw, "203.0.113.7", "91.0.0.1", 6, 1, 80));
	}
	CHECK_EQUAL(remembered(gw), 3);
	end(gw, s);
}

/* The clients of a sticky VIP spread over its servers as flows do. */
static void many_clients(void)
{
	struct sample *s = sticky_vips();
	struct gw *gw = must_simulate(s);
	uint32_t clients[8] = { 0 };

	for (uint32_t i = 0; i < 800; i++) {
		char src[32];

		snprintf(src, sizeof(src), "203.0.%u.%u", i / 250, 1 + i % 250);
		clients[server_for(gw, src, "90.0.0.1", 6, 1, 1) - 1]++;
	}
	for (uint32_t i = 0; i < 8; i++)
		CHECK(clients[i] > 50);
	CHECK_EQUAL(remembered(gw), 800);
	end(gw, s);
}

/* One client is as many flows as it is to VIPs; what it is to one tells nothing of another. */
static void each_vip(void)
{
	struct sample *s = sticky_vips();
	struct gw *gw = must_simulate(s);
	bool differ = false;

	for (uint32_t i = 1; i < 50; i++) {
		char src[32];

		snprintf(src, sizeof(src), "203.0.113.%u", i);
		differ |= server_for(gw, src, "90.0.0.1", 6, 1, 80) !=
			  server_for(gw, src, "91.0.0.1", 6, 1, 80) - 16;
		server_for(gw, src, "92.0.0.1", 6, 1, 80);
		server_for(gw, src, "92.0.0.1", 6, 2, 80); /* not sticky: two */
	}
	CHECK(differ);
	CHECK_EQUAL(remembered(gw), 4 * 49);
	end(gw, s);
}

/* A flow shows the client's address and the VIP's own key. */
static void shown_as(void)
{
	struct sample *s = sticky_vips();
	struct gw *gw = must_simulate(s);
	struct gw_flow_query query = { .vip = TCP80, .worker = GW_NONE };
	struct gw_flow flow;

	server_for(gw, "203.0.113.7", "91.0.0.1", 17, 40001, 80);
	CHECK_EQUAL(gw_flows(gw, &query, NULL, &flow, 1), 1);
	CHECK(!memcmp(flow.src, "\xcb\0\x71\7", 4));
	CHECK(!memcmp(flow.dst, "\x5b\0\0\1", 4));
	CHECK_EQUAL(flow.protocol, 6);
	CHECK_EQUAL(flow.src_port, 0);
	CHECK_EQUAL(flow.dst_port, 80);
	server_for(gw, "203.0.113.7", "90.3.2.1", 17, 40001, 80);
	query = (struct gw_flow_query){ .vip = ALL, .worker = GW_NONE };
	CHECK_EQUAL(gw_flows(gw, &query, NULL, &flow, 1), 1);
	CHECK(!memcmp(flow.dst, "\x5a\0\0\0", 4));
	CHECK_EQUAL(flow.protocol, 255);
	CHECK_EQUAL(flow.dst_port, 0);
	end(gw, s);
}

/* Another number of buckets, another key: the client stays where it is. */
static void moves(void)
{
	struct sample *s = sticky_vips();
	struct gw *gw = must_simulate(s);
	uint32_t ip4 = server_for(gw, "203.0.113.7", "90.0.0.1", 6, 1, 1);
	uint32_t ip6 = server_for(gw, "2001:db8::7", "2002::1", 6, 1, 1);

	s->head.buckets = 64;
	s->head.hash_key[0] = 99;
	must_commit(gw, s);
	CHECK_EQUAL(remembered(gw), 2);
	CHECK_EQUAL(server_for(gw, "203.0.113.7", "90.9.0.1", 17, 3, 4), ip4);
	CHECK_EQUAL(server_for(gw, "2001:db8::7", "2002:9::1", 17, 3, 4), ip6);
	CHECK_EQUAL(remembered(gw), 2);
	end(gw, s);
}

/* An ICMP error, whoever sends it, is about the client that the quoted packet went to. */
static void errors(void)
{
	struct sample *s = sticky_vips();
	struct gw *gw = must_simulate(s);
	uint32_t server = server_for(gw, "203.0.113.7", "90.0.0.1", 6, 1, 1);
	uint32_t server6 = server_for(gw, "2001:db8::7", "2002::1", 6, 1, 1);
	struct frame about, f;

	frame_ip4(&about, 0, "90.4.4.4", "203.0.113.7", 17, 53, 40001, 0, 20);
	frame_error(&f, "198.51.100.1", "90.4.4.4", 3, 4, &about, 28);
	CHECK_EQUAL(run_frame(gw, &f, NULL).server, server);
	frame_ip6(&about, 0, "2002:4::4", "2001:db8::7", 17, NULL, 0, 53, 40001, 20);
	frame_error(&f, "2001:db8:5::1", "2002:4::4", 2, 0, &about, 48);
	CHECK_EQUAL(run_frame(gw, &f, NULL).server, server6);
	CHECK_EQUAL(worker_counter(gw, GW_W_RELATED_PACKET), 2);
	CHECK_EQUAL(remembered(gw), 2);
	end(gw, s);
}

static const struct test tests[] = {
	{ "all packets of a client to a sticky VIP go to one server", one_client },
	{ "the clients of a sticky VIP spread over its servers", many_clients },
	{ "a client is one flow to each sticky VIP", each_vip },
	{ "a sticky flow shows the client and the VIP's own key", shown_as },
	{ "sticky flows move to another table", moves },
	{ "ICMP errors go to the client's server", errors },
};
MAIN(tests)
