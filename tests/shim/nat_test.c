/* SPDX-License-Identifier: Apache-2.0 */
#include "nat_bed.h"
#include "translated.h"

static struct whole to_vip(uint32_t tags, const char *vip, uint8_t protocol, uint16_t port,
			   uint32_t options, uint32_t payload)
{
	const char *client = strchr(vip, ':') ? BED_CLIENT6 : BED_CLIENT;

	return whole(tags, client, 40001, vip, port, protocol, options, payload);
}

/* What must leave for the server of that VIP. */
static struct frame wanted(const struct whole *to, uint32_t vip, const char *server, uint16_t port)
{
	struct whole w = translated(to, DESTINATION, server, port, 1);

	set_macs(&w.f, bed_server(vip)->to.ether, bed_inside_mac);
	return w.f;
}

static void row(const struct whole *to, uint32_t vip, const char *server, uint16_t port)
{
	struct gw_packet p = bed_packet(&to->f, BED_OUTSIDE, to->f.length);
	struct frame f = wanted(to, vip, server, port);

	bed_forward(0, &p);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK_EQUAL(p.vip->id, vip);
	CHECK_EQUAL(p.port, BED_INSIDE);
	CHECK_EQUAL(p.data_len, p.frame_len);
	check_bytes(&p, &f);
}

static void by_port(void)
{
	struct whole to;

	bed_start(64);
	for (uint32_t tags = 0; tags <= 2; tags++) {
		for (uint32_t payload = 4; payload < 1400; payload += payload < 40 ? 1 : 97) {
			to = to_vip(tags, "90.1.2.1", 6, 80, payload % 11, payload);
			row(&to, BED_WEB, "10.0.0.1", 8080);
			to = to_vip(tags, "90.1.2.1", 17, 53, payload % 3, payload);
			row(&to, BED_DNS, "10.0.0.2", 5353);
			to = to_vip(tags, "2001:db8:90::1", 6, 80, payload % 4, payload);
			row(&to, BED_WEB6, "2001:db8:1::4", 8080);
		}
	}
	bed_end();
}

static void all_ports(void)
{
	static const uint8_t protocols[] = { 1, 6, 17, 33, 47, 50, 58, 132, 136, 255 };
	struct whole to;

	bed_start(64);
	for (size_t i = 0; i < sizeof(protocols); i++) {
		bool ports = protocols[i] == 6 || protocols[i] == 17;

		for (uint32_t payload = ports ? 4 : 0; payload < 100; payload++) {
			to = to_vip(0, "90.9.1.1", protocols[i], 7, payload % 11, payload);
			row(&to, BED_ALL, "10.0.0.3", 0);
			to = to_vip(0, "2001:db8:91::9", protocols[i], 7, payload % 4, payload);
			row(&to, BED_ALL6, "2001:db8:1::5", 0);
		}
	}
	bed_end();
}

static void random_packets(void)
{
	uint64_t random = 4711;

	bed_start(64);
	for (int turn = 0; turn < 20000; turn++) {
		uint32_t payload = 18 + (uint32_t)next_random(&random) % 300;
		struct whole to = to_vip(0, "90.9.1.1", next_random(&random) % 2 ? 6 : 17, 80, 0,
					 payload);
		uint8_t *ip = to.f.bytes + to.f.l3;

		for (uint32_t i = 12; i < to.f.ip_len; i++) /* but 90.9 */
			ip[i] = i / 2 == 8 ? ip[i] : (uint8_t)next_random(&random);
		sum_all(&to);
		row(&to, BED_ALL, "10.0.0.3", 0);
	}
	bed_end();
}

static void udp_checksums(void)
{
	struct whole to;
	struct frame f;
	struct gw_packet p;
	uint8_t *ip;

	bed_start(64);
	to = to_vip(0, "90.1.2.1", 17, 53, 0, 40);
	ip = to.f.bytes + to.f.l3;
	for (uint32_t word = 0; word < 65536; word++) { /* each checksum that there is */
		set16(ip + 30, word);
		sum_all(&to);
		CHECK(get16(ip + 26));
		row(&to, BED_DNS, "10.0.0.2", 5353);
	}
	f = wanted(&to, BED_DNS, "10.0.0.2", 5353);
	set16(ip + 26, 0);
	set16(f.bytes + f.l3 + 26, 0);
	p = bed_packet(&to.f, BED_OUTSIDE, to.f.length);
	bed_forward(0, &p);
	check_bytes(&p, &f);
	bed_end();
}

static void wrong_checksum(void)
{
	struct whole to;
	struct frame f;
	struct gw_packet p;

	bed_start(64);
	to = to_vip(0, "90.1.2.1", 6, 80, 0, 40);
	f = wanted(&to, BED_WEB, "10.0.0.1", 8080);
	to.f.bytes[to.f.l3 + 50] ^= 0x40; /* behind the checksum's back */
	f.bytes[f.l3 + 50] ^= 0x40;
	p = bed_packet(&to.f, BED_OUTSIDE, to.f.length);
	bed_forward(0, &p);
	check_bytes(&p, &f);
	bed_end();
}

/* Only what is in the first segment is there to be changed. */
static void first_segment(void)
{
	uint32_t l4 = 18 + 28;
	struct whole to;

	bed_start(64);
	to = to_vip(1, "90.1.2.1", 6, 80, 2, 200);
	for (uint32_t there = l4 + 4; there <= to.f.length; there++) {
		struct gw_packet p = bed_packet(&to.f, BED_OUTSIDE, there);
		struct frame f = wanted(&to, BED_WEB, "10.0.0.1", 8080);

		if (there < l4 + 18)
			memcpy(f.bytes + l4 + 16, to.f.bytes + l4 + 16, 2);
		bed_forward(0, &p);
		CHECK_EQUAL(p.data_len, there);
		check_bytes(&p, &f);
	}
	bed_end();
}

static void padding(void)
{
	struct whole to;

	bed_start(64);
	to = to_vip(0, "90.1.2.1", 17, 53, 0, 8);
	to.f.length = 60;
	row(&to, BED_DNS, "10.0.0.2", 5353);
	CHECK_EQUAL(bed_vip_count(0, BED_DNS, GW_V_PACKETS), 1);
	CHECK_EQUAL(bed_vip_count(0, BED_DNS, GW_V_BYTES), 28);
	CHECK_EQUAL(bed_server_count(0, BED_DNS, GW_S_PACKETS), 1);
	CHECK_EQUAL(bed_server_count(0, BED_DNS, GW_S_BYTES), 28);
	bed_end();
}

/* Every piece is translated by its addresses, the sum of the whole by the first. */
static void row_in_pieces(uint32_t vip, uint8_t protocol, uint16_t port, const char *server,
			  uint16_t target)
{
	struct whole to = to_vip(0, "90.1.2.1", protocol, port, 0, 100);
	struct frame all = wanted(&to, vip, server, target);

	for (uint32_t at = 0; at < 100; at += 40) {
		struct frame f, out;
		struct gw_packet p;

		fragment_ip4(&f, &to.f, 77, at, at < 80 ? 40 : 20);
		fragment_ip4(&out, &all, 77, at, at < 80 ? 40 : 20);
		p = bed_packet(&f, BED_OUTSIDE, f.length);
		gw_parse(&bed.snapshot, &p, 1);
		CHECK_EQUAL(p.l4, at ? 0 : 34);
		p.src_port = 40001; /* as fragment.c finds out */
		p.dst_port = port;
		p.vip = &bed.vips[vip];
		p.server = vip + 1;
		gw_nat(&bed.workers[0], &bed.snapshot, &p, 1);
		CHECK_EQUAL(p.verdict, GW_FORWARDED);
		check_bytes(&p, &out);
	}
}

static void fragments(void)
{
	bed_start(64);
	row_in_pieces(BED_DNS, 17, 53, "10.0.0.2", 5353);
	row_in_pieces(BED_WEB, 6, 80, "10.0.0.1", 8080);
	bed_end();
}

/* An echo request to a prefix whose VIPs all have ports, where it is forwarded, has none itself. */
static void ping_by_port(void)
{
	struct whole to = { .l4 = 20, .protocol = 1 };

	bed_start(64);
	frame_icmp(&to.f, 0, BED_CLIENT, "90.1.2.1", 8, 0, 32);
	row(&to, BED_WEB, "10.0.0.1", 0);
	bed_end();
}

static void burst(void)
{
	static const struct {
		uint32_t id;
		const char *vip, *server;
		uint8_t protocol;
	} to[] = { { BED_ALL, "90.9.1.1", "10.0.0.3", 6 },
		   { BED_ALL6, "2001:db8:91::9", "2001:db8:1::5", 17 },
		   { BED_STICKY, "90.8.1.1", "10.0.0.6", 6 } };
	struct gw_packet packets[GW_BURST];
	struct frame out[GW_BURST];
	struct gw_worker *worker = &bed.workers[0];

	bed_start(64);
	for (uint32_t i = 0; i < GW_BURST; i++) {
		uint16_t port = (uint16_t)(80 + i / 6); /* six flows of a client are one bucket */
		struct whole w = to_vip(0, to[i % 3].vip, to[i % 3].protocol, port, 0, 40);

		out[i] = wanted(&w, to[i % 3].id, to[i % 3].server, 0);
		packets[i] = bed_packet(&w.f, BED_OUTSIDE, w.f.length);
	}
	gw_parse(&bed.snapshot, packets, GW_BURST);
	gw_vip_lookup(&bed.snapshot, packets, GW_BURST);
	gw_flow_hash(worker, &bed.snapshot, packets, GW_BURST);
	gw_flow_decide(worker, &bed.snapshot, packets, GW_BURST);
	gw_nat(worker, &bed.snapshot, packets, GW_BURST);
	for (uint32_t i = 0; i < GW_BURST; i++) {
		CHECK_EQUAL(packets[i].verdict, GW_FORWARDED);
		check_bytes(&packets[i], &out[i]);
	}
	CHECK_EQUAL(worker->flows.flows, 13);
	CHECK_EQUAL(worker->flows.ways, 5); /* the sticky VIP's ports */
	CHECK_EQUAL(bed_server_count(0, BED_STICKY, GW_S_RETURN_FLOWS), 5);
	bed_end();
}

static const struct test tests[] = {
	{ "TCP and UDP of every length reach the server's port, byte for byte", by_port },
	{ "a VIP of all ports keeps ports; every protocol goes, ICMPv6 with its sum", all_ports },
	{ "random packets have the checksums that summing anew gives", random_packets },
	{ "a UDP checksum of 0 stays, one that comes out as 0 does not", udp_checksums },
	{ "a wrong checksum is as wrong at the server", wrong_checksum },
	{ "what is behind the first segment is left alone", first_segment },
	{ "padding is cut off, and packets are counted without it", padding },
	{ "fragments become fragments of the translated datagram", fragments },
	{ "a forwarded ping has no port, though its VIP has", ping_by_port },
	{ "a burst of both families is translated and taught in one call", burst },
};
MAIN(tests)
