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
	CHECK(!memcmp(e->source, bytes, family == 4 ? 4 : 16));
	CHECK_EQUAL(e->source_port, vip_port);
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

/* Which VIPs' flows stand by their clients' ends. */
static void by_client(void)
{
	static const uint16_t expected[] = { GW_VIP_BY_CLIENT, GW_VIP_STICKY, 0, GW_VIP_BY_CLIENT,
					     0 };
	struct sample *s = sample_new();

	sample_vip(s, 4, "90.1.2.1", 32, 6, 80, GW_ENCAP_NAT4, 1, 1, 1);
	sample_vip(s, 4, "90.1.2.2", 32, 6, 80, GW_ENCAP_NAT4, 1, 2, 1);
	s->vips[1].flags |= GW_VIP_STICKY;
	sample_vip(s, 4, "90.1.2.3", 32, 255, 0, GW_ENCAP_L3DSR, 1, 3, 1);
	sample_vip(s, 6, "2002:1::", 32, 255, 0, GW_ENCAP_NAT6, 1, 4, 1);
	sample_vip(s, 4, "90.1.2.5", 32, 255, 0, GW_ENCAP_GRE4, 1, 5, 1);
	build(s);
	for (uint32_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		CHECK_EQUAL(snapshot->vips[i].flags & (GW_VIP_BY_CLIENT | GW_VIP_STICKY),
			    expected[i]);
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
	{ "flows stand by their clients' ends where a VIP translates and is not sticky",
	  by_client },
	{ "an image without nat has no index of it", none },
};
MAIN(tests)
