/* SPDX-License-Identifier: Apache-2.0 */
#include "lookups.h"

static bool holds(const struct gw_vip_key *key, uint8_t family, const uint8_t *dst)
{
	if (key->family != family)
		return false;
	for (int i = 0; i < key->prefix_len; i++)
		if ((key->prefix[i / 8] ^ dst[i / 8]) & 0x80 >> i % 8)
			return false;
	return true;
}

/* What the lookup must find, by looking at every key. */
struct wanted {
	uint8_t verdict;
	uint32_t vip; /* GW_NONE: none */
};

static bool is_ping(const struct gw_packet *p)
{
	return p->special & GW_IS_ICMP && !(p->special & GW_IS_ERROR) &&
	       p->data[p->l4] == (p->family == 6 ? 128 : 8);
}

static struct wanted expect(uint32_t count, const struct gw_packet *p, const uint8_t *dst)
{
	uint32_t by_port = GW_NONE, all = GW_NONE, first = GW_NONE;
	int longest = -1;

	for (uint32_t i = 0; i < count; i++)
		if (holds(&keys[i], p->family, dst) && keys[i].prefix_len > longest)
			longest = keys[i].prefix_len;
	for (uint32_t i = 0; i < count; i++) {
		if (keys[i].prefix_len != longest || !holds(&keys[i], p->family, dst))
			continue;
		if (!keys[i].port)
			all = keys[i].vip;
		else if (keys[i].port == p->dst_port && keys[i].protocol == p->protocol)
			by_port = keys[i].vip;
		if (!keys[i].node && first == GW_NONE)
			first = keys[i].vip;
	}
	if (by_port != GW_NONE || all != GW_NONE)
		return (struct wanted){ GW_FORWARDED, by_port != GW_NONE ? by_port : all };
	if (longest < 0 || first == GW_NONE)
		return (struct wanted){ GW_LEFT_NOT_VIP, GW_NONE };
	if (is_ping(p) && !(vips[first].flags & GW_VIP_ECHO))
		return (struct wanted){ GW_FORWARDED, first };
	return (struct wanted){ GW_DROP_NO_PORT, GW_NONE };
}

static void random_prefix(uint64_t *random, uint8_t *out, uint8_t family, uint8_t length)
{
	memset(out, 0, 16);
	for (int i = 0; i < (family == 6 ? 16 : 4); i++) /* few values: much nesting */
		out[i] = (uint8_t)(next_random(random) % 3 * 0x55);
	for (int i = length; i < 128; i++)
		out[i / 8] &= (uint8_t)~(0x80 >> i % 8);
}

static bool is_new(uint32_t count, const struct gw_vip_key *key)
{
	for (uint32_t i = 0; i < count; i++)
		if (keys[i].family == key->family && keys[i].prefix_len == key->prefix_len &&
		    keys[i].protocol == key->protocol && keys[i].port == key->port &&
		    !memcmp(keys[i].prefix, key->prefix, 16))
			return false;
	return true;
}

/* Of the keys by port a third are node ports, and some lead to a VIP that has a key already. */
static void make_key(uint64_t *random, struct gw_vip_key *key, uint32_t place)
{
	memset(key, 0, sizeof(*key));
	key->family = next_random(random) & 1 ? 4 : 6;
	key->prefix_len = (uint8_t)(next_random(random) % (key->family == 6 ? 129 : 33));
	random_prefix(random, key->prefix, key->family, key->prefix_len);
	key->protocol = GW_PROTOCOL_ANY;
	key->vip = place;
	if (next_random(random) & 1)
		return;
	key->protocol = next_random(random) & 1 ? 6 : 17;
	key->port = (uint16_t)(1 + next_random(random) % 3);
	key->node = next_random(random) % 3 == 0;
	if (place && next_random(random) % 3 == 0)
		key->vip = (uint32_t)(next_random(random) % place);
}

static uint32_t make_keys(uint64_t *random, uint32_t most)
{
	uint32_t count = 0;

	memset(keys, 0, sizeof(keys));
	for (uint32_t turn = 0; turn < most; turn++) {
		make_key(random, &keys[count], count);
		vips[count].id = count;
		vips[count].flags = next_random(random) & 1 ? GW_VIP_ECHO : 0;
		count += is_new(count, &keys[count]);
	}
	return count;
}

static void look_around(struct gw_vip_index *index, uint64_t *random, uint32_t count, int turns)
{
	struct gw_snapshot snapshot = { .index = index };

	for (int turn = 0; turn < turns; turn++) {
		uint8_t dst[16], family = next_random(random) & 1 ? 4 : 6;
		struct wanted wanted;
		struct gw_packet p;
		struct ip ip;

		random_prefix(random, dst, family, 128);
		p = packet_to(&ip, dst, family, next_random(random) & 1 ? 6 : 17,
			      (uint16_t)(next_random(random) % 5));
		if (next_random(random) % 4 == 0)
			p = icmp_to(&ip, dst, family, next_random(random) & 1 ? 8 : 128,
				    next_random(random) & 1 ? GW_IS_ERROR : 0);
		wanted = expect(count, &p, dst);
		gw_vip_lookup(&snapshot, &p, 1);
		CHECK_EQUAL(p.verdict, wanted.verdict);
		CHECK(p.vip == (wanted.vip == GW_NONE ? NULL : &vips[wanted.vip]));
	}
}

static void model(void)
{
	uint64_t random = 3;

	for (uint32_t turn = 0; turn < 200; turn++) {
		uint32_t duplicate, count = make_keys(&random, turn);
		struct gw_vip_index *index = gw_vip_index_new(keys, vips, count, &duplicate);

		CHECK(index);
		look_around(index, &random, count, 500);
		gw_vip_index_free(index);
	}
}

static void twice(void)
{
	uint64_t random = 5;
	uint32_t duplicate, count = make_keys(&random, 50);

	for (uint32_t i = 0; i < count; i++) {
		keys[count] = keys[i];
		keys[count].node = !keys[i].node; /* whoever owns the address */
		keys[count].vip = 0;
		CHECK(!gw_vip_index_new(keys, vips, count + 1, &duplicate));
		CHECK_EQUAL(duplicate, count);
	}
}

static void many(void)
{
	struct gw_snapshot snapshot;
	uint32_t duplicate;

	memset(keys, 0, sizeof(keys));
	for (uint32_t i = 0; i < MOST; i++) {
		keys[i] = (struct gw_vip_key){ .family = 4, .prefix_len = 32, .protocol = 255,
						.vip = i };
		memcpy(keys[i].prefix, (uint8_t[]){ 90, 0, (uint8_t)(i >> 8), (uint8_t)i }, 4);
	}
	snapshot.index = gw_vip_index_new(keys, vips, MOST, &duplicate);
	CHECK(snapshot.index);
	for (uint32_t i = 0; i < MOST; i++) {
		struct ip ip;
		struct gw_packet p = packet_to(&ip, keys[i].prefix, 4, 6, 80);

		gw_vip_lookup(&snapshot, &p, 1);
		CHECK(p.vip == &vips[i]);
	}
	gw_vip_index_free(snapshot.index);
}

static const struct test tests[] = {
	{ "the narrowest VIP of the longest prefix is found, as by looking at all", model },
	{ "the same prefix, protocol and port twice is refused", twice },
	{ "ten thousand prefixes are found", many },
};
MAIN(tests)
