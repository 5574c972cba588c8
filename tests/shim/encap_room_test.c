/* SPDX-License-Identifier: Apache-2.0 */
/* The step alone: packets of every length, with little room before them, and for narrow ways. */
#include "encap.h"

#include "steps.h"
#include "tunnels.h"

static void prepare(uint32_t tunnel, uint16_t mtu, uint8_t df)
{
	const struct tunnel *t = &tunnels[tunnel];
	uint8_t src[16], dst[16];

	servers[1] = (struct gw_server){ .kind = (uint8_t)(GW_SERVER_GRE4 + tunnel),
					 .port = STEPS_OUT, .mtu = mtu, .df = df };
	CHECK_EQUAL(gw_growth(servers[1].kind), t->growth);
	address(t->family, t->family == 4 ? "192.0.2.10" : "2001:db8::10", src);
	address(t->family, t->family == 4 ? "10.0.0.1" : "2001:db8:1::1", dst);
	gw_encap_prepare(&servers[1], sample_hop_mac, sample_mac, src, dst, 64);
}

/* What parse, vip and flow would have filled, of a packet at `data`. */
static struct gw_packet packet_at(uint8_t *data, uint32_t headroom, uint8_t family, uint16_t l3,
				  uint16_t ip_len)
{
	return (struct gw_packet){ .data = data, .headroom = (uint16_t)headroom, .l3 = l3,
				   .family = family, .ip_len = ip_len, .data_len = l3 + ip_len,
				   .frame_len = l3 + ip_len, .port = STEPS_PORT, .server = 1,
				   .vip = &vips[STEPS_IP4], .hash = 0x0123456789abcdef };
}

static void check_outer(const struct gw_packet *p, const struct tunnel *t, uint32_t length)
{
	const uint8_t *ip = p->data + p->l3;

	CHECK_EQUAL(p->frame_len, 14 + t->growth + length);
	CHECK_EQUAL(p->data_len, p->frame_len);
	CHECK_EQUAL(p->port, STEPS_OUT);
	if (t->family == 4) {
		CHECK_EQUAL(ip4_sum(ip, 20), 0xffff);
		CHECK_EQUAL(ip[2] << 8 | ip[3], length + t->growth);
	} else {
		CHECK_EQUAL(ip[4] << 8 | ip[5], length + t->growth - 40);
	}
	if (t->protocol == 17)
		CHECK_EQUAL(ip[t->growth - 4] << 8 | ip[t->growth - 3], length + 8);
}

static void every_length(void)
{
	uint8_t *block = calloc(1, 64 + 14 + 65535);
	uint64_t random = 11;

	CHECK(block);
	steps_start();
	for (uint32_t length = 20; length <= UINT16_MAX; length++) {
		uint32_t tunnel = (uint32_t)next_random(&random) % TUNNELS;
		const struct tunnel *t = &tunnels[tunnel];
		uint32_t most = UINT16_MAX - t->growth + (t->family == 6 ? 40 : 0);
		struct gw_packet p = packet_at(block + t->growth, t->growth, 4, 14,
					       (uint16_t)length);

		prepare(tunnel, UINT16_MAX, (uint8_t)(next_random(&random) % 3));
		worker.ip_id = (uint16_t)next_random(&random);
		p.data[14 + 1] = (uint8_t)next_random(&random);
		p.data[14 + 6] = (uint8_t)next_random(&random);
		gw_encap(&worker, &snapshot, &p, 1);
		CHECK_EQUAL(p.verdict, length > most ? GW_DROP_NO_ROOM : GW_FORWARDED);
		CHECK(p.data == block + (length > most ? t->growth : 0));
		if (length <= most)
			check_outer(&p, t, length);
	}
	free(block);
	steps_end();
}

static void headroom(void)
{
	steps_start();
	for (uint32_t turn = 0; turn < TUNNELS * 3 * 52; turn++) {
		uint32_t tunnel = turn % TUNNELS, tags = turn / TUNNELS % 3;
		uint32_t room = turn / TUNNELS / 3, l3 = 14 + 4 * tags;
		uint32_t growth = tunnels[tunnel].growth;
		uint8_t *block = calloc(1, room + l3 + 40);
		struct gw_packet p = packet_at(block + room, room, 6, (uint16_t)l3, 40);
		bool fits = room >= growth;

		CHECK(block);
		prepare(tunnel, UINT16_MAX, GW_DF_COPY);
		gw_encap(&worker, &snapshot, &p, 1);
		CHECK_EQUAL(p.verdict, fits ? GW_FORWARDED : GW_DROP_NO_ROOM);
		CHECK_EQUAL(p.frame_len, l3 + 40 + (fits ? growth : 0));
		CHECK_EQUAL(p.headroom, room - (fits ? growth : 0));
		CHECK(p.data == block + p.headroom);
		free(block);
	}
	steps_end();
}

static void first_segment(void)
{
	uint8_t block[256] = { 0 };

	steps_start();
	for (uint32_t tunnel = 0; tunnel < TUNNELS; tunnel++) {
		struct gw_packet p = packet_at(block + 64, 64, 4, 14, 1400);

		p.data_len = 100;
		prepare(tunnel, UINT16_MAX, GW_DF_COPY);
		gw_encap(&worker, &snapshot, &p, 1);
		CHECK_EQUAL(p.verdict, GW_FORWARDED);
		CHECK_EQUAL(p.data_len, 100 + tunnels[tunnel].growth);
		CHECK_EQUAL(p.frame_len, 1414 + tunnels[tunnel].growth);
	}
	steps_end();
}

/* Whether a packet that does not fit may be cut outside: by policy and kind of packet. Nobody has
 * to send IPv6 packets of less than 1280 bytes: those are cut as if they had no don't-fragment. */
enum { PLAIN, WHOLE, SHORT6, LONG6, PACKETS }; /* IPv4 without and with don't-fragment, IPv6 */
static const uint16_t lengths[PACKETS] = { 200, 1500, 1280, 1281 };
static const bool may_cut[3][PACKETS] = { [GW_DF_COPY] = { true, false, true, false },
					  [GW_DF_SET] = { false, false, false, false },
					  [GW_DF_CLEAR] = { true, true, true, true } };

static void narrow_row(uint32_t tunnel, uint8_t df, uint32_t kind, uint32_t more)
{
	uint32_t growth = tunnels[tunnel].growth, length = lengths[kind], size = 64 + 14 + length;
	uint8_t *block = calloc(1, size), *copy = calloc(1, size);
	struct gw_packet p = packet_at(block + 64, 64, kind >= SHORT6 ? 6 : 4, 14, lengths[kind]);
	struct gw_packet before = p;
	bool big = more && !may_cut[df][kind];

	CHECK(block && copy);
	p.data[14 + 6] = kind == WHOLE ? 0x40 : 0;
	memcpy(copy, block, size);
	prepare(tunnel, (uint16_t)(length + growth - more), df);
	gw_encap(&worker, &snapshot, &p, 1);
	CHECK_EQUAL(p.verdict, big ? GW_DROP_TOO_BIG : GW_FORWARDED);
	CHECK_EQUAL(p.special, more && !big ? GW_IS_CUT : 0);
	before.verdict = p.verdict;
	CHECK(!big || (!memcmp(&p, &before, sizeof(p)) && !memcmp(block, copy, size)));
	if (!big)
		check_outer(&p, &tunnels[tunnel], length);
	if (p.special & GW_IS_CUT && tunnels[tunnel].family == 4)
		CHECK_EQUAL(p.data[14 + 6], 0); /* no don't-fragment */
	free(block);
	free(copy);
}

static void narrow(void)
{
	uint64_t packets = 0, bytes = 0;

	steps_start();
	for (uint32_t turn = 0; turn < TUNNELS * 3 * PACKETS * 3; turn++) {
		uint32_t tunnel = turn % TUNNELS, kind = turn / TUNNELS % PACKETS;
		uint8_t df = (uint8_t)(turn / TUNNELS / PACKETS % 3);
		uint32_t more = turn / TUNNELS / PACKETS / 3;

		narrow_row(tunnel, df, kind, more);
		if (!more || may_cut[df][kind]) {
			packets++;
			bytes += lengths[kind];
		}
		CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_PACKETS), packets);
		CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_BYTES), bytes);
		CHECK_EQUAL(server_count(1, GW_S_PACKETS), packets);
	}
	steps_end();
}

static void others(void)
{
	uint8_t block[256] = { 0 };
	struct gw_packet p = packet_at(block + 64, 64, 4, 14, 40), before;

	steps_start();
	prepare(0, UINT16_MAX, GW_DF_COPY);
	for (uint32_t turn = 0; turn < 4; turn++) {
		static const uint8_t kinds[] = { GW_SERVER_L3DSR, GW_SERVER_NAT4, GW_SERVER_NAT6 };

		p.verdict = turn == 3 ? GW_DROP_NO_SERVER : GW_FORWARDED;
		servers[1].kind = turn == 3 ? GW_SERVER_GRE4 : kinds[turn];
		before = p;
		gw_encap(&worker, &snapshot, &p, 1);
		CHECK(!memcmp(&p, &before, sizeof(p)));
	}
	servers[1].port = GW_NO_HOP;
	p.verdict = GW_FORWARDED;
	gw_encap(&worker, &snapshot, &p, 1);
	CHECK_EQUAL(p.verdict, GW_DROP_NO_NEXT_HOP);
	CHECK(p.data == block + 64 && p.frame_len == 54);
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_NO_NEXT_HOP), 1);
	CHECK_EQUAL(vip_count(STEPS_IP4, GW_V_PACKETS), 0);
	steps_end();
}

static const struct test tests[] = {
	{ "a packet of any length has right lengths and checksums, or is too long", every_length },
	{ "without headroom a packet is dropped, not written before its buffer", headroom },
	{ "of a packet in segments only the first grows", first_segment },
	{ "a packet too big for its way is marked to be cut, or stays as it came", narrow },
	{ "packets that go no tunnel are left alone", others },
};
MAIN(tests)
