/* SPDX-License-Identifier: Apache-2.0 */
#include "vip.h"
#include "vip_index.h"

#include "sample.h"

#define MOST 10000

static struct gw_vip_key keys[MOST];
static struct gw_vip vips[MOST];

/* An IP header with nothing in it but the destination. */
static struct gw_packet packet_to(uint8_t *ip, const uint8_t *dst, uint8_t family, uint8_t protocol,
				  uint16_t port)
{
	memcpy(ip + (family == 6 ? 24 : 16), dst, family == 6 ? 16 : 4);
	return (struct gw_packet){ .data = ip, .family = family, .protocol = protocol,
				   .dst_port = port };
}

static bool holds(const struct gw_vip_key *key, uint8_t family, const uint8_t *dst)
{
	if (key->family != family)
		return false;
	for (int i = 0; i < key->prefix_len; i++)
		if ((key->prefix[i / 8] ^ dst[i / 8]) & 0x80 >> i % 8)
			return false;
	return true;
}

/* What the lookup must find, by looking at every VIP. Returns the verdict. */
static uint8_t expect(uint32_t count, const struct gw_packet *p, const uint8_t *dst, uint32_t *found)
{
	int longest = -1;

	*found = GW_NONE;
	for (uint32_t i = 0; i < count; i++)
		if (holds(&keys[i], p->family, dst) && keys[i].prefix_len > longest)
			longest = keys[i].prefix_len;
	for (uint32_t i = 0; i < count; i++) {
		if (keys[i].prefix_len != longest || !holds(&keys[i], p->family, dst))
			continue;
		if (keys[i].port && keys[i].port == p->dst_port && keys[i].protocol == p->protocol)
			*found = i;
		if (!keys[i].port && *found == GW_NONE)
			*found = i;
	}
	return longest < 0 ? GW_LEFT_NOT_VIP : *found == GW_NONE ? GW_DROP_NO_PORT : GW_FORWARDED;
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
		if (!memcmp(&keys[i], key, sizeof(*key)))
			return false;
	return true;
}

static uint32_t make_keys(uint64_t *random, uint32_t most)
{
	uint32_t count = 0;

	memset(keys, 0, sizeof(keys));
	for (uint32_t turn = 0; turn < most; turn++) {
		struct gw_vip_key *key = &keys[count];

		memset(key, 0, sizeof(*key));
		key->family = next_random(random) & 1 ? 4 : 6;
		key->prefix_len = (uint8_t)(next_random(random) % (key->family == 6 ? 129 : 33));
		random_prefix(random, key->prefix, key->family, key->prefix_len);
		key->protocol = GW_PROTOCOL_ANY;
		if (next_random(random) & 1) {
			key->protocol = next_random(random) & 1 ? 6 : 17;
			key->port = (uint16_t)(1 + next_random(random) % 3);
		}
		vips[count].id = count;
		count += is_new(count, key);
	}
	return count;
}

static void look_around(struct gw_vip_index *index, uint64_t *random, uint32_t count, int turns)
{
	struct gw_snapshot snapshot = { .index = index };

	for (int turn = 0; turn < turns; turn++) {
		uint8_t dst[16], ip[40] = { 0 }, family = next_random(random) & 1 ? 4 : 6, verdict;
		uint32_t wanted;
		struct gw_packet p;

		random_prefix(random, dst, family, 128);
		p = packet_to(ip, dst, family, next_random(random) & 1 ? 6 : 17,
			      (uint16_t)(next_random(random) % 5));
		verdict = expect(count, &p, dst, &wanted);
		gw_vip_lookup(&snapshot, &p, 1);
		CHECK_EQUAL(p.verdict, verdict);
		CHECK(verdict != GW_FORWARDED || p.vip == &vips[wanted]);
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
		keys[i] = (struct gw_vip_key){ .family = 4, .prefix_len = 32, .protocol = 255 };
		memcpy(keys[i].prefix, (uint8_t[]){ 90, 0, (uint8_t)(i >> 8), (uint8_t)i }, 4);
	}
	snapshot.index = gw_vip_index_new(keys, vips, MOST, &duplicate);
	CHECK(snapshot.index);
	for (uint32_t i = 0; i < MOST; i++) {
		uint8_t ip[40] = { 0 };
		struct gw_packet p = packet_to(ip, keys[i].prefix, 4, 6, 80);

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
