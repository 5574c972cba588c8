/* SPDX-License-Identifier: Apache-2.0 */
/* What a VIP and its server count of a packet (verdicts are counted in worker.c). */
#ifndef GW_COUNT_H
#define GW_COUNT_H

#include "state.h"

static inline uint64_t *gw_vip_row(const struct gw_worker *worker, uint32_t id)
{
	return &worker->vip_counters[(uint64_t)id * GW_V_STRIDE];
}

static inline uint64_t *gw_server_row(const struct gw_worker *worker, uint32_t slot)
{
	return &worker->server_counters[(uint64_t)slot * GW_S_STRIDE];
}

/* To a server. */
static inline void gw_count_forwarded(const struct gw_worker *worker, const struct gw_packet *p)
{
	uint64_t *vip = gw_vip_row(worker, p->vip->id), *server = gw_server_row(worker, p->server);

	vip[GW_V_PACKETS]++;
	vip[GW_V_BYTES] += p->ip_len;
	server[GW_S_PACKETS]++;
	server[GW_S_BYTES] += p->ip_len;
}

/* The step that was to send it found that it cannot go. */
static inline void gw_count_refused(const struct gw_worker *worker, const struct gw_packet *p)
{
	uint64_t *vip = gw_vip_row(worker, p->vip->id);

	vip[GW_V_NO_NEXT_HOP] += p->verdict == GW_DROP_NO_NEXT_HOP;
	vip[GW_V_TTL_EXPIRED] += p->verdict == GW_DROP_TTL_EXPIRED;
}

/* Takes back what was counted for a packet that does not leave after all. On the way back its VIP
 * may be gone from the snapshot, and only the server tells its id; an answer is no server's. */
static inline void gw_uncount(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			      const struct gw_packet *p)
{
	bool back = p->verdict == GW_RETURNED;
	uint64_t *vip, *server;

	if (p->verdict == GW_ANSWERED) {
		gw_vip_row(worker, p->vip->id)[GW_V_ANSWERED]--;
		return;
	}
	vip = gw_vip_row(worker, snapshot->servers[p->server].vip);
	server = gw_server_row(worker, p->server);
	vip[back ? GW_V_RETURN_PACKETS : GW_V_PACKETS]--;
	vip[back ? GW_V_RETURN_BYTES : GW_V_BYTES] -= p->ip_len;
	server[back ? GW_S_RETURN_PACKETS : GW_S_PACKETS]--;
	server[back ? GW_S_RETURN_BYTES : GW_S_BYTES] -= p->ip_len;
}

#endif
