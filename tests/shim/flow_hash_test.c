/* SPDX-License-Identifier: Apache-2.0 */
/* The hashes of whole bursts, which may be made side by side, are those of packets one by one. */
#include "flow.h"
#include "flow_table.h"
#include "nat_hash.h"

#include "icmp_frames.h"
#include "steps.h"

#define KINDS 5

static void ports_of(struct frame *f, uint32_t l4, uint64_t *random)
{
	for (uint32_t i = 0; i < 4; i++)
		f->bytes[f->l3 + l4 + i] = (uint8_t)next_random(random);
}

/* A packet of one of the kinds to the first VIPs of steps.h, or an error about one. */
static void random_frame(struct frame *f, uint32_t kind, uint64_t *random)
{
	uint8_t protocol = next_random(random) & 1 ? 6 : 17;
	struct frame about;

	switch (kind) {
	case 0:
		frame_ip4(f, 0, "203.0.113.7", "90.1.2.3", protocol, 0, 0, next_random(random) % 11,
			  20);
		ports_of(f, f->ip_len - 20, random);
		break;
	case 1:
		frame_ip6(f, 0, "2001:db8::7", "2002::1", protocol, NULL, 0, 0, 0, 20);
		ports_of(f, 40, random);
		break;
	case 2:
		frame_ip4(f, 0, "203.0.113.7", "90.1.2.3", 47, 0, 0, 0, 4);
		break;
	case 3:
		frame_ip4(&about, 0, "90.1.2.3", "203.0.113.7", protocol, 0, 0, 0, 20);
		ports_of(&about, 20, random);
		frame_error(f, "198.51.100.1", "90.1.2.3", 3, 4, &about, 28);
		break;
	default:
		frame_ip6(&about, 0, "2002::1", "2001:db8::7", protocol, NULL, 0, 0, 0, 20);
		ports_of(&about, 40, random);
		frame_error(f, "2001:db8:5::1", "2002::1", 2, 0, &about, 48);
	}
	f->bytes[f->l3 + (f->bytes[f->l3] >> 4 == 4 ? 15 : 23)] ^= (uint8_t)next_random(random);
}

/* SipHash-1-3 of the message, byte by byte. */
static uint64_t sip_of(const uint8_t *message, uint32_t length)
{
	struct gw_sip s = gw_sip_begin(snapshot.hash_key);

	for (uint32_t at = 0; at <= length / 8 * 8; at += 8) {
		uint64_t word = at + 8 > length ? (uint64_t)length << 56 : 0;

		for (uint32_t i = 0; i < 8 && at + i < length; i++)
			word |= (uint64_t)message[at + i] << (8 * i);
		gw_sip_word(&s, word);
	}
	return gw_sip_end(&s);
}

static uint64_t number(const uint8_t *bytes, uint32_t count)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* By the client's end, as nat_hash.h says it: that chooses the bucket, and the rest is in the tag
 * only. */
static uint64_t wanted_by_client(const struct gw_packet *p, const uint8_t *src, const uint8_t *dst)
{
	uint32_t length = p->family == 4 ? 4 : 16;
	const uint64_t *key = snapshot.hash_key;
	uint8_t message[19];
	uint64_t to;

	memcpy(message, src, length);
	set16(message + length, p->src_port);
	message[length + 2] = p->protocol;
	to = (uint64_t)p->dst_port << 32;
	if (p->family == 4)
		to += number(dst, 4);
	else
		to ^= number(dst, 8) * ((key[0] ^ 0x736f6d6570736575u) | 1) + number(dst + 8, 8);
	to *= (key[1] ^ 0x646f72616e646f6du) | 1;
	return sip_of(message, length + 3) ^ (to >> 32 << 32);
}

/* From what must be hashed, written out: addresses, ports and protocol of the client's packets. */
static uint64_t wanted(const struct gw_packet *p)
{
	const uint8_t *src = p->data + p->l3 + (p->family == 4 ? 12 : 8);
	const uint8_t *dst = src + (p->family == 4 ? 4 : 16);
	bool sticky = p->vip->flags & GW_VIP_STICKY;
	uint32_t length = p->family == 4 ? 4 : 16;
	uint8_t addresses[32];

	if (p->special & GW_IS_ERROR) /* where the quoted packet went */
		src = p->data + p->l4 + 8 + (p->family == 4 ? 16 : 24);
	if (p->vip->flags & GW_VIP_BY_CLIENT)
		return wanted_by_client(p, src, dst);
	memcpy(addresses, src, length);
	memcpy(addresses + length, sticky ? p->vip->prefix : dst, length);
	return (p->family == 4 ? gw_hash_ip4 : gw_hash_ip6)(
		snapshot.hash_key, addresses, sticky ? 0 : p->src_port,
		sticky ? p->vip->port : p->dst_port, sticky ? p->vip->protocol : p->protocol);
}

static void prepare(struct gw_packet *p, uint64_t *random)
{
	uint32_t kind = (uint32_t)next_random(random) % KINDS;
	struct frame f;

	random_frame(&f, kind, random);
	if (f.bytes[f.l3] >> 4 == 4)
		frame_resum(&f);
	*p = steps_parsed(&f);
	p->vip = &vips[p->family == 4 ? STEPS_IP4 : STEPS_IP6];
	if (kind >= 3) {
		p->special |= GW_IS_ERROR;
		p->protocol = 17;
		p->src_port = (uint16_t)next_random(random);
		p->dst_port = (uint16_t)next_random(random);
	}
	if (next_random(random) % 16 == 0)
		p->verdict = GW_DROP_NO_PORT;
}

static void one_burst(uint32_t count, uint64_t *random)
{
	struct gw_packet packets[GW_BURST];

	for (uint32_t i = 0; i < count; i++)
		prepare(&packets[i], random);
	gw_flow_hash(&worker, &snapshot, packets, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct gw_packet *p = &packets[i];

		if (p->verdict == GW_FORWARDED) {
			CHECK(p->hash == wanted(p));
			CHECK(p->bucket == &worker.flows.buckets[p->hash & worker.flows.mask]);
		} else {
			CHECK(!p->hash && !p->bucket);
		}
		steps_free(&packets[i]);
	}
}

/* Many bursts of every length to VIPs with these flags. */
static void bursts(uint16_t ip4, uint16_t ip6)
{
	const uint16_t flags[] = { ip4, ip6 };
	uint64_t random = 17;

	steps_start();
	snapshot.hash_key[0] = next_random(&random);
	snapshot.hash_key[1] = next_random(&random);
	CHECK(!gw_flow_table_new(&worker.flows, 64, NULL));
	for (uint32_t i = 0; i < 2; i++) {
		vips[i].flags |= flags[i];
		vips[i].port = 80;
		vips[i].protocol = 6;
		vips[i].prefix[0] = 90;
	}
	for (uint32_t turn = 0; turn < 2000; turn++)
		one_burst(turn % (GW_BURST + 1), &random);
	steps_end();
}

static void plain(void)
{
	bursts(0, 0);
}

static void sticky(void)
{
	bursts(GW_VIP_STICKY, GW_VIP_STICKY);
}

static void by_client(void)
{
	bursts(GW_VIP_BY_CLIENT, GW_VIP_BY_CLIENT);
}

static void mixed(void)
{
	bursts(GW_VIP_BY_CLIENT, 0);
	bursts(0, GW_VIP_BY_CLIENT);
	bursts(GW_VIP_BY_CLIENT, GW_VIP_STICKY);
	bursts(GW_VIP_STICKY, GW_VIP_BY_CLIENT);
}

/* The hash of a packet to that address and port, as a function for packets one by one gives it. */
static uint64_t one_hash(int family, const char *client, uint16_t client_port, const char *vip,
			 uint16_t port)
{
	uint8_t src[16], dst[16];

	address(family, client, src);
	address(family, vip, dst);
	return gw_hash_end(snapshot.hash_key, (uint8_t)family, src, client_port, 6) ^
	       gw_hash_to(snapshot.hash_key, (uint8_t)family, dst, port);
}

/* Whatever a client sends to stands in one bucket of any table, with a tag of its own. */
static void one_bucket(void)
{
	static const char *const to4[] = { "90.1.2.3", "90.1.2.4", "90.1.3.3", "91.1.2.3" };
	static const char *const to6[] = { "2002::1", "2002::2", "2002:1::1", "2003::1" };
	uint64_t random = 23;

	for (uint32_t turn = 0; turn < 2000; turn++) {
		int family = turn % 2 ? 4 : 6;
		const char *const *to = family == 4 ? to4 : to6;
		const char *client = family == 4 ? "203.0.113.7" : "2001:db8::7";
		uint64_t hashes[8];

		snapshot.hash_key[0] = next_random(&random);
		snapshot.hash_key[1] = next_random(&random);
		for (uint32_t i = 0; i < 8; i++)
			hashes[i] = one_hash(family, client, 40001, to[i / 2], i % 2 ? 80 : 443);
		for (uint32_t i = 0; i < 8; i++) {
			CHECK((uint32_t)hashes[i] == (uint32_t)hashes[0]);
			for (uint32_t j = 0; j < i; j++)
				CHECK(hashes[i] >> 32 != hashes[j] >> 32);
		}
		CHECK((uint32_t)one_hash(family, client, 40002, to[0], 80) != (uint32_t)hashes[0]);
	}
}

static const struct test tests[] = {
	{ "every packet of a mixed burst has the hash that it has alone", plain },
	{ "and so it is for sticky VIPs", sticky },
	{ "for VIPs that translate it is that of the client's end, and of the VIP's", by_client },
	{ "and so it is for bursts to VIPs of several kinds", mixed },
	{ "all that a client sends to is one bucket, and different tags", one_bucket },
};
MAIN(tests)
