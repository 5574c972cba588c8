/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a burst: the only file that names all the steps. Each step is one turn over the burst,
 * and asks for the memory that the next turn reads. Steps that few packets need are called only
 * when one does. */
#include "answer.h"
#include "back.h"
#include "bytes.h"
#include "crash.h"
#include "encap.h"
#include "flow.h"
#include "fragment.h"
#include "icmp.h"
#include "l3dsr.h"
#include "made.h"
#include "nat.h"
#include "oversize.h"
#include "parse.h"
#include "path.h"
#include "vip.h"

#define TUNNELS ((1u << GW_SERVER_L3DSR) - 2)
#define NATS (1u << GW_SERVER_NAT4 | 1u << GW_SERVER_NAT6)

/* Books the cycles since *last for the step. */
static inline void lap(const struct gw_worker *worker, enum gw_step step, uint64_t *last)
{
	uint64_t now;

	if (gw_likely(!worker->step_cycles))
		return;
	now = gw_cycles();
	worker->step_cycles[step] += now - *last;
	*last = now;
}

/* Adds the verdicts to the worker's counters and those of the port that the burst came in by. */
static void count_verdicts(const struct gw_worker *worker, uint8_t port,
			   const struct gw_packet *packets, uint32_t count)
{
	uint64_t *row = &worker->port_counters[(uint64_t)port * GW_P_STRIDE];

	for (uint32_t i = 0; i < count; i++) {
		worker->counters[packets[i].verdict]++;
		row[packets[i].verdict]++;
	}
}

/* The end of the burst: whoever's packet does not fit or whose TTL ends here is told, and verdicts
 * are counted. */
static inline void finish(struct gw_worker *worker, const struct gw_snapshot *snapshot,
			  uint8_t port, struct gw_packet *packets, uint32_t count)
{
	uint32_t odd = 0;

	for (uint32_t i = 0; i < count; i++)
		odd |= packets[i].verdict | (packets[i].special & GW_IS_CUT);
	if (gw_likely(!odd)) { /* all were simply forwarded */
		worker->counters[GW_FORWARDED] += count;
		worker->port_counters[(uint64_t)port * GW_P_STRIDE + GW_FORWARDED] += count;
		return;
	}
	gw_oversize(worker, snapshot, packets, count);
	gw_answer_ttl(worker, snapshot, packets, count);
	count_verdicts(worker, port, packets, count);
}
_Static_assert(GW_FORWARDED == 0, "packets that were forwarded add nothing");

static inline void send(struct gw_worker *worker, const struct gw_snapshot *snapshot,
			struct gw_packet *packets, uint32_t count)
{
	if (gw_likely(snapshot->kinds & TUNNELS))
		gw_encap(worker, snapshot, packets, count);
	if (snapshot->kinds & 1u << GW_SERVER_L3DSR)
		gw_l3dsr(worker, snapshot, packets, count);
	if (snapshot->kinds & NATS)
		gw_nat(worker, snapshot, packets, count);
}

void gw_worker_burst(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		     struct gw_packet *packets, uint32_t count)
{
	uint64_t last = gw_unlikely(worker->step_cycles) ? gw_cycles() : 0;
	uint8_t port = count ? packets[0].port : 0;
	uint32_t special, ended;

	worker->burst = packets;
	worker->burst_count = count;
	gw_crash_step(worker, GW_STEP_PARSE);
	worker->made->count = 0;
	worker->made->used = 0;
	for (uint32_t i = 0; i < count; i++) {
		__builtin_prefetch(packets[i].data);
		__builtin_prefetch(packets[i].data - 1, 1); /* where the outer header will stand */
	}
	special = gw_parse(snapshot, packets, count);
	if (gw_unlikely(special & GW_IS_FRAGMENT))
		gw_fragments(worker, snapshot, packets, count);
	lap(worker, GW_STEP_PARSE, &last);
	gw_crash_step(worker, GW_STEP_VIP);
	if (gw_unlikely(special & GW_IS_ICMP))
		gw_icmp(worker, snapshot, packets, count);
	ended = gw_vip_lookup(snapshot, packets, count);
	if (gw_unlikely(special & GW_IS_ICMP))
		gw_path(worker, snapshot, packets, count);
	if (gw_unlikely(ended && snapshot->port_flags))
		gw_back(worker, snapshot, packets, count);
	lap(worker, GW_STEP_VIP, &last);
	gw_crash_step(worker, GW_STEP_FLOW);
#ifdef GW_CRASH_TEST
	gw_crash_if_wanted();
#endif
	gw_flow_hash(worker, snapshot, packets, count);
	gw_flow_prefetch(worker, snapshot, packets, count);
	gw_flow_decide(worker, snapshot, packets, count);
	lap(worker, GW_STEP_FLOW, &last);
	gw_crash_step(worker, GW_STEP_ENCAP);
	send(worker, snapshot, packets, count);
	finish(worker, snapshot, port, packets, count);
	lap(worker, GW_STEP_ENCAP, &last);
	gw_crash_step(worker, GW_STEP_COUNT);
}
