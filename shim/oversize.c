/* SPDX-License-Identifier: Apache-2.0 */
/* Packets that do not fit the MTU on their way: cut where that is allowed, else their sender is
 * told. */
#include "answer.h"
#include "count.h"
#include "cut.h"
#include "oversize.h"

#define LEAST4 68   /* RFC 791 */
#define LEAST6 1280 /* RFC 8200 */

/* Of the way that the packet leaves by. */
static uint32_t mtu_of(const struct gw_snapshot *snapshot, const struct gw_packet *p)
{
	if (p->verdict == GW_RETURNED)
		return snapshot->ports[snapshot->port_at[p->port]].mtu;
	return snapshot->servers[p->server].mtu;
}

static void cut(struct gw_worker *worker, const struct gw_snapshot *snapshot, struct gw_packet *p,
		uint8_t place)
{
	if (gw_cut(worker, p, mtu_of(snapshot, p), place)) {
		worker->counters[GW_W_FRAGMENTED]++;
		return;
	}
	gw_uncount(worker, snapshot, p);
	p->verdict = GW_DROP_NO_ROOM;
}

/* The MTU is what is left for the packet as it came. */
static void tell(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 const struct gw_packet *p, uint8_t place)
{
	const struct gw_server *server = &snapshot->servers[p->server];
	uint32_t least = p->family == 4 ? LEAST4 : LEAST6, mtu = (uint32_t)p->hash;

	if (p->vip) {
		uint32_t growth = gw_growth(server->kind);

		mtu = server->mtu > growth ? server->mtu - growth : 0;
		gw_vip_row(worker, p->vip->id)[GW_V_TOO_BIG]++;
	}
	gw_answer_too_big(worker, p, (uint16_t)(mtu < least ? least : mtu), place);
}

void gw_oversize(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct gw_packet *p = &packets[i];

		if (gw_unlikely(p->special & GW_IS_CUT) && gw_leaves(p))
			cut(worker, snapshot, p, (uint8_t)i);
		else if (gw_unlikely(p->verdict == GW_DROP_TOO_BIG))
			tell(worker, snapshot, p, (uint8_t)i);
	}
}
