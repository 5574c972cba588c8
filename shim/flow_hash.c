/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flow hashes of a burst, and the buckets that they lead to. Where the CPU has AVX2, packets of
 * one family are hashed by four: a hash is a chain of operations that wait for each other, and four
 * of them fit side by side.
 */
#include "flow.h"
#include "nat_hash.h"
#include "siphash4.h"
#include "tuple.h"

static inline void found(const struct gw_worker *worker, struct gw_packet *p, uint64_t hash)
{
	p->hash = hash;
	p->bucket = &worker->flows.buckets[hash & worker->flows.mask];
	__builtin_prefetch(p->bucket, 1);
}

static __attribute__((noinline)) uint64_t hash_tuple(const struct gw_snapshot *snapshot,
						     const struct gw_packet *p)
{
	const uint64_t *key = snapshot->hash_key;
	struct gw_tuple t = gw_tuple_of(p);
	uint32_t length = gw_address_length(p->family);
	uint8_t addresses[32];

	if (p->vip->flags & GW_VIP_BY_CLIENT)
		return gw_hash_end(key, p->family, t.src, t.src_port, t.protocol) ^
		       gw_hash_to(key, p->family, t.dst, t.dst_port);
	memcpy(addresses, t.src, length);
	memcpy(addresses + length, t.dst, length);
	if (p->family == 4)
		return gw_hash_ip4(key, addresses, t.src_port, t.dst_port, t.protocol);
	return gw_hash_ip6(key, addresses, t.src_port, t.dst_port, t.protocol);
}

static inline uint64_t hash_of(const struct gw_snapshot *snapshot, const struct gw_packet *p)
{
	const uint8_t *ip = p->data + p->l3;

	if (gw_unlikely(!gw_tuple_is_plain(p) || p->vip->flags & GW_VIP_BY_CLIENT))
		return hash_tuple(snapshot, p);
	if (gw_likely(p->family == 4))
		return gw_hash_ip4(snapshot->hash_key, ip + 12, p->src_port, p->dst_port,
				   p->protocol);
	return gw_hash_ip6(snapshot->hash_key, ip + 8, p->src_port, p->dst_port, p->protocol);
}

#if defined(__x86_64__)

/* Four words, one of each packet. */
#define FOUR(word) \
	_mm256_set_epi64x((int64_t)word(3), (int64_t)word(2), (int64_t)word(1), (int64_t)word(0))

enum shape { PLAIN4, PLAIN6, NAT4, NAT6, SHAPES };

/* The message that is hashed of a shape's packets: words of the addresses, and a last one. */
GW_AVX2 static inline void hash_four(const struct gw_worker *worker,
				     const struct gw_snapshot *snapshot,
				     struct gw_packet *const *p, enum shape shape)
{
	static const uint8_t counts[SHAPES] = { 1, 4, 0, 2 };
	struct gw_sip4 s = gw_sip4_begin(snapshot->hash_key);
	const uint64_t *key = snapshot->hash_key;
	bool ip4 = shape == PLAIN4 || shape == NAT4;
	const uint8_t *from[4];
	uint64_t hashes[4];

	for (uint32_t i = 0; i < 4; i++)
		from[i] = p[i]->data + p[i]->l3 + gw_address_at(ip4 ? 4 : 6, GW_SRC);
#define WORD(i) gw_load64(from[i] + 8 * at)
	for (uint32_t at = 0; at < counts[shape]; at++)
		gw_sip4_word(&s, FOUR(WORD));
#define PLAIN(i) gw_sip_tail(p[i]->src_port, p[i]->dst_port, p[i]->protocol, ip4 ? 13 : 37)
#define END4(i) gw_end_word4(from[i], p[i]->src_port, p[i]->protocol)
#define END6(i) gw_end_word6(p[i]->src_port, p[i]->protocol)
	if (shape == NAT4)
		gw_sip4_word(&s, FOUR(END4));
	else if (shape == NAT6)
		gw_sip4_word(&s, FOUR(END6));
	else
		gw_sip4_word(&s, FOUR(PLAIN));
	gw_sip4_end(&s, hashes);
	for (uint32_t i = 0; i < 4; i++) {
		if (shape == NAT4 || shape == NAT6)
			hashes[i] ^= gw_hash_to(key, ip4 ? 4 : 6, from[i] + (ip4 ? 4 : 16),
						p[i]->dst_port);
		found(worker, p[i], hashes[i]);
	}
}

/* A list whose last group is not full is filled up with its last packet. */
GW_AVX2 static inline void hash_list(const struct gw_worker *worker,
				     const struct gw_snapshot *snapshot, struct gw_packet **list,
				     uint32_t count, enum shape shape)
{
	for (uint32_t i = count; count && i < count + 3; i++)
		list[i] = list[count - 1];
	for (uint32_t i = 0; i < count; i += 4)
		hash_four(worker, snapshot, list + i, shape);
}

GW_AVX2 static void hash_by_four(const struct gw_worker *worker,
				 const struct gw_snapshot *snapshot, struct gw_packet *packets,
				 uint32_t count)
{
	struct gw_packet *lists[SHAPES][GW_BURST + 3];
	uint32_t counts[SHAPES] = { 0 };

	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];
		uint32_t shape;

		if (gw_unlikely(p->verdict != GW_FORWARDED))
			continue;
		if (gw_unlikely(!gw_tuple_is_plain(p))) {
			found(worker, p, hash_tuple(snapshot, p));
			continue;
		}
		shape = (p->vip->flags & GW_VIP_BY_CLIENT ? NAT4 : PLAIN4) + (p->family == 6);
		lists[shape][counts[shape]++] = p;
	}
	hash_list(worker, snapshot, lists[PLAIN4], counts[PLAIN4], PLAIN4);
	hash_list(worker, snapshot, lists[PLAIN6], counts[PLAIN6], PLAIN6);
	hash_list(worker, snapshot, lists[NAT4], counts[NAT4], NAT4);
	hash_list(worker, snapshot, lists[NAT6], counts[NAT6], NAT6);
}
#endif

void gw_flow_hash(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		  struct gw_packet *packets, uint32_t count)
{
#if defined(__x86_64__)
	if (gw_likely(gw_has_avx2())) {
		hash_by_four(worker, snapshot, packets, count);
		return;
	}
#endif
	for (uint32_t i = 0; i < count; i++)
		if (gw_likely(packets[i].verdict == GW_FORWARDED))
			found(worker, &packets[i], hash_of(snapshot, &packets[i]));
}
