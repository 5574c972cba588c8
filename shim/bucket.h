/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One bucket of the established-connections table: finding, making room, writing. Its owner alone
 * writes; other workers read meanwhile. They see a whole entry or none: its key is written while
 * `server` is 0, and before that the bucket's count of changes goes up, which a reader looks at
 * before and after.
 */
#ifndef GW_BUCKET_H
#define GW_BUCKET_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "flow_table.h"
#include "nat_hash.h"

/* The hash of a flow with that key. */
static inline uint64_t gw_key_hash(const struct gw_snapshot *snapshot, const struct gw_key *key)
{
	uint8_t addresses[8], family = key->family_born & GW_KEY_IP6 ? 6 : 4;

	if (key->by_client)
		return gw_hash_end(snapshot->hash_key, family, key->src, key->src_port,
				   key->protocol) ^
		       gw_hash_to(snapshot->hash_key, family, key->dst, key->dst_port);
	if (family == 6)
		return gw_hash_ip6(snapshot->hash_key, key->src, key->src_port, key->dst_port,
				   key->protocol);
	memcpy(addresses, key->src, 4);
	memcpy(addresses + 4, key->dst, 4);
	return gw_hash_ip4(snapshot->hash_key, addresses, key->src_port, key->dst_port,
			   key->protocol);
}

/* What finds no room where it belongs, a flow or a learned way, goes to this bucket; its home has
 * GW_SPILLED from then on. Chance fills a bucket here and there, and a client's one port to more
 * than six addresses of GW_VIP_BY_CLIENT does. */
static inline uint64_t gw_bucket_spare(const struct gw_flow_table *table, uint64_t hash)
{
	uint32_t other = (uint32_t)(hash >> 32) * 0x9e3779b1u | 1;

	return ((uint32_t)hash ^ other) & table->mask;
}

/* As long as one place in six of the table is free: where it fills up as a whole, nothing more is
 * remembered in full buckets. */
static inline bool gw_table_may_spill(const struct gw_flow_table *table)
{
	return table->flows + table->ways <= (uint64_t)table->mask * (GW_BUCKET_FLOWS - 1);
}

static inline struct gw_key *gw_bucket_key(const struct gw_flow_table *table,
					   const struct gw_bucket *b, uint32_t i)
{
	return &table->keys[b - table->buckets].key[i];
}

/* Whether place i holds a flow (kind 0) or a way back (kind GW_WAY). */
static inline bool gw_bucket_holds(const struct gw_bucket *b, uint32_t i, uint32_t kind)
{
	uint32_t server = b->server[i]; /* a free place keeps its last tag */

	return kind ? server > GW_WAY : server - 1 < GW_WAY - 1;
}

/* Place of the flow or way with that tag, ended or not; GW_BUCKET_FLOWS: not there. A bucket has at
 * most one of each. */
static inline uint32_t gw_bucket_find(const struct gw_bucket *b, uint32_t tag, uint32_t kind)
{
	uint32_t found;
#ifdef __SSE2__
	__m128i want = _mm_set1_epi32((int)tag);
	__m128i low = _mm_cmpeq_epi32(_mm_load_si128((const __m128i *)b->tag), want);
	__m128i high = _mm_cmpeq_epi32(_mm_loadu_si128((const __m128i *)(b->tag + 2)), want);

	found = (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(low));
	found |= (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(high)) << 2;
	while (found) {
		uint32_t i = (uint32_t)__builtin_ctz(found);

		if (gw_likely(gw_bucket_holds(b, i, kind)))
			return i;
		found &= found - 1;
	}
	return GW_BUCKET_FLOWS;
#else
	for (found = 0; found < GW_BUCKET_FLOWS; found++)
		if (b->tag[found] == tag && gw_bucket_holds(b, found, kind))
			break;
	return found;
#endif
}

/* The first free place; GW_BUCKET_FLOWS: there is none. */
static inline uint32_t gw_bucket_free(const struct gw_bucket *b)
{
	uint32_t found;
#ifdef __SSE2__
	const uint32_t *server = b->server;
	__m128i none = _mm_setzero_si128();
	__m128i low = _mm_cmpeq_epi32(_mm_loadu_si128((const __m128i *)server), none);
	__m128i high = _mm_cmpeq_epi32(_mm_loadu_si128((const __m128i *)(server + 2)), none);

	found = (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(low));
	found |= (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(high)) << 2;
	return (uint32_t)__builtin_ctz(found | 1u << GW_BUCKET_FLOWS);
#else
	for (found = 0; found < GW_BUCKET_FLOWS && b->server[found]; found++)
		;
	return found;
#endif
}

/* Whether it is plain that all of a full bucket's entries are alive: nobody was silent for too
 * long, and no slot id in use is absent. Without a load but of the bucket: where the table is full,
 * every packet asks. */
static inline bool gw_bucket_all_alive(const struct gw_worker *worker,
				       const struct gw_snapshot *snapshot,
				       const struct gw_bucket *b)
{
	uint32_t ended = snapshot->gaps;

	for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++)
		ended |= ((uint16_t)(worker->now - b->seen[i]) > snapshot->timeout) |
			 ((b->server[i] & ~GW_WAY) >= snapshot->servers_len);
	return !ended;
}

/* A place for a new entry of bucket `at`: a free one, else that of the ended entry that was silent
 * longest; GW_BUCKET_FLOWS: none has ended. */
static inline uint32_t gw_bucket_place(const struct gw_worker *worker,
				       const struct gw_snapshot *snapshot, uint64_t at)
{
	const struct gw_bucket *b = &worker->flows.buckets[at];
	uint32_t place = gw_bucket_free(b), silence = 0;

	if (place < GW_BUCKET_FLOWS)
		return place;
	if (gw_likely(gw_bucket_all_alive(worker, snapshot, b)))
		return GW_BUCKET_FLOWS;
	for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++) {
		uint32_t silent = (uint16_t)(worker->now - b->seen[i]);

		if (!gw_flow_ended(worker, snapshot, at, i))
			continue;
		if (place == GW_BUCKET_FLOWS || silent > silence) {
			place = i;
			silence = silent;
		}
	}
	return place;
}

/* The count of changes: before an entry of another worker's bucket is read, and after. */
static inline uint16_t gw_bucket_before(const struct gw_bucket *b)
{
	return __atomic_load_n(&b->changes, __ATOMIC_ACQUIRE);
}

static inline uint16_t gw_bucket_after(const struct gw_bucket *b)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&b->changes, __ATOMIC_RELAXED);
}

/* The key of a free place may then be written. */
static inline void gw_bucket_changes(struct gw_bucket *b)
{
	__atomic_store_n(&b->changes, (uint16_t)(b->changes + 1), __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

/* Forgets what stands in the place, if anything: its key may then be written. */
static inline void gw_bucket_clear(struct gw_worker *worker, struct gw_bucket *b, uint32_t i)
{
	if (b->server[i])
		gw_flow_end(worker, b, i);
	gw_bucket_changes(b);
}

/* Makes the entry of the place, whose key is written, known. `server`: slot id, of a way with
 * GW_WAY. */
static inline void gw_bucket_fill(struct gw_bucket *b, uint32_t i, uint32_t tag, uint32_t server,
				  uint32_t now)
{
	b->tag[i] = tag;
	b->seen[i] = (uint16_t)now;
	b->due &= (uint16_t)~(1u << i);
	__atomic_store_n(&b->server[i], server, __ATOMIC_RELEASE);
}

/* Every few seconds of the clock a flow's client is due: what is remembered of where its packets
 * come from is made sure of (nat.c). Whether two times belong to different such seconds. */
#define GW_DUE_SECONDS 8 /* a power of two */
static inline bool gw_is_due(uint16_t seen, uint16_t now)
{
	return (seen ^ now) / GW_DUE_SECONDS != 0;
}

/* An answer keeps the entry. That its client is due must not be lost by it. */
static inline void gw_bucket_keep(struct gw_bucket *b, uint32_t i, uint16_t now)
{
	b->due |= (uint16_t)(gw_is_due(b->seen[i], now) << i);
	b->seen[i] = now;
}

/* A packet of the client keeps it. True: it was due. */
static inline bool gw_bucket_meet(struct gw_bucket *b, uint32_t i, uint16_t now)
{
	bool due = gw_is_due(b->seen[i], now) || b->due & 1u << i;

	b->due &= (uint16_t)~(1u << i);
	b->seen[i] = now;
	return due;
}

/* Where answers go from now on. Readers see it before or after; who sees the new time sees the new
 * place. */
static inline void gw_key_lead(struct gw_key *key, const uint8_t *mac, uint8_t port,
			       uint64_t taught)
{
	uint8_t bytes[8] = { [6] = port };
	uint64_t word;

	memcpy(bytes, mac, 6);
	memcpy(&word, bytes, 8);
	__atomic_store_n((uint64_t *)(void *)key->mac, word, __ATOMIC_RELAXED);
	__atomic_store_n(&key->taught, taught, __ATOMIC_RELEASE);
}

#endif
