/* SPDX-License-Identifier: Apache-2.0 */
/* Flows of other workers: a card gives fragments and ICMP errors to a worker by addresses alone. */
#include "workers.h"

static struct sample *two_vips(void)
{
	struct sample *s = sample_new();

	sample_vip(s, 4, "90.0.0.0", 8, 255, 0, GW_ENCAP_GRE4, 8, 1, 64);
	sample_vip(s, 6, "2002::", 16, 255, 0, GW_ENCAP_GRE4, 8, 9, 64);
	return s;
}

static void client_packet(struct frame *f, int family, uint16_t port)
{
	if (family == 4)
		frame_ip4(f, 0, "203.0.113.7", "90.1.2.3", 17, port, 80, 0, 64);
	else
		frame_ip6(f, 0, "2001:db8::7", "2002::1", 17, NULL, 0, port, 80, 64);
}

static void client_fragment(struct frame *f, int family, uint16_t port, uint32_t offset)
{
	struct frame packet;

	client_packet(&packet, family, port);
	if (family == 4)
		fragment_ip4(f, &packet, port, offset, 32);
	else
		fragment_ip6(f, &packet, 0, 6, port, offset, 32);
}

static void end(struct gw *gw, struct sample *s)
{
	gw_close(gw, NULL);
	free(s);
}

/* The slots of both VIPs' tables, of which the flows then know nothing. */
static void turn_tables(struct gw *gw, struct sample *s)
{
	for (uint64_t i = 0; i < 128; i++)
		s->slots[i] = (i < 64 ? 1 : 9) + (s->slots[i] + 3) % 8;
	must_commit(gw, s);
}

static void fragments(void)
{
	struct sample *s = two_vips();
	struct gw *gw = workers_start(s, 3);

	for (uint16_t port = 1000; port < 1100; port++) {
		int family = port & 1 ? 4 : 6;
		struct frame f;
		uint32_t server;

		client_packet(&f, family, port);
		server = sent_by(gw, port % 3, &f, GW_BY_TABLE);
		turn_tables(gw, s);
		client_fragment(&f, family, port, 0);
		CHECK_EQUAL(sent_by(gw, (port + 1) % 3, &f, GW_BY_FLOW), server);
		client_fragment(&f, family, port, 32);
		CHECK_EQUAL(sent_by(gw, (port + 1) % 3, &f, GW_BY_FLOW), server);
	}
	CHECK_EQUAL(flows_of(gw, 0) + flows_of(gw, 1) + flows_of(gw, 2), 100);
	end(gw, s);
}

/* The worker's own flow counts first, and packets in one piece know no other. */
static void own_first(void)
{
	struct sample *s = two_vips();
	struct gw *gw = workers_start(s, 2);
	uint32_t servers[2];
	struct frame f;

	client_packet(&f, 4, 1000);
	servers[0] = sent_by(gw, 0, &f, GW_BY_TABLE);
	turn_tables(gw, s);
	servers[1] = sent_by(gw, 1, &f, GW_BY_TABLE);
	CHECK(servers[0] != servers[1]);
	client_fragment(&f, 4, 1000, 0);
	for (uint32_t i = 0; i < 2; i++)
		CHECK_EQUAL(sent_by(gw, i, &f, GW_BY_FLOW), servers[i]);
	end(gw, s);
}

/* Nobody knows the flow: it begins where its fragments come. */
static void begins(void)
{
	struct sample *s = two_vips();
	struct gw *gw = workers_start(s, 2);
	struct frame f;
	uint32_t server;

	client_fragment(&f, 4, 1000, 0);
	server = sent_by(gw, 1, &f, GW_BY_TABLE);
	client_fragment(&f, 4, 1000, 32);
	CHECK_EQUAL(sent_by(gw, 1, &f, GW_BY_FLOW), server);
	CHECK_EQUAL(flows_of(gw, 0), 0);
	CHECK_EQUAL(flows_of(gw, 1), 1);
	end(gw, s);
}

/* A peer's flow that has ended, or whose server is gone or another VIP's, is none. */
static void ended(void)
{
	struct sample *s = two_vips();
	struct gw *gw = workers_start(s, 2);
	struct frame f, fragment;

	client_packet(&f, 4, 1000);
	client_fragment(&fragment, 4, 1000, 0);
	sent_by(gw, 0, &f, GW_BY_TABLE);
	workers_clock(gw, 40);
	sent_by(gw, 1, &fragment, GW_BY_FLOW);
	workers_clock(gw, 41);
	sent_by(gw, 1, &fragment, GW_BY_TABLE);
	sent_by(gw, 0, &f, GW_BY_TABLE);
	workers_clock(gw, 82);
	sent_by(gw, 0, &f, GW_BY_TABLE);
	sample_vip(s, 4, "90.1.0.0", 16, 255, 0, GW_ENCAP_GRE4, 1, 20, 1); /* a narrower one */
	must_commit(gw, s);
	CHECK_EQUAL(sent_by(gw, 1, &fragment, GW_BY_TABLE), 20);
	end(gw, s);
}

static void errors(void)
{
	struct sample *s = two_vips();
	struct gw *gw = workers_start(s, 3);
	uint32_t server, server6;
	struct frame f, about;

	client_packet(&f, 4, 1000);
	server = sent_by(gw, 0, &f, GW_BY_TABLE);
	client_packet(&f, 6, 1000);
	server6 = sent_by(gw, 1, &f, GW_BY_TABLE);
	turn_tables(gw, s);
	for (uint32_t i = 0; i < 3; i++) {
		frame_ip4(&about, 0, "90.1.2.3", "203.0.113.7", 17, 80, 1000, 0, 64);
		frame_error(&f, "198.51.100.1", "90.1.2.3", 3, 4, &about, 28);
		CHECK_EQUAL(sent_by(gw, i, &f, GW_BY_FLOW), server);
		frame_ip6(&about, 0, "2002::1", "2001:db8::7", 17, NULL, 0, 80, 1000, 64);
		frame_error(&f, "2001:db8:5::1", "2002::1", 2, 0, &about, 48);
		CHECK_EQUAL(sent_by(gw, i, &f, GW_BY_FLOW), server6);
		CHECK_EQUAL(gw->workers[i]->counters[GW_W_RELATED_PACKET], 2);
	}
	CHECK_EQUAL(flows_of(gw, 0) + flows_of(gw, 1) + flows_of(gw, 2), 2);
	end(gw, s);
}

/* While a peer's table is made it has no flows. */
static void no_table(void)
{
	struct sample *s = two_vips();
	struct gw *gw = workers_start(s, 2);
	struct gw_flow_table none = { 0 }, kept = gw->workers[0]->flows;
	struct frame f;

	gw->workers[0]->flows = none;
	client_fragment(&f, 4, 1000, 0);
	sent_by(gw, 1, &f, GW_BY_TABLE);
	gw->workers[0]->flows = kept;
	end(gw, s);
}

static const struct test tests[] = {
	{ "fragments go to the server of their flow, whichever worker remembers it", fragments },
	{ "a worker's own flow counts first, and whole packets know no other", own_first },
	{ "a flow that nobody knows begins where its fragments come", begins },
	{ "a peer's flow that has ended is none", ended },
	{ "ICMP errors go to the server of their flow, whichever worker remembers it", errors },
	{ "a peer without a table has no flows", no_table },
};
MAIN(tests)
