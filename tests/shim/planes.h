/* SPDX-License-Identifier: Apache-2.0 */
/* Data planes of two workers, whose tables can change and which can begin anew. */
#ifndef GW_TEST_PLANES_H
#define GW_TEST_PLANES_H

#include "flow_table.h"
#include "fragment.h"
#include "sample_all.h"
#include "workers.h"

struct plane {
	struct gw *gw;
	uint8_t *images[2]; /* of which it has the current one */
	uint64_t lengths[2];
	uint32_t current;
};

/* The second image: another table, other hashes, a port less; without some servers, and with narrow
 * ways. */
static inline void plane_change(struct sample *s)
{
	s->head.buckets = 8;
	s->head.hash_key[0] ^= 1;
	s->head.hop6 = GW_NONE;
	s->head.ports_count = 2;
	for (uint32_t i = 1; i < s->head.servers_count; i += 2) {
		struct gw_image_vip *vip = &s->vips[s->servers[i].vip];

		s->servers[i - 1].mtu = 120;
		for (uint32_t at = 0; i % 4 == 1 && at < vip->table_len; at++)
			s->slots[vip->table_off + at] = s->servers[i].slot;
	}
	/* the last VIP's server has no place in a table any more, and goes */
	s->vips[ALL_LOST].table_len = 0;
	s->head.servers_count--;
}

static inline void plane_make(struct plane *plane, bool entropy)
{
	struct sample *s = sample_all();

	s->head.buckets = 4;
	if (entropy)
		sample_entropy(s);
	plane->gw = workers_start(s, 2);
	plane->images[0] = sample_encode(s, &plane->lengths[0]);
	plane_change(s);
	plane->images[1] = sample_encode(s, &plane->lengths[1]);
	free(s);
}

static inline void plane_use(struct plane *plane, uint32_t index)
{
	char err[GW_ERR_SIZE] = "";

	if (plane->current != index)
		gw_commit(plane->gw, plane->images[index], plane->lengths[index], err);
	CHECK(!err[0]);
	plane->current = index;
}

/* Every run finds the workers as at their start. */
static inline void plane_fresh(struct gw_worker *w)
{
	gw_flow_table_clear(w);
	gw_fragments_free(w->fragments);
	w->fragments = gw_fragments_new();
	CHECK(w->fragments);
	memset(w->counters, 0, GW_W_COUNT * sizeof(uint64_t));
	memset(w->port_counters, 0, GW_MAX_PORTS * GW_P_STRIDE * sizeof(uint64_t));
	w->now = 1000;
	w->ip_id = 0;
	w->icmp_second = w->now + 1; /* a few errors, then no more in this second */
	w->icmp_left = 8;
}

#endif
