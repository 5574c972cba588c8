/* SPDX-License-Identifier: Apache-2.0 */
#include "refusals.h"

static void servers(void)
{
	REFUSED(s->servers[2].slot = 0, "servers[2].slot: 0 is not in 1..262143");
	REFUSED(s->servers[2].slot = 262144, "servers[2].slot: 262144 is not in");
	REFUSED(s->servers[2].slot = 1, "servers[2].slot: 1 is there twice");
	REFUSED(s->servers[2].vip = 65536, "servers[2].vip: 65536 is not below");
	REFUSED(s->servers[2].vip = 999, "slots[2]: 3 is not the slot id of a server of vips[0]");
	REFUSED(s->servers[2].hop = 4, "servers[2].hop: 4, the image has 4 hops");
	REFUSED(s->servers[2].reserved = 7, "servers[2].reserved");
	REFUSED(s->servers[2].reserved2 = 7, "servers[2].reserved");
	REFUSED(memset(s->servers[2].address, 0, 16), "servers[2].address: is 0");
	REFUSED(s->servers[2].address[15] = 1, "servers[2].address: not an IPv4 address");
}

/* What goes with which encap. Servers: 2 is of gre4, 4 of gre6, 24 of l3dsr, 28 of nat4. */
static void encaps(void)
{
	REFUSED(s->servers[2].encap = 7, "servers[2].encap: 7 is not known");
	REFUSED(s->servers[2].family = 5, "servers[2].family: 5 is neither 4 nor 6");
	REFUSED(s->servers[2].family = 6, "servers[2].family: encap 0 needs an IPv4 address");
	REFUSED(s->servers[4].family = 4, "servers[4].family: encap 1 needs an IPv6 address");
	REFUSED(s->servers[24].family = 6, "servers[24].family: encap 2 needs an IPv4 address");
	REFUSED(s->servers[2].ttl = 0, "servers[2].ttl: 0, df ");
	REFUSED(s->servers[2].df = 3, "servers[2].ttl: 75, df 3 do not go with encap 0");
	REFUSED(s->servers[24].ttl = 9, "servers[24].ttl: 9, df 0 do not go with encap 2");
	REFUSED(s->servers[28].df = 1, "servers[28].ttl: 0, df 1 do not go with encap 3");
	REFUSED(s->servers[24].dscp = 63, "");
	REFUSED(s->servers[24].dscp = 64, "servers[24].dscp: 64 does not go with encap 2");
	REFUSED(s->servers[2].dscp = 1, "servers[2].dscp: 1 does not go with encap 0");
	REFUSED(s->servers[2].target_port = 80, "servers[2].target_port: 80 does not go with");
	REFUSED(s->servers[24].target_port = 80, "servers[24].target_port: 80 does not go with");
	REFUSED(s->servers[28].vip = ALL_NAT6, "servers[28].encap: 3 does not go with IPv6 of VIP");
}

/* A tunnel needs a source, of its own or from the prefix for entropy, which gue does not use. */
static void sources(void)
{
	REFUSED(memset(s->head.ip4_src, 0, 4), "servers[0].encap: 0 needs image.ip4_src, which is");
	REFUSED(memset(s->head.ip6_src, 0, 16), "servers[4].encap: 1 needs image.ip6_src, which");
	REFUSED((sample_entropy(s), memset(s->head.ip4_src, 0, 4)),
		"servers[17].encap: 6 needs image.ip4_src");
	REFUSED((sample_entropy(s), memset(s->head.ip6_src, 0, 16)),
		"servers[16].encap: 6 needs image.ip6_src");
	REFUSED((sample_entropy(s), memset(s->head.ip4_src, 0, 4), s->head.vips_count = 4,
		 s->head.keys_count = 0, s->head.servers_count = 16), "");
	REFUSED((memset(s->head.ip4_src, 0, 4), s->vips[0] = s->vips[ALL_L3DSR], s->vips[0].id = 6,
		 s->head.vips_count = 1, s->head.keys_count = 0,
		 memmove(s->servers, s->servers + 24, 4 * sizeof(*s->servers)),
		 s->head.servers_count = 4), "");
}

static const struct test tests[] = {
	{ "a wrong server is refused by name, place and value", servers },
	{ "an encap is refused what does not go with it", encaps },
	{ "a tunnel without a source is refused", sources },
};
MAIN(tests)
