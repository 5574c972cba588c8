/* SPDX-License-Identifier: Apache-2.0 */
/* ICMP errors about flows of a VIP go to the flow's server, and do nothing else. */
#include "flows.h"
#include "icmp_frames.h"

/* One VIP of each family; the servers' answers to the clients' packets are what routers quote. */
static struct sample *two_vips(void)
{
	struct sample *s = sample_new();

	sample_vip(s, 4, "90.0.0.0", 8, 255, 0, GW_ENCAP_GRE4, 8, 1, 64);
	sample_vip(s, 6, "2002::", 16, 255, 0, GW_ENCAP_GRE4, 8, 9, 64);
	return s;
}

static void client_packet(struct frame *f, int family, uint8_t protocol, uint16_t port)
{
	if (family == 4)
		frame_ip4(f, 0, "203.0.113.7", "90.1.2.3", protocol, port, 80, 0, 20);
	else
		frame_ip6(f, 0, "2001:db8::7", "2002::1", protocol, NULL, 0, port, 80, 20);
}

/* A router between server and client cannot pass the server's packet on. */
static void error_about(struct frame *f, int family, uint8_t protocol, uint16_t port, uint8_t type,
			uint8_t code, uint32_t quoted)
{
	struct frame about;

	if (family == 4) {
		frame_ip4(&about, 0, "90.1.2.3", "203.0.113.7", protocol, 80, port, 0, 200);
		frame_error(f, "198.51.100.1", "90.1.2.3", type, code, &about, 20 + quoted);
		return;
	}
	frame_ip6(&about, 0, "2002::1", "2001:db8::7", protocol, NULL, 0, 80, port, 200);
	frame_error(f, "2001:db8:5::1", "2002::1", type, code, &about, 40 + quoted);
}

static void row(struct gw *gw, int family, uint8_t protocol, uint16_t port, uint8_t type,
		uint8_t code)
{
	struct gw_frame_result flow, r;
	struct frame f;

	client_packet(&f, family, protocol, port);
	flow = run_frame(gw, &f, NULL);
	for (uint32_t quoted = 8; quoted <= 200; quoted += 64) {
		error_about(&f, family, protocol, port, type, code, quoted);
		r = run_frame(gw, &f, NULL);
		CHECK_EQUAL(r.verdict, GW_FORWARDED);
		CHECK_EQUAL(r.server, flow.server);
		CHECK_EQUAL(r.hash, flow.hash);
		CHECK_EQUAL(r.decided, GW_BY_FLOW);
		CHECK_EQUAL(r.tracked, 1);
	}
}

static void to_the_server(void)
{
	struct sample *s = two_vips();
	struct gw *gw = must_simulate(s);

	for (uint16_t port = 1000; port < 1100; port++) {
		row(gw, 4, 6, port, 3, 4);  /* fragmentation needed */
		row(gw, 4, 17, port, 3, 3); /* port unreachable */
		row(gw, 4, 6, port, 11, 0); /* time exceeded */
		row(gw, 6, 6, port, 2, 0);  /* packet too big */
		row(gw, 6, 17, port, 1, 4);
	}
	/* the table has no say: the flow was here before it changed */
	all_to(s, 1);
	for (uint64_t i = 64; i < 128; i++)
		s->slots[i] = 9;
	must_commit(gw, s);
	for (uint16_t port = 1000; port < 1100; port++) {
		row(gw, 4, 6, port, 3, 4);
		row(gw, 6, 6, port, 2, 0);
	}
	CHECK_EQUAL(remembered(gw), 4 * 100);
	end(gw, s);
}

static void counted(void)
{
	struct sample *s = two_vips();
	struct gw *gw = must_simulate(s);

	row(gw, 4, 6, 1000, 3, 4);
	CHECK_EQUAL(worker_counter(gw, GW_W_NEXT_PACKET), 0);
	CHECK_EQUAL(worker_counter(gw, GW_W_FIRST_PACKET), 1);
	CHECK_EQUAL(worker_counter(gw, GW_W_RELATED_PACKET), 4);
	CHECK_EQUAL(vip_counter(gw, 0, GW_V_RELATED_PACKET), 4);
	CHECK_EQUAL(vip_counter(gw, 0, GW_V_NEXT_PACKET), 0);
	CHECK_EQUAL(vip_counter(gw, 0, GW_V_PACKETS), 5);
	CHECK_EQUAL(worker_counter(gw, GW_FORWARDED), 5);
	end(gw, s);
}

/* Anybody could send errors: they keep no flow alive. */
static void refreshes_nothing(void)
{
	struct sample *s = two_vips();
	struct gw *gw = must_simulate(s);
	struct frame f;

	row(gw, 4, 6, 1000, 3, 4);
	for (uint32_t now = 10; now <= 40; now += 10) {
		CHECK(!gw_simulate_clock(gw, now));
		error_about(&f, 4, 6, 1000, 3, 4, 8);
		CHECK_EQUAL(run_frame(gw, &f, NULL).decided, GW_BY_FLOW);
	}
	CHECK(!gw_simulate_clock(gw, 41));
	CHECK_EQUAL(remembered(gw), 0);
	end(gw, s);
}

/* Where no flow is remembered the table decides, as it would for the flow; nothing is begun. */
static void no_flow(void)
{
	struct sample *s = two_vips();
	struct gw *gw = must_simulate(s);
	struct frame f, client;

	for (uint16_t port = 1000; port < 1100; port++) {
		int family = port & 1 ? 4 : 6;
		struct gw_frame_result r;

		error_about(&f, family, 6, port, family == 4 ? 3 : 2, family == 4 ? 4 : 0, 8);
		r = run_frame(gw, &f, NULL);
		CHECK_EQUAL(r.verdict, GW_FORWARDED);
		CHECK_EQUAL(r.decided, GW_BY_TABLE);
		CHECK_EQUAL(r.tracked, 0);
		CHECK_EQUAL(remembered(gw), port - 1000);
		client_packet(&client, family, 6, port);
		CHECK_EQUAL(run_frame(gw, &client, NULL).server, r.server);
	}
	end(gw, s);
}

static void no_server(void)
{
	struct sample *s = two_vips();
	struct gw *gw;
	struct frame f;

	s->vips[0].table_len = 0;
	gw = must_simulate(s);
	error_about(&f, 4, 6, 1000, 3, 4, 8);
	CHECK_EQUAL(run_frame(gw, &f, NULL).verdict, GW_DROP_NO_SERVER);
	CHECK_EQUAL(vip_counter(gw, 0, GW_V_NO_SERVER), 1);
	CHECK_EQUAL(worker_counter(gw, GW_W_RELATED_PACKET), 0);
	end(gw, s);
}

/* An error that tells no flow is a packet like any other: a flow of its own. */
static void own_flow(void)
{
	struct sample *s = two_vips();
	struct gw *gw = must_simulate(s);
	struct frame f;

	row(gw, 4, 6, 1000, 3, 4);
	error_about(&f, 4, 6, 1000, 3, 4, 7); /* a quote without ports */
	CHECK_EQUAL(run_frame(gw, &f, NULL).decided, GW_BY_TABLE);
	CHECK_EQUAL(run_frame(gw, &f, NULL).decided, GW_BY_FLOW);
	CHECK_EQUAL(worker_counter(gw, GW_W_RELATED_PACKET), 4);
	CHECK_EQUAL(remembered(gw), 2);
	end(gw, s);
}

static const struct test tests[] = {
	{ "an error goes to its flow's server, whatever the table says now", to_the_server },
	{ "errors are counted as related", counted },
	{ "errors keep no flow alive", refreshes_nothing },
	{ "without a flow the table decides, and nothing is begun", no_flow },
	{ "without a server an error is dropped as any packet", no_server },
	{ "an error that tells no flow is one of its own", own_flow },
};
MAIN(tests)
