/* SPDX-License-Identifier: Apache-2.0 */
/* Keys beside a VIP's own: node ports, a second protocol; and pings, which have no port. */
#include "lookups.h"

static const uint8_t node[] = { 192, 0, 2, 10 };

static struct gw_vip_key key_of(uint8_t protocol, uint16_t port, uint8_t node, uint32_t vip)
{
	return (struct gw_vip_key){ .prefix = { 192, 0, 2, 10 }, .family = 4, .prefix_len = 32,
				    .protocol = protocol, .port = port, .node = node, .vip = vip };
}

/* What becomes of the packet where the first `count` keys are all. */
static void check(uint32_t count, struct gw_packet *p, uint8_t verdict, const struct gw_vip *vip)
{
	struct gw_snapshot snapshot;
	uint32_t duplicate;

	snapshot.index = gw_vip_index_new(keys, vips, count, &duplicate);
	CHECK(snapshot.index);
	gw_vip_lookup(&snapshot, p, 1);
	gw_vip_index_free(snapshot.index);
	CHECK_EQUAL(p->verdict, verdict);
	CHECK(p->vip == vip);
}

static void check_port(uint32_t count, uint8_t protocol, uint16_t port, uint8_t verdict,
		       const struct gw_vip *vip)
{
	struct ip ip;
	struct gw_packet p = packet_to(&ip, node, 4, protocol, port);

	check(count, &p, verdict, vip);
}

static void check_ping(uint32_t count, uint8_t type, uint8_t verdict, const struct gw_vip *vip)
{
	struct ip ip;
	struct gw_packet p = icmp_to(&ip, node, 4, type, 0);

	check(count, &p, verdict, vip);
}

/* What the node's own address gets beside its node ports is its kernel's. */
static void node_keys(void)
{
	keys[0] = key_of(17, 30964, 1, 2);
	check_port(1, 17, 30964, GW_FORWARDED, &vips[2]);
	check_port(1, 6, 30964, GW_LEFT_NOT_VIP, NULL);
	check_port(1, 17, 22, GW_LEFT_NOT_VIP, NULL);
	check_ping(1, 8, GW_LEFT_NOT_VIP, NULL);
	/* a VIP of the same address makes it a VIP's */
	keys[1] = key_of(6, 80, 0, 1);
	vips[1].flags = GW_VIP_ECHO;
	check_port(2, 17, 30964, GW_FORWARDED, &vips[2]);
	check_port(2, 17, 22, GW_DROP_NO_PORT, NULL);
	check_ping(2, 8, GW_DROP_NO_PORT, NULL);
}

/* Behind a node port no wider prefix is asked. */
static void node_inside(void)
{
	keys[0] = key_of(17, 30964, 1, 2);
	keys[1] = key_of(255, 0, 0, 1);
	keys[1].prefix[3] = 0;
	keys[1].prefix_len = 24;
	check_port(2, 17, 30964, GW_FORWARDED, &vips[2]);
	check_port(2, 17, 22, GW_LEFT_NOT_VIP, NULL);
}

/* A port for both protocols: two keys, one VIP. */
static void both_protocols(void)
{
	keys[0] = key_of(6, 3306, 0, 1);
	keys[1] = key_of(17, 3306, 0, 1);
	check_port(2, 6, 3306, GW_FORWARDED, &vips[1]);
	check_port(2, 17, 3306, GW_FORWARDED, &vips[1]);
	check_port(2, 132, 3306, GW_DROP_NO_PORT, NULL);
}

/* An echo request that nobody answers goes the way of the prefix's first VIP by port. */
static void echo(void)
{
	struct gw_packet p;
	struct ip ip;

	keys[0] = key_of(6, 80, 0, 1);
	keys[1] = key_of(6, 81, 0, 2);
	vips[1].flags = 0;
	check_ping(2, 8, GW_FORWARDED, &vips[1]);
	check_ping(2, 0, GW_DROP_NO_PORT, NULL);
	p = icmp_to(&ip, node, 4, 8, 0);
	p.data_len = p.l4; /* its type is in another segment */
	check(2, &p, GW_DROP_NO_PORT, NULL);
	keys[2] = key_of(255, 0, 0, 3); /* of all ports: takes the rest, pings with it */
	check_ping(3, 8, GW_FORWARDED, &vips[3]);
}

/* An ICMP error goes where the port of its flow leads. */
static void errors(void)
{
	struct gw_packet p;
	struct ip ip;

	keys[0] = key_of(6, 80, 0, 1);
	keys[1] = key_of(6, 81, 0, 2);
	vips[1].flags = 0;
	p = icmp_to(&ip, node, 4, 3, GW_IS_ERROR);
	p.protocol = 6;
	p.dst_port = 81;
	check(2, &p, GW_FORWARDED, &vips[2]);
	p = icmp_to(&ip, node, 4, 8, GW_IS_ERROR);
	p.protocol = 6;
	p.dst_port = 82;
	check(2, &p, GW_DROP_NO_PORT, NULL);
}

static void ended(void)
{
	struct gw_packet p;
	struct ip ip;

	keys[0] = key_of(255, 0, 0, 1);
	p = packet_to(&ip, node, 4, 6, 80);
	p.verdict = GW_ANSWERED;
	check(1, &p, GW_ANSWERED, NULL);
}

static const struct test tests[] = {
	{ "what the node's own address gets beside its node ports is left", node_keys },
	{ "what is left so is no wider prefix's either", node_inside },
	{ "a port for both protocols leads to one VIP", both_protocols },
	{ "an echo request that nobody answers goes to the prefix's first VIP", echo },
	{ "an ICMP error goes where its flow's port leads", errors },
	{ "a packet that has ended finds no VIP", ended },
};
MAIN(tests)
