/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packet -> server: the one that the worker remembers for its flow, else the one that the VIP's
 * new-connection table gives, which is then remembered.
 *
 * A flow is known by bucket and tag. It has ended when its time is over, when its server is absent
 * from the snapshot, or when its server belongs to another VIP than the packet's (a narrower VIP
 * came or went). At most one flow of a bucket has a given tag, ended or not: an ended one is
 * overwritten where it stands.
 */
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "flow.h"
#include "flow_table.h"
#include "siphash.h"

uint64_t gw_flow_hash_of(const struct gw_snapshot *snapshot, const struct gw_packet *p)
{
	const uint8_t *ip = p->data + p->l3;

	if (gw_likely(p->family == 4))
		return gw_hash_ip4(snapshot->hash_key, ip + 12, p->src_port, p->dst_port,
				   p->protocol);
	return gw_hash_ip6(snapshot->hash_key, ip + 8, p->src_port, p->dst_port, p->protocol);
}

/* Place of the tag among the bucket's flows, GW_BUCKET_FLOWS: not there. */
static inline uint32_t find_tag(const struct gw_bucket *b, uint32_t tag)
{
	uint32_t found;
#ifdef __SSE2__
	__m128i want = _mm_set1_epi32((int)tag);
	__m128i low = _mm_cmpeq_epi32(_mm_load_si128((const __m128i *)b->tag), want);
	__m128i high = _mm_cmpeq_epi32(_mm_loadu_si128((const __m128i *)(b->tag + 2)), want);

	found = (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(low));
	found |= (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(high)) << 2;
	/* A free place keeps its last tag. */
	while (found) {
		uint32_t i = (uint32_t)__builtin_ctz(found);

		if (gw_likely(b->server[i]))
			return i;
		found &= found - 1;
	}
	return GW_BUCKET_FLOWS;
#else
	for (found = 0; found < GW_BUCKET_FLOWS; found++)
		if (b->tag[found] == tag && b->server[found])
			break;
	return found;
#endif
}

static inline bool alive(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			 const struct gw_bucket *b, uint32_t i, const struct gw_vip *vip)
{
	return gw_server_present(snapshot, b->server[i]) &&
	       snapshot->servers[b->server[i]].vip == vip->id &&
	       !gw_flow_expired(b->seen[i], worker->now, snapshot->timeout);
}

uint32_t gw_flow_find(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		      const struct gw_packet *p)
{
	struct gw_bucket copy;
	uint32_t i;

	if (!worker->flows.buckets)
		return 0;
	copy = worker->flows.buckets[p->hash & worker->flows.mask]; /* it may be changing */
	i = find_tag(&copy, (uint32_t)(p->hash >> 32));
	if (i == GW_BUCKET_FLOWS || !alive(worker, snapshot, &copy, i, p->vip))
		return 0;
	return copy.server[i];
}

void gw_flow_hash(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		  struct gw_packet *packets, uint32_t count)
{
	struct gw_bucket *buckets = worker->flows.buckets;
	uint64_t mask = worker->flows.mask;

	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];

		if (gw_unlikely(p->verdict != GW_FORWARDED))
			continue;
		p->hash = gw_flow_hash_of(snapshot, p);
		p->bucket = &buckets[p->hash & mask];
		__builtin_prefetch(p->bucket, 1);
	}
}

static inline void prefetch_server(const struct gw_worker *worker,
				   const struct gw_snapshot *snapshot, uint32_t server)
{
	__builtin_prefetch(&snapshot->servers[server]);
	__builtin_prefetch(&worker->server_counters[(uint64_t)server * GW_S_STRIDE], 1);
}

void gw_flow_prefetch(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		      struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct gw_packet *p = &packets[i];
		uint32_t at;

		if (gw_unlikely(p->verdict != GW_FORWARDED))
			continue;
		at = find_tag(p->bucket, (uint32_t)(p->hash >> 32));
		if (gw_likely(at < GW_BUCKET_FLOWS)) {
			prefetch_server(worker, snapshot, p->bucket->server[at]);
			continue;
		}
		if (!p->vip->table_len)
			continue;
		__builtin_prefetch(&p->vip->table[gw_table_slot(p->vip, p->hash)]);
		for (at = 0; at < GW_BUCKET_FLOWS && p->bucket->server[at]; at++)
			;
		if (at == GW_BUCKET_FLOWS)
			continue;
		struct gw_key *key = &worker->flows.keys[p->hash & worker->flows.mask].key[at];
		__builtin_prefetch(key, 1);
		__builtin_prefetch((uint8_t *)(key + 1) - 1, 1);
	}
}

/* A place for a new flow: a free one, else that of the ended flow that was silent longest;
 * GW_BUCKET_FLOWS: all are alive. Here a flow has not ended by belonging to another VIP. */
static uint32_t find_place(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			   const struct gw_bucket *b)
{
	uint32_t place = GW_BUCKET_FLOWS, silence = 0;

	for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++)
		if (!b->server[i])
			return i;
	for (uint32_t i = 0; i < GW_BUCKET_FLOWS; i++) {
		uint32_t silent = (uint16_t)(worker->now - b->seen[i]);

		if (gw_server_present(snapshot, b->server[i]) && silent <= snapshot->timeout)
			continue;
		if (place == GW_BUCKET_FLOWS || silent > silence) {
			place = i;
			silence = silent;
		}
	}
	return place;
}

static void write_key(const struct gw_worker *worker, const struct gw_packet *p, uint32_t place)
{
	struct gw_key *key = &worker->flows.keys[p->hash & worker->flows.mask].key[place];
	const uint8_t *ip = p->data + p->l3;
	uint8_t born = (worker->now >> 16) & 0x7f;

	if (p->family == 4) {
		memset(key->src, 0, 32);
		memcpy(key->src, ip + 12, 4);
		memcpy(key->dst, ip + 16, 4);
	} else {
		memcpy(key->src, ip + 8, 32);
	}
	key->src_port = p->src_port;
	key->dst_port = p->dst_port;
	key->protocol = p->protocol;
	key->family_born = p->family == 6 ? GW_KEY_IP6 | born : born;
	key->born = (uint16_t)worker->now;
}

/* The flow starts in the place; an ended flow that stands there is released first. */
static void remember(struct gw_worker *worker, struct gw_packet *p, uint32_t place)
{
	struct gw_bucket *b = p->bucket;
	uint64_t *server = &worker->server_counters[(uint64_t)p->server * GW_S_STRIDE];

	if (b->server[place]) {
		gw_flow_release(worker, b, place);
		worker->counters[GW_W_FLOWS_EXPIRED]++;
	}
	write_key(worker, p, place);
	b->tag[place] = (uint32_t)(p->hash >> 32);
	b->seen[place] = (uint16_t)worker->now;
	b->server[place] = p->server;
	server[GW_S_NEW_FLOWS]++;
	server[GW_S_FLOWS]++;
	worker->flows.flows++;
	p->tracked = 1;
	p->first = 1;
}

/* No flow: the table decides. `place` is that of an ended flow with the packet's tag, or
 * GW_BUCKET_FLOWS. */
static __attribute__((noinline)) void by_table(struct gw_worker *worker,
					       const struct gw_snapshot *snapshot,
					       struct gw_packet *p, uint32_t place)
{
	uint64_t *vip = &worker->vip_counters[(uint64_t)p->vip->id * GW_V_STRIDE];

	if (!p->vip->table_len) {
		vip[GW_V_NO_SERVER]++;
		p->verdict = GW_DROP_NO_SERVER;
		return;
	}
	p->server = p->vip->table[gw_table_slot(p->vip, p->hash)];
	p->decided = GW_BY_TABLE;
	prefetch_server(worker, snapshot, p->server);
	if (place == GW_BUCKET_FLOWS)
		place = find_place(worker, snapshot, p->bucket);
	if (place == GW_BUCKET_FLOWS) {
		worker->counters[GW_W_UNTRACKED_PACKET]++;
		vip[GW_V_UNTRACKED_PACKET]++;
		return;
	}
	remember(worker, p, place);
	worker->counters[GW_W_FIRST_PACKET]++;
	vip[GW_V_FIRST_PACKET]++;
}

void gw_flow_decide(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		    struct gw_packet *packets, uint32_t count)
{
	uint16_t now = (uint16_t)worker->now;
	uint64_t hits = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];
		struct gw_bucket *b = p->bucket;
		uint32_t at;

		if (gw_unlikely(p->verdict != GW_FORWARDED))
			continue;
		at = find_tag(b, (uint32_t)(p->hash >> 32));
		if (gw_unlikely(at == GW_BUCKET_FLOWS || !alive(worker, snapshot, b, at, p->vip))) {
			by_table(worker, snapshot, p, at);
			continue;
		}
		p->server = b->server[at];
		p->decided = GW_BY_FLOW;
		p->tracked = 1;
		if (b->seen[at] != now) /* else the line stays clean */
			b->seen[at] = now;
		worker->vip_counters[(uint64_t)p->vip->id * GW_V_STRIDE + GW_V_NEXT_PACKET]++;
		hits++;
	}
	worker->counters[GW_W_NEXT_PACKET] += hits;
}
