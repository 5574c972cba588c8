/* SPDX-License-Identifier: Apache-2.0 */
/* Which VIP a nat server answers for, as far as the image alone tells. */
#include "nat_index.h"
#include "sample_all.h"
#include "state.h"

static struct gw_snapshot *snapshot;

static void build(struct sample *s)
{
	char err[GW_ERR_SIZE] = "";
	uint64_t length;
	uint8_t *image = sample_encode(s, &length);

	gw_snapshot_free(snapshot);
	CHECK(!gw_snapshot_build(image, length, &snapshot, err));
	free(image);
}

static void end(struct sample *s)
{
	gw_snapshot_free(snapshot);
	snapshot = NULL;
	free(s);
}

static const struct gw_nat_entry *entry(int family, const char *text, uint8_t protocol,
					uint16_t port)
{
	uint8_t bytes[16];

	address(family, text, bytes);
	return gw_nat_find(snapshot->nat, (uint8_t)family, protocol, bytes, port);
}

/* The entry is there, and leads to that VIP address and port alone; NULL: to any of several. */
static void leads(int family, const char *server, uint8_t protocol, uint16_t port, const char *vip,
		  uint16_t vip_port)
{
	const struct gw_nat_entry *e = entry(family, server, protocol, port);
	uint8_t bytes[16];

	CHECK(e);
	CHECK_EQUAL(e->one, vip != NULL);
	if (!vip)
		return;
	address(family, vip, bytes);
	CHECK(!memcmp(e->sources->address, bytes, family == 4 ? 4 : 16));
	CHECK_EQUAL(e->sources->port, vip_port);
}

/* A VIP of one address: all that its servers send from their port is its. */
static void one_address(void)
{
	struct sample *s = sample_new();

	sample_vip(s, 4, "90.1.2.3", 32, 6, 80, GW_ENCAP_NAT4, 1, 1, 1);
	sample_vip(s, 6, "2002::1", 128, 17, 53, GW_ENCAP_NAT6, 1, 2, 1);
	sample_vip(s, 4, "90.1.2.4", 32, 255, 0, GW_ENCAP_NAT4, 1, 3, 1);
	s->servers[0].target_port = 8080;
	build(s);
	leads(4, "10.0.0.1", 6, 8080, "90.1.2.3", 80);
	CHECK(!entry(4, "10.0.0.1", 17, 8080));
	CHECK(!entry(4, "10.0.0.1", 6, 80));
	leads(6, "2001:db8:1::2", 17, 8053, "2002::1", 53);
	leads(4, "10.0.0.3", 6, 1234, "90.1.2.4", 0);
	leads(4, "10.0.0.3", 47, 0, "90.1.2.4", 0);
	end(s);
}

/* A port for both protocols: the VIP's own, and a further key. */
static void both_protocols(void)
{
	struct sample *s = sample_new();

	sample_vip(s, 4, "90.1.2.3", 32, 6, 80, GW_ENCAP_NAT4, 1, 1, 1);
	sample_key(s, 0, "90.1.2.3", 17, 80, 0);
	build(s);
	leads(4, "10.0.0.1", 6, 8080, "90.1.2.3", 80);
	leads(4, "10.0.0.1", 17, 8080, "90.1.2.3", 80);
	end(s);
}

/* Where clients can send to several addresses only the flow tells which it was. */
static void several(void)
{
	struct sample *s = sample_new();

	sample_vip(s, 4, "90.1.2.0", 24, 6, 80, GW_ENCAP_NAT4, 1, 1, 1);
	sample_vip(s, 4, "90.1.3.1", 32, 6, 80, GW_ENCAP_NAT4, 1, 2, 1);
	sample_key(s, 1, "192.0.2.10", 6, 30964, 1); /* a node port */
	sample_vip(s, 4, "90.1.4.1", 32, 6, 80, GW_ENCAP_NAT4, 1, 3, 1);
	sample_vip(s, 4, "90.1.5.1", 32, 6, 80, GW_ENCAP_NAT4, 1, 4, 1);
	s->servers[3].address[3] = 3; /* serves two VIPs */
	build(s);
	leads(4, "10.0.0.1", 6, 8080, NULL, 0);
	leads(4, "10.0.0.2", 6, 8080, NULL, 0);
	leads(4, "10.0.0.3", 6, 8080, NULL, 0);
	end(s);
}

/* A removed server whose VIP is gone still answers for its flows, of any protocol. */
static void removed(void)
{
	struct sample *s = sample_new();

	sample_vip(s, 4, "90.1.2.3", 32, 6, 80, GW_ENCAP_NAT4, 1, 1, 1);
	s->servers[0].vip = 77;
	s->head.vips_count = 0;
	s->head.slots_count = 0;
	build(s);
	leads(4, "10.0.0.1", 6, 8080, NULL, 0);
	leads(4, "10.0.0.1", 17, 8080, NULL, 0);
	end(s);
}

/* Flows of which servers are their own ways back, by protocol. */
static void by_flow(void)
{
	struct sample *s = sample_new();
	static const uint8_t expected[] = { GW_BY_FLOW_TCP, GW_BY_FLOW_TCP | GW_BY_FLOW_UDP,
					    GW_BY_FLOW_TCP | GW_BY_FLOW_UDP, 0, 0, 0,
					    GW_BY_FLOW_UDP, 0, 0 };

	sample_vip(s, 4, "90.1.2.1", 32, 6, 80, GW_ENCAP_NAT4, 1, 1, 1);
	sample_vip(s, 4, "90.1.2.2", 32, 6, 80, GW_ENCAP_NAT4, 1, 2, 1);
	sample_key(s, 1, "90.1.2.2", 17, 80, 0); /* for both protocols */
	sample_vip(s, 4, "90.1.2.3", 32, 255, 0, GW_ENCAP_NAT4, 1, 3, 1);
	sample_vip(s, 4, "90.1.3.0", 24, 6, 80, GW_ENCAP_NAT4, 1, 4, 1);
	sample_vip(s, 4, "90.1.2.5", 32, 6, 80, GW_ENCAP_NAT4, 1, 5, 1);
	sample_key(s, 4, "192.0.2.10", 6, 30964, 1); /* a node port */
	sample_vip(s, 4, "90.1.2.6", 32, 6, 80, GW_ENCAP_NAT4, 1, 6, 1);
	s->vips[5].flags |= GW_VIP_STICKY;
	sample_vip(s, 4, "90.1.2.7", 32, 17, 53, GW_ENCAP_NAT4, 1, 7, 1);
	sample_vip(s, 4, "90.1.2.8", 32, 6, 80, GW_ENCAP_NAT4, 1, 8, 1);
	sample_vip(s, 4, "90.1.2.9", 32, 255, 0, GW_ENCAP_NAT4, 1, 9, 1);
	s->servers[8].address[3] = 8; /* all ports, and one of them for another VIP */
	build(s);
	for (uint32_t i = 0; i < sizeof(expected); i++)
		CHECK_EQUAL(snapshot->servers[s->servers[i].slot].by_flow, expected[i]);
	end(s);
}

static void none(void)
{
	struct sample *s = sample_new();

	sample_vip(s, 4, "90.1.2.0", 24, 6, 80, GW_ENCAP_GRE4, 1, 1, 1);
	build(s);
	CHECK(!snapshot->nat);
	CHECK(!entry(4, "10.0.0.1", 6, 80));
	end(s);
}

static const struct test tests[] = {
	{ "a server of a VIP of one address answers for it alone", one_address },
	{ "a server of a port for both protocols answers for both", both_protocols },
	{ "a server that clients reach by several addresses answers for any", several },
	{ "a removed server answers for any as long as it is there", removed },
	{ "flows to a VIP of one address, and to no other, tell the way of a server's packets",
	  by_flow },
	{ "an image without nat has no index of it", none },
};
MAIN(tests)
