/* SPDX-License-Identifier: Apache-2.0 */
#include "nat_bed.h"
#include "translated.h"

/* A client's first packet, which teaches the way back. */
static void open_flow(const char *client, const char *vip, uint16_t port, uint8_t protocol)
{
	struct whole first = whole(0, client, 40001, vip, port, protocol, 0, 40);

	bed_send(0, &first.f);
}

/* What must leave for the client. */
static struct frame wanted(const struct whole *from, const char *vip, uint16_t port,
			   const uint8_t *mac)
{
	struct whole w = translated(from, SOURCE, vip, port, 1);

	set_macs(&w.f, mac, sample_mac);
	return w.f;
}

static void row(const struct whole *from, uint32_t id, const char *vip, uint16_t port)
{
	struct gw_packet p = bed_packet(&from->f, BED_INSIDE, from->f.length);
	struct frame f = wanted(from, vip, port, bed_client_mac);

	bed_back(0, &p);
	CHECK_EQUAL(p.verdict, GW_RETURNED);
	CHECK_EQUAL(p.server, id + 1);
	CHECK_EQUAL(bed.snapshot.servers[p.server].vip, id);
	CHECK_EQUAL(p.port, BED_OUTSIDE);
	CHECK_EQUAL(p.data_len, p.frame_len);
	check_bytes(&p, &f);
}

static void by_port(void)
{
	struct whole from;

	bed_start(64);
	open_flow(BED_CLIENT, "90.1.2.1", 80, 6);
	open_flow(BED_CLIENT, "90.1.2.1", 53, 17);
	open_flow(BED_CLIENT6, "2001:db8:90::1", 80, 6);
	for (uint32_t tags = 0; tags <= 2; tags++) {
		for (uint32_t payload = 4; payload < 1400; payload += payload < 40 ? 1 : 97) {
			from = whole(tags, "10.0.0.1", 8080, BED_CLIENT, 40001, 6, payload % 11,
				     payload);
			row(&from, BED_WEB, "90.1.2.1", 80);
			from = whole(tags, "10.0.0.2", 5353, BED_CLIENT, 40001, 17, payload % 3,
				     payload);
			row(&from, BED_DNS, "90.1.2.1", 53);
			from = whole(tags, "2001:db8:1::4", 8080, BED_CLIENT6, 40001, 6,
				     payload % 4, payload);
			row(&from, BED_WEB6, "2001:db8:90::1", 80);
		}
	}
	bed_end();
}

static void all_ports(void)
{
	static const uint8_t protocols[] = { 1, 6, 17, 33, 47, 50, 58, 132, 136, 255 };
	struct whole from;

	bed_start(64);
	for (size_t i = 0; i < sizeof(protocols); i++) {
		bool ports = protocols[i] == 6 || protocols[i] == 17;

		open_flow(BED_CLIENT, "90.9.1.1", 7, protocols[i]);
		open_flow(BED_CLIENT6, "2001:db8:91::9", 7, protocols[i]);
		for (uint32_t payload = ports ? 4 : 0; payload < 100; payload++) {
			from = whole(0, "10.0.0.3", 7, BED_CLIENT, 40001, protocols[i],
				     payload % 11, payload);
			row(&from, BED_ALL, "90.9.1.1", 7);
			from = whole(0, "2001:db8:1::5", 7, BED_CLIENT6, 40001, protocols[i],
				     payload % 4, payload);
			row(&from, BED_ALL6, "2001:db8:91::9", 7);
		}
	}
	bed_end();
}

/* An echo request to a prefix whose VIPs all have ports, where it is forwarded. */
static void ping_by_port(void)
{
	struct frame ping, pong;
	struct whole from = { .l4 = 20, .protocol = 1 };

	bed_start(64);
	frame_icmp(&ping, 0, BED_CLIENT, "90.1.2.1", 8, 0, 32);
	bed_send(0, &ping);
	frame_icmp(&pong, 0, "10.0.0.1", BED_CLIENT, 0, 0, 32);
	from.f = pong;
	row(&from, BED_WEB, "90.1.2.1", 0);
	bed_end();
}

static void counted(void)
{
	struct whole from;

	bed_start(64);
	open_flow(BED_CLIENT, "90.1.2.1", 53, 17);
	from = whole(0, "10.0.0.2", 5353, BED_CLIENT, 40001, 17, 0, 8);
	from.f.length = 60; /* padded */
	row(&from, BED_DNS, "90.1.2.1", 53);
	CHECK_EQUAL(bed_vip_count(0, BED_DNS, GW_V_RETURN_PACKETS), 1);
	CHECK_EQUAL(bed_vip_count(0, BED_DNS, GW_V_RETURN_BYTES), 28);
	CHECK_EQUAL(bed_server_count(0, BED_DNS, GW_S_RETURN_PACKETS), 1);
	CHECK_EQUAL(bed_server_count(0, BED_DNS, GW_S_RETURN_BYTES), 28);
	bed_end();
}

static void udp_without_checksum(void)
{
	struct whole from;
	struct gw_packet p;
	struct frame f;

	bed_start(64);
	open_flow(BED_CLIENT, "90.1.2.1", 53, 17);
	from = whole(0, "10.0.0.2", 5353, BED_CLIENT, 40001, 17, 0, 40);
	f = wanted(&from, "90.1.2.1", 53, bed_client_mac);
	set16(from.f.bytes + from.f.l3 + 26, 0);
	set16(f.bytes + f.l3 + 26, 0);
	p = bed_packet(&from.f, BED_INSIDE, from.f.length);
	bed_back(0, &p);
	check_bytes(&p, &f);
	bed_end();
}

static void fragments(void)
{
	struct whole from;
	struct frame all;

	bed_start(64);
	open_flow(BED_CLIENT6, "2001:db8:91::9", 7, 17);
	from = whole(0, "2001:db8:1::5", 7, BED_CLIENT6, 40001, 17, 1, 100);
	all = wanted(&from, "2001:db8:91::9", 7, bed_client_mac);
	for (uint32_t at = 0; at < 100; at += 40) {
		struct frame f, out;
		struct gw_packet p;

		fragment_ip6(&f, &from.f, 8, 40, 77, at, at < 80 ? 40 : 20);
		fragment_ip6(&out, &all, 8, 40, 77, at, at < 80 ? 40 : 20);
		p = bed_packet(&f, BED_INSIDE, f.length);
		gw_parse(&bed.snapshot, &p, 1);
		CHECK_EQUAL(p.l4, at ? 0 : 14 + 56);
		p.protocol = 17; /* as fragment.c finds out */
		p.src_port = 7;
		p.dst_port = 40001;
		gw_vip_lookup(&bed.snapshot, &p, 1);
		gw_back(&bed.workers[0], &bed.snapshot, &p, 1);
		CHECK_EQUAL(p.verdict, GW_RETURNED);
		check_bytes(&p, &out);
	}
	bed_end();
}

/* What nat made of a client's packet, turned round by the server, comes back as its answer. */
static void there_and_back(void)
{
	uint64_t random = 99;

	bed_start(1024);
	for (int turn = 0; turn < 2000; turn++) {
		uint16_t port = (uint16_t)(1 + next_random(&random) % 65535);
		uint8_t protocol = next_random(&random) % 2 ? 6 : 17, *ip;
		struct whole to = whole(0, BED_CLIENT, port, "90.9.1.1", port ^ 1, protocol, 0, 60);
		struct whole answer = whole(0, "10.0.0.3", port ^ 1, BED_CLIENT, port, protocol, 0,
					    60);
		struct gw_packet p;

		ip = to.f.bytes + to.f.l3;
		set16(ip + 18, (uint32_t)next_random(&random)); /* any address of the VIP */
		sum_all(&to);
		bed_send(0, &to.f);
		p = bed_packet(&answer.f, BED_INSIDE, answer.f.length);
		bed_back(0, &p);
		CHECK_EQUAL(p.verdict, GW_RETURNED);
		CHECK(!memcmp(p.data + 14 + 12, ip + 16, 4));
		CHECK(!memcmp(p.data + 14 + 16, ip + 12, 4));
		CHECK_EQUAL(ip4_sum(p.data + 14, 20), 0xffff);
		free(p.data);
		bed_clock(bed.workers[0].now + 1);
	}
	bed_end();
}

static const struct test tests[] = {
	{ "TCP and UDP of every length leave from the VIP's port, byte for byte", by_port },
	{ "servers of a VIP of all ports keep their ports, whatever the protocol", all_ports },
	{ "the answer to a forwarded ping leaves from a VIP that has a port", ping_by_port },
	{ "what left is counted for VIP and server, without its padding", counted },
	{ "a UDP checksum of 0 stays 0", udp_without_checksum },
	{ "fragments leave as fragments of the translated datagram", fragments },
	{ "answers find their clients among thousands of flows", there_and_back },
};
MAIN(tests)
