/* SPDX-License-Identifier: Apache-2.0 */
#include "refusals.h"

static void head(void)
{
	REFUSED((void)s, "");
	REFUSED(s->head.magic++, "image.magic: 0x");
	REFUSED(s->head.version++, "image.version: 4, this library reads 3");
	REFUSED(s->head.timeout = 0, "image.timeout: 0 is not in 1..30000 seconds");
	REFUSED(s->head.timeout = 30001, "image.timeout: 30001");
	REFUSED(s->head.buckets = 1000, "image.buckets: 1000 is not a power of two");
	REFUSED(s->head.buckets = 0, "image.buckets: 0");
	REFUSED(s->head.buckets = 1u << 27, "image.buckets: 134217728");
	REFUSED(s->head.reserved = 9, "image.reserved: 9 is not 0");
	REFUSED(s->head.ip4_src[9] = 1, "image.ip4_src: not an IPv4 address");
	REFUSED(s->head.hop4 = 4, "image.hop4: 4, the image has 4 hops");
	REFUSED(s->head.hop6 = 5, "image.hop6: 5, the image has 4 hops");
	REFUSED(s->head.hop4 = GW_NONE, "");
}

static void entropy(void)
{
	REFUSED(sample_entropy(s), "");
	REFUSED(s->head.ip4_entropy_len = 7, "image.ip4_entropy_len: 7 is not in 8..30");
	REFUSED(s->head.ip4_entropy_len = 31, "image.ip4_entropy_len: 31 is not in 8..30");
	REFUSED(s->head.ip6_entropy_len = 7, "image.ip6_entropy_len: 7 is not in 8..126");
	REFUSED(s->head.ip6_entropy_len = 127, "image.ip6_entropy_len: 127 is not in 8..126");
	REFUSED((sample_entropy(s), s->head.ip4_entropy[3] = 1),
		"image.ip4_entropy: bits behind the first 15 are not 0");
	REFUSED((sample_entropy(s), s->head.ip4_entropy[4] = 1),
		"image.ip4_entropy: bits behind the first 15 are not 0");
	REFUSED((sample_entropy(s), s->head.ip6_entropy_len = 0),
		"image.ip6_entropy: bits behind the first 0 are not 0");
}

static void ports(void)
{
	REFUSED(s->ports[0].index = 32, "ports[0].index: 32 is not below 32");
	REFUSED(s->ports[0].mac[0] = 1, "ports[0].mac: a group address");
	REFUSED(s->ports[2].flags = 4, "ports[2].flags: 0x4 is not known");
	REFUSED(s->ports[1].index = 3, "ports[1].index: 3 is there twice");
	REFUSED(s->hops[0].port = 2, "hops[0].port: 2 is none of the image's ports");
	REFUSED(s->hops[0].port = 1000, "hops[0].port: 1000");
	REFUSED(s->hops[0].reserved = 1, "hops[0].reserved");
}

static void vips(void)
{
	REFUSED(s->vips[2].family = 5, "vips[2].family: 5 is neither 4 nor 6");
	REFUSED(s->vips[0].prefix_len = 33, "vips[0].prefix_len: 33 is too long for IPv4");
	REFUSED(s->vips[1].prefix_len = 129, "vips[1].prefix_len: 129 is too long for IPv6");
	REFUSED(s->vips[0].prefix[1] = 1, "vips[0].prefix: bits behind the first 8 are not 0");
	REFUSED(s->vips[0].prefix[15] = 1, "vips[0].prefix: bits behind the first 8 are not 0");
	REFUSED(s->vips[0].prefix_len = 6, "vips[0].prefix: bits behind the first 6 are not 0");
	REFUSED(s->vips[0].port = 80, "vips[0].port: 80 does not go with protocol 255");
	REFUSED(s->vips[8].port = 0, "vips[8].port: 0 does not go with protocol 6");
	REFUSED(s->vips[8].protocol = 1, "vips[8].protocol: 1 is none of 6, 17 and 255");
	REFUSED(s->vips[3].flags = 4, "vips[3].flags");
	REFUSED(s->vips[3].reserved = 1, "vips[3].reserved");
	REFUSED(s->vips[3].reserved2 = 1, "vips[3].reserved");
	REFUSED(s->vips[3].id = 65536, "vips[3].id: 65536 is not below 65536");
	REFUSED(s->vips[3].id = 2, "vips[3].id: 2 is there twice");
	REFUSED(s->vips[3].encap = 7, "vips[3].encap: 7 is not known");
	REFUSED(s->vips[1].encap = GW_ENCAP_L3DSR, "vips[1].encap: 2 does not go with IPv6");
	REFUSED(s->vips[1].encap = GW_ENCAP_NAT4, "vips[1].encap: 3 does not go with IPv6");
	REFUSED(s->vips[0].encap = GW_ENCAP_NAT6, "vips[0].encap: 4 does not go with IPv4");
	REFUSED((s->vips[4].prefix[1] = 10), "vips[4].prefix: prefix, protocol and port");
}

static void tables(void)
{
	REFUSED(s->vips[3].table_len = 1000, "vips[3].table_len: 1000 is not a power of two");
	REFUSED(s->vips[3].table_len = 1u << 31, "vips[3].table_len: 2147483648 is not a power of");
	REFUSED(s->vips[3].table_len = 4096, "vips[3].table_off: 4096 slots at");
	REFUSED(s->vips[3].table_off = UINT64_MAX, "vips[3].table_off: 16 slots at");
	REFUSED(s->vips[3].table_off = 0, "slots[0]: 1 is not the slot id of a server of vips[3]");
	REFUSED(s->slots[5] = 0, "slots[5]: 0 is not the slot id of a server of vips[0]");
	REFUSED(s->slots[5] = 5, "slots[5]: 5 is not the slot id of a server of vips[0]");
	REFUSED(s->slots[5] = UINT32_MAX, "slots[5]: 4294967295");
}

static void keys(void)
{
	REFUSED(s->keys[1].family = 0, "keys[1].family: 0 is neither 4 nor 6");
	REFUSED(s->keys[1].prefix_len = 33, "keys[1].prefix_len: 33 is too long for IPv4");
	REFUSED(s->keys[1].prefix_len = 8, "keys[1].prefix: bits behind the first 8 are not 0");
	REFUSED(s->keys[1].protocol = 255, "keys[1].protocol: 255 with port 30964");
	REFUSED(s->keys[1].port = 0, "keys[1].protocol: 6 with port 0");
	REFUSED(s->keys[1].node = 2, "keys[1].node: not 0");
	REFUSED(s->keys[1].reserved = 2, "keys[1].reserved: not 0");
	REFUSED(s->keys[1].reserved2 = 2, "keys[1].reserved: not 0");
	REFUSED(s->keys[1].vip = 16, "keys[1].vip: 16, the image has 16");
	REFUSED(s->keys[1].vip = 1, "keys[1].family: 4 is not that of vips[1]");
	REFUSED(s->keys[2].protocol = 6, "keys[2].prefix: prefix, protocol and port are there tw");
	REFUSED(s->keys[0].protocol = 6, "keys[0].prefix: prefix, protocol and port are there tw");
}

static const struct test tests[] = {
	{ "a wrong head is refused by name and value", head },
	{ "a prefix for entropy has room for some, and nothing behind it", entropy },
	{ "a wrong port or hop is refused by name, place and value", ports },
	{ "a wrong VIP is refused by name, place and value", vips },
	{ "a wrong table is refused by the place of its first wrong slot", tables },
	{ "a wrong key is refused by name, place and value", keys },
};
MAIN(tests)
