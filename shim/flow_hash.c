/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flow hashes of a burst, and the buckets that they lead to. Where the CPU has AVX2, packets of
 * one family are hashed by four: a hash is a chain of operations that wait for each other, and four
 * of them fit side by side.
 */
#include "flow.h"
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
	struct gw_tuple t = gw_tuple_of(p);
	uint32_t length = gw_address_length(p->family);
	uint8_t addresses[32];

	memcpy(addresses, t.src, length);
	memcpy(addresses + length, t.dst, length);
	if (p->family == 4)
		return gw_hash_ip4(snapshot->hash_key, addresses, t.src_port, t.dst_port,
				   t.protocol);
	return gw_hash_ip6(snapshot->hash_key, addresses, t.src_port, t.dst_port, t.protocol);
}

static inline uint64_t hash_of(const struct gw_snapshot *snapshot, const struct gw_packet *p)
{
	const uint8_t *ip = p->data + p->l3;

	if (gw_unlikely(!gw_tuple_is_plain(p)))
		return hash_tuple(snapshot, p);
	if (gw_likely(p->family == 4))
		return gw_hash_ip4(snapshot->hash_key, ip + 12, p->src_port, p->dst_port,
				   p->protocol);
	return gw_hash_ip6(snapshot->hash_key, ip + 8, p->src_port, p->dst_port, p->protocol);
}

#if defined(__x86_64__)

/* The word that stands there for each of four packets. */
GW_AVX2 static inline __m256i words(const uint8_t *const *from, uint32_t at)
{
	return _mm256_set_epi64x((int64_t)gw_load64(from[3] + at), (int64_t)gw_load64(from[2] + at),
				 (int64_t)gw_load64(from[1] + at),
				 (int64_t)gw_load64(from[0] + at));
}

static inline int64_t tail(const struct gw_packet *p, uint64_t length)
{
	return (int64_t)gw_sip_tail(p->src_port, p->dst_port, p->protocol, length);
}

/* Four packets of one family, whose addresses are `count` words from `skip` in the IP header on. */
GW_AVX2 static inline void hash_four(const struct gw_worker *worker,
				     const struct gw_snapshot *snapshot,
				     struct gw_packet *const *p, uint32_t skip, uint32_t count)
{
	struct gw_sip4 s = gw_sip4_begin(snapshot->hash_key);
	uint64_t length = count * 8 + 5, hashes[4];
	const uint8_t *from[4];

	for (uint32_t i = 0; i < 4; i++)
		from[i] = p[i]->data + p[i]->l3 + skip;
	for (uint32_t at = 0; at < count; at++)
		gw_sip4_word(&s, words(from, 8 * at));
	gw_sip4_word(&s, _mm256_set_epi64x(tail(p[3], length), tail(p[2], length),
					   tail(p[1], length), tail(p[0], length)));
	gw_sip4_end(&s, hashes);
	for (uint32_t i = 0; i < 4; i++)
		found(worker, p[i], hashes[i]);
}

/* A list whose last group is not full is filled up with its last packet. */
GW_AVX2 static inline void hash_list(const struct gw_worker *worker,
				     const struct gw_snapshot *snapshot, struct gw_packet **list,
				     uint32_t count, uint32_t skip, uint32_t words_count)
{
	for (uint32_t i = count; count && i < count + 3; i++)
		list[i] = list[count - 1];
	for (uint32_t i = 0; i < count; i += 4)
		hash_four(worker, snapshot, list + i, skip, words_count);
}

GW_AVX2 static void hash_by_four(const struct gw_worker *worker,
				 const struct gw_snapshot *snapshot, struct gw_packet *packets,
				 uint32_t count)
{
	struct gw_packet *ip4[GW_BURST + 3], *ip6[GW_BURST + 3];
	uint32_t ip4_count = 0, ip6_count = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];

		if (gw_unlikely(p->verdict != GW_FORWARDED))
			continue;
		if (gw_unlikely(!gw_tuple_is_plain(p)))
			found(worker, p, hash_tuple(snapshot, p));
		else if (p->family == 4)
			ip4[ip4_count++] = p;
		else
			ip6[ip6_count++] = p;
	}
	hash_list(worker, snapshot, ip4, ip4_count, 12, 1);
	hash_list(worker, snapshot, ip6, ip6_count, 8, 4);
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
