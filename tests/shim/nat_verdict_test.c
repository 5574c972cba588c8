/* SPDX-License-Identifier: Apache-2.0 */
/* Which packets nat sends on, which it drops by name, and which teach the way back. */
#include "translated.h"
#include "ways.h"

static struct whole to_web(void)
{
	return whole(0, BED_CLIENT, 40001, "90.1.2.1", 80, 6, 0, 40);
}

static struct whole to_web6(void)
{
	return whole(0, BED_CLIENT6, 40001, "2001:db8:90::1", 80, 6, 0, 40);
}

static void set_ttl(struct whole *to, uint8_t ttl)
{
	uint8_t *ip = to->f.bytes + to->f.l3;

	ip[ip[0] >> 4 == 4 ? 8 : 7] = ttl;
	sum_all(to);
}

/* The packet is dropped by that name, and nothing of it changed. Its flow is remembered, and so its
 * way back. */
static void refused(const struct whole *to, uint32_t vip, uint8_t verdict)
{
	struct gw_packet p = bed_packet(&to->f, BED_OUTSIDE, to->f.length);

	bed_forward(0, &p);
	CHECK_EQUAL(p.verdict, verdict);
	CHECK_EQUAL(p.server, vip + 1);
	CHECK_EQUAL(p.port, BED_OUTSIDE);
	CHECK_EQUAL(p.special, 0);
	CHECK_EQUAL(bed_vip_count(0, vip, GW_V_PACKETS), 0);
	CHECK_EQUAL(bed_server_count(0, vip, GW_S_PACKETS), 0);
	CHECK_EQUAL(bed.workers[0].flows.flows, 1);
	CHECK_EQUAL(bed.workers[0].flows.ways, 0);
	check_bytes(&p, &to->f);
}

static uint8_t verdict_of(const struct whole *to)
{
	struct gw_packet p = bed_packet(&to->f, BED_OUTSIDE, to->f.length);

	bed_forward(0, &p);
	free(p.data);
	return p.verdict;
}

static void ip4_drops(void)
{
	struct whole to;

	bed_start(64);
	to = to_web();
	set_ttl(&to, 1);
	refused(&to, BED_WEB, GW_DROP_TTL_EXPIRED);
	bed_server(BED_WEB)->mtu = 59;
	refused(&to, BED_WEB, GW_DROP_TTL_EXPIRED);
	bed_server(BED_WEB)->port = GW_NO_HOP;
	refused(&to, BED_WEB, GW_DROP_NO_NEXT_HOP);
	CHECK_EQUAL(bed_vip_count(0, BED_WEB, GW_V_TTL_EXPIRED), 2);
	CHECK_EQUAL(bed_vip_count(0, BED_WEB, GW_V_NO_NEXT_HOP), 1);
	bed_server(BED_WEB)->port = BED_INSIDE;
	to.f.bytes[to.f.l3 + 6] = 0x40; /* don't fragment */
	set_ttl(&to, 2);
	refused(&to, BED_WEB, GW_DROP_TOO_BIG);
	bed_server(BED_WEB)->mtu = 60;
	CHECK_EQUAL(verdict_of(&to), GW_FORWARDED);
	bed_end();
}

static void ip6_drops(void)
{
	struct whole to;

	bed_start(64);
	to = to_web6();
	bed_server(BED_WEB6)->mtu = 79;
	refused(&to, BED_WEB6, GW_DROP_TOO_BIG);
	set_ttl(&to, 1);
	refused(&to, BED_WEB6, GW_DROP_TTL_EXPIRED);
	CHECK_EQUAL(bed_vip_count(0, BED_WEB6, GW_V_TTL_EXPIRED), 1);
	bed_server(BED_WEB6)->mtu = 80;
	set_ttl(&to, 2);
	CHECK_EQUAL(verdict_of(&to), GW_FORWARDED);
	bed_end();
}

static void cut(void)
{
	struct whole to, out;
	struct gw_packet p;

	bed_start(64);
	bed_server(BED_WEB)->mtu = 59;
	to = to_web();
	out = translated(&to, DESTINATION, "10.0.0.1", 8080, 1);
	set_macs(&out.f, bed_server(BED_WEB)->to.ether, bed_inside_mac);
	p = bed_packet(&to.f, BED_OUTSIDE, to.f.length);
	bed_forward(0, &p);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK_EQUAL(p.special, GW_IS_CUT);
	check_bytes(&p, &out.f);
	bed_end();
}

static void not_mine(void)
{
	struct whole to;
	struct gw_packet p;

	bed_start(64);
	to = whole(0, BED_CLIENT, 40001, "90.7.1.1", 80, 6, 0, 40);
	p = bed_packet(&to.f, BED_OUTSIDE, to.f.length);
	bed_forward(0, &p);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK_EQUAL(p.port, BED_OUTSIDE);
	check_bytes(&p, &to.f);
	to = to_web();
	p = bed_packet(&to.f, BED_OUTSIDE, to.f.length);
	gw_parse(&bed.snapshot, &p, 1);
	p.verdict = GW_DROP_NO_SERVER;
	gw_nat(&bed.workers[0], &bed.snapshot, &p, 1);
	CHECK_EQUAL(p.verdict, GW_DROP_NO_SERVER);
	check_bytes(&p, &to.f);
	CHECK_EQUAL(bed.workers[0].flows.ways, 0);
	bed_end();
}

static void lessons(void)
{
	struct gw_worker *worker = &bed.workers[0];
	struct whole to;

	bed_start(64);
	to = to_web();
	bed_send(0, &to.f);
	bed_clock(1008);
	bed_send(0, &to.f);
	CHECK_EQUAL(worker->flows.flows, 1); /* which is its own way back */
	CHECK_EQUAL(worker->flows.ways, 0);
	CHECK_EQUAL(bed_server_count(0, BED_WEB, GW_S_RETURN_FLOWS), 0);
	for (uint16_t port = 1; port <= 3; port++) { /* one client, one flow, three ways */
		to = whole(0, BED_CLIENT, 40001, "90.8.1.1", port, 6, 0, 40);
		bed_send(0, &to.f);
	}
	CHECK_EQUAL(worker->flows.flows, 2);
	CHECK_EQUAL(worker->flows.ways, 3);
	CHECK_EQUAL(bed_server_count(0, BED_STICKY, GW_S_RETURN_FLOWS), 3);
	forget_ways(0);
	bed_send(0, &to.f);
	CHECK_EQUAL(worker->flows.ways, 1);
	bed_end();
}

static const struct test tests[] = {
	{ "IPv4: next hop, TTL and MTU are looked at in that order, before any change", ip4_drops },
	{ "IPv6: the same, and nothing is cut", ip6_drops },
	{ "an IPv4 packet that may be cut goes on to be cut", cut },
	{ "packets to other kinds of servers, and dropped ones, are left alone", not_mine },
	{ "the packets of sticky VIPs teach ways back, all of them, and no others", lessons },
};
MAIN(tests)
