/* SPDX-License-Identifier: Apache-2.0 */
/* The hashes of whole bursts, which may be made side by side, are those of packets one by one. */
#include "flow.h"
#include "flow_table.h"
#include "siphash.h"

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

static void bursts(bool sticky)
{
	uint64_t random = 17;

	steps_start();
	CHECK(!gw_flow_table_new(&worker.flows, 64, NULL));
	for (uint32_t i = 0; sticky && i < 2; i++) {
		vips[i].flags |= GW_VIP_STICKY;
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
	bursts(false);
}

static void sticky(void)
{
	bursts(true);
}

static const struct test tests[] = {
	{ "every packet of a mixed burst has the hash that it has alone", plain },
	{ "and so it is for sticky VIPs", sticky },
};
MAIN(tests)
