/* SPDX-License-Identifier: Apache-2.0 */
/* Later fragments get the ports of the first one of their datagram; those that come before wait. */
#include <stdlib.h>

#include "datagram.h"
#include "ip.h"
#include "nat_index.h"
#include "vip_index.h"
#include "waiting.h"

#define SETS 1024u /* a power of two */
#define SET 4

/* What the first fragment told about its datagram. */
struct known {
	uint64_t datagram;
	uint32_t seen; /* seconds, of its last fragment */
	uint16_t src_port, dst_port;
	uint8_t protocol;
};

struct gw_fragments {
	struct gw_waiting waiting;
	bool retry; /* the next burst is what was taken last: nobody waits a second time */
	struct known sets[SETS][SET];
};

/* Whether the packet is on its way to a VIP, or from a server that translates. */
static bool concerns_us(const struct gw_snapshot *snapshot, const struct gw_packet *p)
{
	uint16_t flags = snapshot->ports[snapshot->port_at[p->port]].flags;

	if (gw_vip_prefix_of(snapshot->index, p->family, gw_address(p, GW_DST)))
		return true;
	return snapshot->nat && flags & (p->family == 4 ? GW_PORT_SNAT4 : GW_PORT_SNAT6) &&
	       gw_nat_is_server(snapshot->nat, p->family, gw_address(p, GW_SRC));
}

/* Moves an entry to the front of its set, so that the one used longest ago is the last. */
static struct known *to_front(struct known *set, uint32_t place)
{
	struct known k = set[place];

	memmove(set + 1, set, place * sizeof(k));
	set[0] = k;
	return set;
}

/* NULL: nothing is known of the datagram (any longer). */
static struct known *find(const struct gw_worker *worker, uint64_t datagram)
{
	struct known *set = worker->fragments->sets[datagram % SETS];

	for (uint32_t i = 0; i < SET; i++)
		if (set[i].datagram == datagram &&
		    worker->now - set[i].seen <= GW_FRAGMENT_SECONDS)
			return to_front(set, i);
	return NULL;
}

static void learn(struct gw_worker *worker, const struct gw_packet *p, uint64_t datagram)
{
	struct known *k = find(worker, datagram);

	if (!k)
		k = to_front(worker->fragments->sets[datagram % SETS], SET - 1);
	*k = (struct known){ datagram, worker->now, p->src_port, p->dst_port, p->protocol };
	gw_waiting_ready(&worker->fragments->waiting, datagram);
}

static void apply(const struct gw_worker *worker, struct gw_packet *p, struct known *k)
{
	k->seen = worker->now;
	p->src_port = k->src_port;
	p->dst_port = k->dst_port;
	p->protocol = k->protocol;
}

/* p->hash carries the place to gw_fragments_hold. */
static void hold_back(struct gw_worker *worker, struct gw_packet *p, uint64_t datagram)
{
	struct gw_fragments *fragments = worker->fragments;

	p->verdict = GW_HELD_FRAGMENT;
	if (worker->peek)
		return;
	p->hash = GW_HELD_MOST;
	if (!fragments->retry)
		p->hash = gw_waiting_place(&fragments->waiting, datagram, worker->now);
	if (p->hash == GW_HELD_MOST)
		p->verdict = GW_DROP_FRAGMENT;
}

/* A trace may look at what other workers know, which may just be changing: a copy is only taken if
 * it is the datagram's before and after. */
static bool find_at_peers(const struct gw_worker *worker, uint64_t datagram, struct known *found)
{
	for (uint32_t w = 0; w < worker->peers_count; w++) {
		const struct known *set = worker->peers[w]->fragments->sets[datagram % SETS];

		for (uint32_t i = 0; i < SET; i++) {
			*found = set[i];
			if (found->datagram == datagram &&
			    worker->now - found->seen <= GW_FRAGMENT_SECONDS &&
			    __atomic_load_n(&set[i].datagram, __ATOMIC_ACQUIRE) == datagram)
				return true;
		}
	}
	return false;
}

static void later(struct gw_worker *worker, struct gw_packet *p, uint64_t datagram)
{
	struct known copy, *k = find(worker, datagram);

	if (gw_unlikely(worker->peek) && find_at_peers(worker, datagram, &copy))
		k = &copy;
	if (k)
		apply(worker, p, k);
	else
		hold_back(worker, p, datagram);
}

static void look_at(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		    struct gw_packet *p)
{
	uint64_t datagram;

	if (!concerns_us(snapshot, p) || !gw_datagram_of(snapshot->hash_key, p, &datagram))
		return;
	if (p->special & GW_IS_LATER)
		later(worker, p, datagram);
	else if (!worker->peek)
		learn(worker, p, datagram);
}

static bool goes_on_as(const struct gw_packet *p, uint8_t special)
{
	return (p->special & (GW_IS_FRAGMENT | GW_IS_LATER)) == special &&
	       p->verdict == GW_FORWARDED;
}

void gw_fragments(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		  struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (goes_on_as(&packets[i], GW_IS_FRAGMENT))
			look_at(worker, snapshot, &packets[i]);
	for (uint32_t i = 0; i < count; i++)
		if (goes_on_as(&packets[i], GW_IS_FRAGMENT | GW_IS_LATER))
			look_at(worker, snapshot, &packets[i]);
	worker->fragments->retry = false;
}

void gw_fragments_hold(struct gw_worker *worker, const struct gw_packet *packet, void *buffer)
{
	if (!worker->peek)
		gw_waiting_put(&worker->fragments->waiting, (uint32_t)packet->hash, packet, buffer);
}

/* Their verdict is no longer that they are held. */
static void uncount(struct gw_worker *worker, const struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint64_t *port = &worker->port_counters[packets[i].port * GW_P_STRIDE];

		worker->counters[GW_HELD_FRAGMENT]--;
		port[GW_HELD_FRAGMENT]--;
	}
}

uint32_t gw_fragments_take(struct gw_worker *worker, struct gw_packet *packets, void **buffers)
{
	struct gw_fragments *fragments = worker->fragments;
	uint32_t count = gw_waiting_take(&fragments->waiting, worker->now, packets, buffers,
					 GW_BURST);

	fragments->retry = count > 0;
	uncount(worker, packets, count);
	return count;
}

uint32_t gw_fragments_end(struct gw_worker *worker, void **buffers)
{
	struct gw_packet packets[GW_HELD_MOST];
	uint32_t count;

	if (!worker->fragments)
		return 0;
	count = gw_waiting_end(&worker->fragments->waiting, packets, buffers);
	uncount(worker, packets, count);
	for (uint32_t i = 0; i < count; i++) {
		worker->counters[GW_DROP_FRAGMENT]++;
		worker->port_counters[packets[i].port * GW_P_STRIDE + GW_DROP_FRAGMENT]++;
	}
	return count;
}

struct gw_fragments *gw_fragments_new(void)
{
	struct gw_fragments *fragments = aligned_alloc(GW_CACHE_LINE, sizeof(*fragments));

	if (fragments)
		memset(fragments, 0, sizeof(*fragments));
	return fragments;
}

void gw_fragments_free(struct gw_fragments *fragments)
{
	free(fragments);
}
