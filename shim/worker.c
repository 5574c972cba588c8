/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a burst: parse, VIP, flow, encap. The only file that names all the steps. Each step is
 * one turn over the burst, and asks for the memory that the next turn reads. */
#include "bytes.h"
#include "encap.h"
#include "flow.h"
#include "parse.h"
#include "vip.h"

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

static inline void count_verdicts(uint64_t *counters, const struct gw_packet *packets,
				  uint32_t count)
{
	uint32_t forwarded = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (gw_likely(packets[i].verdict == GW_FORWARDED))
			forwarded++;
		else
			counters[packets[i].verdict]++;
	}
	counters[GW_FORWARDED] += forwarded;
}

void gw_worker_burst(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		     struct gw_packet *packets, uint32_t count)
{
	uint64_t last = gw_unlikely(worker->step_cycles) ? gw_cycles() : 0;

	for (uint32_t i = 0; i < count; i++) {
		__builtin_prefetch(packets[i].data);
		__builtin_prefetch(packets[i].data - 1, 1); /* where the outer header will stand */
	}
	gw_parse(snapshot, packets, count);
	lap(worker, GW_STEP_PARSE, &last);
	gw_vip_lookup(snapshot, packets, count);
	lap(worker, GW_STEP_VIP, &last);
	gw_flow_hash(worker, snapshot, packets, count);
	gw_flow_prefetch(worker, snapshot, packets, count);
	gw_flow_decide(worker, snapshot, packets, count);
	lap(worker, GW_STEP_FLOW, &last);
	gw_encap(worker, snapshot, packets, count);
	count_verdicts(worker->counters, packets, count);
	lap(worker, GW_STEP_ENCAP, &last);
}

void gw_worker_peek(struct gw_worker *const *workers, uint32_t workers_count,
		    const struct gw_snapshot *snapshot, struct gw_packet *packet,
		    uint32_t *table_slot)
{
	*table_slot = GW_NONE;
	gw_parse(snapshot, packet, 1);
	gw_vip_lookup(snapshot, packet, 1);
	if (packet->verdict != GW_FORWARDED)
		return;
	packet->hash = gw_flow_hash_of(snapshot, packet);
	*table_slot = gw_table_slot(packet->vip, packet->hash);
	for (uint32_t i = 0; i < workers_count && !packet->server; i++)
		packet->server = gw_flow_find(workers[i], snapshot, packet);
	if (packet->server) {
		packet->decided = GW_BY_FLOW;
		packet->tracked = 1;
	} else if (*table_slot == GW_NONE) {
		packet->verdict = GW_DROP_NO_SERVER;
		return;
	} else {
		packet->decided = GW_BY_TABLE;
		packet->server = packet->vip->table[*table_slot];
	}
	packet->verdict = gw_encap_packet(&snapshot->servers[packet->server], packet);
}
