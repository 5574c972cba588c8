/* SPDX-License-Identifier: Apache-2.0 */
/* What the workers forward by is what the image says. */
#include "nat_index.h"
#include "sample_all.h"
#include "state.h"

static struct gw_snapshot *build(struct sample *s)
{
	struct gw_snapshot *snapshot;
	char err[GW_ERR_SIZE] = "";
	uint64_t length;
	uint8_t *image = sample_encode(s, &length);

	if (gw_snapshot_build(image, length, &snapshot, err))
		fprintf(stderr, "refused: %s\n", err);
	CHECK(!err[0]);
	free(image);
	return snapshot;
}

static void end(struct gw_snapshot *snapshot, struct sample *s)
{
	gw_snapshot_free(snapshot);
	free(s);
}

static void mtus(void)
{
	static const struct {
		uint16_t server, hop, wanted;
	} rows[] = { { 0, 0, 65535 },	{ 1400, 0, 1400 },   { 0, 1400, 1400 },
		     { 1400, 1300, 1300 }, { 1300, 1400, 1300 }, { 65535, 65535, 65535 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample *s = sample_all();
		struct gw_snapshot *snapshot;

		s->servers[0].mtu = s->servers[1].mtu = rows[i].server;
		s->servers[0].hop = 0;
		s->servers[1].hop = GW_NONE;
		s->hops[0].mtu = rows[i].hop;
		snapshot = build(s);
		CHECK_EQUAL(snapshot->servers[1].mtu, rows[i].wanted);
		CHECK_EQUAL(snapshot->servers[1].port, 3);
		CHECK_EQUAL(snapshot->servers[2].mtu, rows[i].server ? rows[i].server : 65535);
		CHECK_EQUAL(snapshot->servers[2].port, GW_NO_HOP);
		end(snapshot, s);
	}
}

static void servers(void)
{
	static const uint8_t kinds[] = { GW_SERVER_GRE4, GW_SERVER_GRE6, 0, 0, 0, 0,
					 GW_SERVER_L3DSR, GW_SERVER_NAT4, GW_SERVER_NAT4,
					 GW_SERVER_NAT6, GW_SERVER_NAT6 };
	struct sample *s = sample_all();
	struct gw_snapshot *snapshot = build(s);

	CHECK_EQUAL(snapshot->servers[0].kind, GW_SERVER_ABSENT);
	for (uint32_t i = 0; i < s->head.servers_count; i++) {
		const struct gw_image_server *from = &s->servers[i];
		const struct gw_server *server = &snapshot->servers[from->slot];
		uint8_t kind = from->vip < sizeof(kinds) ? kinds[from->vip] : 0;

		CHECK_EQUAL(server->vip, from->vip);
		CHECK_EQUAL(server->df, from->df);
		if (from->encap == GW_ENCAP_IPIP)
			kind = from->family == 4 ? GW_SERVER_IPIP4 : GW_SERVER_IPIP6;
		if (from->encap == GW_ENCAP_GUE)
			kind = from->family == 4 ? GW_SERVER_GUE4 : GW_SERVER_GUE6;
		CHECK(!kind || server->kind == kind);
		CHECK(snapshot->kinds & 1u << server->kind);
	}
	CHECK_EQUAL(snapshot->kinds, 1022); /* every kind is there, ABSENT is none */
	end(snapshot, s);
}

/* What is rewritten, not wrapped. */
static void rewritten(void)
{
	struct sample *s = sample_all();
	struct gw_snapshot *snapshot = build(s);
	const struct gw_server *l3dsr = &snapshot->servers[25], *nat = &snapshot->servers[33];

	CHECK_EQUAL(l3dsr->to.dscp, s->servers[24].dscp);
	CHECK(!memcmp(l3dsr->to.address, s->servers[24].address, 16));
	CHECK(!memcmp(nat->to.address, s->servers[32].address, 16));
	CHECK(!memcmp(nat->to.ether, sample_hop_mac, 6));
	CHECK(!memcmp(nat->to.ether + 6, sample_mac, 6));
	CHECK(!memcmp(&nat->to.target_port, "\x1f\x90", 2)); /* 8080 */
	CHECK_EQUAL(snapshot->servers[29].to.target_port, 0);
	end(snapshot, s);
}

static void ports_and_ways(void)
{
	struct sample *s = sample_all();
	struct gw_snapshot *snapshot = build(s);

	CHECK_EQUAL(snapshot->port_flags, GW_PORT_SNAT4 | GW_PORT_SNAT6);
	CHECK_EQUAL(snapshot->ports[0].mtu, 65535);
	CHECK_EQUAL(snapshot->ports[1].mtu, 100);
	for (uint32_t i = 0; i < GW_MAX_PORTS; i++)
		CHECK_EQUAL(snapshot->port_at[i],
			    i == 3 ? 0 : i == 5 ? 1 : i == 7 ? 2 : GW_NO_HOP);
	CHECK_EQUAL(snapshot->ways[0].port, 5);
	CHECK(!memcmp(snapshot->ways[0].src_mac, all_mac5, 6));
	CHECK(!memcmp(snapshot->ways[0].dst_mac, sample_hop_mac, 6));
	CHECK_EQUAL(snapshot->ways[1].port, 3);
	gw_snapshot_free(snapshot);
	s->head.hop6 = GW_NONE;
	snapshot = build(s);
	CHECK_EQUAL(snapshot->ways[1].port, GW_NO_HOP);
	end(snapshot, s);
}

/* An image without a port, and one whose port has no address, take frames for any. */
static void any_mac(void)
{
	struct sample *s = sample_new();
	struct gw_snapshot *snapshot;

	memset(s->ports[0].mac, 0, 6);
	snapshot = build(s);
	CHECK(snapshot->ports[0].any_mac);
	CHECK_EQUAL(snapshot->ports[0].index, 3);
	gw_snapshot_free(snapshot);
	s->head.ports_count = s->head.hops_count = 0;
	snapshot = build(s);
	CHECK(snapshot->ports[0].any_mac);
	CHECK_EQUAL(snapshot->port_at[0], 0);
	CHECK_EQUAL(snapshot->ports_count, 0);
	end(snapshot, s);
}

static void entropy(void)
{
	struct sample *s = sample_all();
	struct gw_snapshot *snapshot = build(s);

	CHECK(!snapshot->ip4_entropy && !snapshot->ip6_entropy[0] && !snapshot->ip6_entropy[1]);
	gw_snapshot_free(snapshot);
	sample_entropy(s);
	snapshot = build(s);
	CHECK(!memcmp(&snapshot->ip4_entropy, "\0\1\xff\xff", 4));
	CHECK(!memcmp(snapshot->ip6_entropy, "\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		      16));
	end(snapshot, s);
}

static const struct test tests[] = {
	{ "the narrower of server and link is a server's MTU", mtus },
	{ "each server is of the kind that encap and family make it", servers },
	{ "a server that packets are rewritten for has what they get", rewritten },
	{ "ports and ways to clients are the image's", ports_and_ways },
	{ "without a MAC address of its own a port takes frames for any", any_mac },
	{ "the bits of entropy are those behind the prefix", entropy },
};
MAIN(tests)
