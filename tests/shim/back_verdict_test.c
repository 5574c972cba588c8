/* SPDX-License-Identifier: Apache-2.0 */
/* Which packets from the servers' side leave from a VIP, which are dropped by name, and which are
 * left. */
#include "nat_bed.h"
#include "translated.h"

static void open_flow(const char *client, const char *vip, uint16_t port)
{
	struct whole first = whole(0, client, 40001, vip, port, 6, 0, 40);

	bed_send(0, &first.f);
}

static struct whole from_web(void)
{
	return whole(0, "10.0.0.1", 8080, BED_CLIENT, 40001, 6, 0, 40);
}

/* The packet ends with that verdict, and nothing of it changed. */
static struct gw_packet untouched(const struct frame *f, uint8_t port, uint8_t verdict)
{
	struct gw_packet p = bed_packet(f, port, f->length), result;
	struct frame out = *f;

	memcpy(out.bytes, p.data, 6);
	bed_back(0, &p);
	CHECK_EQUAL(p.verdict, verdict);
	CHECK_EQUAL(p.port, port);
	CHECK(!p.server && !(p.special & GW_IS_CUT));
	result = p;
	check_bytes(&p, &out);
	return result;
}

static void set_ttl(struct whole *w, uint8_t ttl)
{
	uint8_t *ip = w->f.bytes + w->f.l3;

	ip[ip[0] >> 4 == 4 ? 8 : 7] = ttl;
	sum_all(w);
}

static void ports(void)
{
	struct gw_snapshot *s = &bed.snapshot;
	struct whole from4 = from_web();
	struct whole from6 = whole(0, "2001:db8:1::4", 8080, BED_CLIENT6, 40001, 6, 0, 40);

	bed_start(64);
	open_flow(BED_CLIENT, "90.1.2.1", 80);
	open_flow(BED_CLIENT6, "2001:db8:90::1", 80);
	untouched(&from4.f, BED_OUTSIDE, GW_LEFT_NOT_VIP);
	s->ports[1].flags = GW_PORT_SNAT6;
	untouched(&from4.f, BED_INSIDE, GW_LEFT_NOT_VIP);
	s->ports[1].flags = GW_PORT_SNAT4;
	untouched(&from6.f, BED_INSIDE, GW_LEFT_NOT_VIP);
	s->port_flags = 0; /* of all ports */
	untouched(&from4.f, BED_INSIDE, GW_LEFT_NOT_VIP);
	CHECK_EQUAL(bed_vip_count(0, BED_WEB, GW_V_RETURN_PACKETS), 0);
	bed_end();
}

static void others(void)
{
	static const char *const to[] = { BED_CLIENT, "192.0.2.10", "224.0.0.5" };
	struct whole w;

	bed_start(64);
	open_flow(BED_CLIENT, "90.1.2.1", 80);
	for (size_t i = 0; i < 3; i++) {
		w = whole(0, "10.0.0.1", 22, to[i], 40001, 6, 0, 40); /* not the target port */
		untouched(&w.f, BED_INSIDE, GW_LEFT_NOT_VIP);
		w = whole(0, "10.0.0.1", 8080, to[i], 40001, 17, 0, 40); /* not its protocol */
		untouched(&w.f, BED_INSIDE, GW_LEFT_NOT_VIP);
		w = whole(0, "10.0.0.99", 8080, to[i], 40001, 6, 0, 40); /* no server */
		untouched(&w.f, BED_INSIDE, GW_LEFT_NOT_VIP);
		w = whole(0, "10.0.0.1", 0, to[i], 0, 1, 0, 40); /* a ping of its own */
		untouched(&w.f, BED_INSIDE, GW_LEFT_NOT_VIP);
	}
	w = whole(0, "10.0.0.1", 8080, "90.9.9.9", 40001, 6, 0, 40); /* a VIP's client itself */
	untouched(&w.f, BED_INSIDE, GW_FORWARDED);
	bed_end();
}

/* Without a remembered way. */
static void only_vip(void)
{
	struct whole from = whole(0, "10.0.0.2", 5353, "203.0.113.200", 40001, 17, 0, 40);
	struct whole out = translated(&from, SOURCE, "90.1.2.1", 53, 1);
	struct gw_packet p;

	bed_start(64);
	set_macs(&out.f, bed_gateway_mac, sample_mac);
	p = bed_packet(&from.f, BED_INSIDE, from.f.length);
	bed_back(0, &p);
	CHECK_EQUAL(p.verdict, GW_RETURNED);
	CHECK_EQUAL(bed.snapshot.servers[p.server].vip, BED_DNS);
	CHECK_EQUAL(p.server, BED_DNS + 1);
	CHECK_EQUAL(bed.workers[0].flows.ways, 0);
	check_bytes(&p, &out.f);
	bed.snapshot.ways[0].port = GW_NO_HOP;
	untouched(&from.f, BED_INSIDE, GW_DROP_NO_NEXT_HOP);
	bed_end();
}

static void several_vips(void)
{
	struct whole from = from_web();

	bed_start(64);
	untouched(&from.f, BED_INSIDE, GW_LEFT_NO_FLOW); /* two VIPs have that server and port */
	from = whole(0, "10.0.0.3", 9, BED_CLIENT, 40001, 6, 0, 40); /* many addresses */
	untouched(&from.f, BED_INSIDE, GW_LEFT_NO_FLOW);
	bed_end();
}

/* What no router sends on does not leave from a VIP because no other is possible. */
static void of_the_link(void)
{
	static const char *const ip4[] = { "192.0.2.10", "224.0.0.251", "255.255.255.255",
					   "169.254.3.4", "127.0.0.1" };
	static const char *const ip6[] = { "2001:db8::10", "ff02::fb", "fe80::7", "::1" };
	struct whole w;

	bed_start(64);
	for (size_t i = 0; i < sizeof(ip4) / sizeof(ip4[0]); i++) {
		w = whole(0, "10.0.0.2", 5353, ip4[i], 5353, 17, 0, 40);
		untouched(&w.f, BED_INSIDE, GW_LEFT_NOT_VIP);
	}
	for (size_t i = 0; i < sizeof(ip6) / sizeof(ip6[0]); i++) {
		w = whole(0, "2001:db8:1::4", 8080, ip6[i], 40001, 6, 0, 40);
		untouched(&w.f, BED_INSIDE, GW_LEFT_NOT_VIP);
	}
	bed_end();
}

static void neighbours(void)
{
	struct frame f;

	bed_start(64);
	frame_icmp(&f, 0, BED_CLIENT6, "2001:db8:91::9", 128, 0, 20);
	bed_send(0, &f); /* there is a way for ICMPv6 */
	for (uint32_t type = 133; type <= 137; type++) {
		frame_icmp(&f, 0, "2001:db8:1::5", BED_CLIENT6, (uint8_t)type, 0, 20);
		untouched(&f, BED_INSIDE, GW_LEFT_NOT_VIP);
	}
	bed_end();
}

static void drops(void)
{
	struct whole from = from_web();

	bed_start(64);
	open_flow(BED_CLIENT, "90.1.2.1", 80);
	set_ttl(&from, 1);
	untouched(&from.f, BED_INSIDE, GW_DROP_TTL_EXPIRED);
	bed.snapshot.ports[0].mtu = 59;
	untouched(&from.f, BED_INSIDE, GW_DROP_TTL_EXPIRED);
	from.f.bytes[from.f.l3 + 6] = 0x40; /* don't fragment */
	set_ttl(&from, 2);
	CHECK_EQUAL(untouched(&from.f, BED_INSIDE, GW_DROP_TOO_BIG).hash, 59);
	open_flow(BED_CLIENT6, "2001:db8:90::1", 80);
	from = whole(0, "2001:db8:1::4", 8080, BED_CLIENT6, 40001, 6, 0, 40);
	bed.snapshot.ports[0].mtu = 79;
	CHECK_EQUAL(untouched(&from.f, BED_INSIDE, GW_DROP_TOO_BIG).hash, 79);
	CHECK_EQUAL(bed_vip_count(0, BED_WEB, GW_V_RETURN_PACKETS), 0);
	CHECK_EQUAL(bed_vip_count(0, BED_WEB6, GW_V_RETURN_PACKETS), 0);
	bed_end();
}

static void cut(void)
{
	struct whole from = from_web(), out = translated(&from, SOURCE, "90.1.2.1", 80, 1);
	struct gw_packet p;

	bed_start(64);
	open_flow(BED_CLIENT, "90.1.2.1", 80);
	bed.snapshot.ports[0].mtu = 59;
	set_macs(&out.f, bed_client_mac, sample_mac);
	p = bed_packet(&from.f, BED_INSIDE, from.f.length);
	bed_back(0, &p);
	CHECK_EQUAL(p.verdict, GW_RETURNED);
	CHECK_EQUAL(p.special, GW_IS_CUT);
	check_bytes(&p, &out.f);
	bed_end();
}

/* The VIP is gone, its server still has flows. */
static void without_vip(void)
{
	struct whole from = from_web();
	struct gw_vip_index *index;
	struct gw_packet p;
	uint32_t duplicate;

	bed_start(64);
	open_flow(BED_CLIENT, "90.1.2.1", 80);
	index = bed.snapshot.index;
	bed.snapshot.index = gw_vip_index_new(bed.keys + 1, bed.vips, BED_VIPS - 1, &duplicate);
	CHECK(bed.snapshot.index);
	gw_vip_index_free(index);
	p = bed_packet(&from.f, BED_INSIDE, from.f.length);
	bed_back(0, &p);
	CHECK_EQUAL(p.verdict, GW_RETURNED);
	CHECK(!p.vip);
	CHECK_EQUAL(p.server, BED_WEB + 1);
	CHECK_EQUAL(bed_vip_count(0, BED_WEB, GW_V_RETURN_PACKETS), 1);
	free(p.data);
	bed_end();
}

static const struct test tests[] = {
	{ "only packets from ports with snat of their family leave from a VIP", ports },
	{ "other packets of a server, and packets of others, are left alone", others },
	{ "without a remembered way it leaves from the only possible VIP, to clients", only_vip },
	{ "where several VIPs are possible the packet is left by name", several_vips },
	{ "what is for the link or the node itself is left alone", of_the_link },
	{ "neighbour discovery is left alone", neighbours },
	{ "next hop, TTL and MTU are looked at before any change", drops },
	{ "an IPv4 packet that may be cut goes on to be cut", cut },
	{ "answers leave for a VIP that was removed", without_vip },
};
MAIN(tests)
