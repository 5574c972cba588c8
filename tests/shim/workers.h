/* SPDX-License-Identifier: Apache-2.0 */
/* A data plane of several workers without ports, and packets for one of them. */
#ifndef GW_TEST_WORKERS_H
#define GW_TEST_WORKERS_H

#include "icmp_frames.h"
#include "state.h"

static inline struct gw *workers_start(struct sample *s, uint32_t count)
{
	struct gw *gw = calloc(1, sizeof(*gw));
	char err[GW_ERR_SIZE] = "";

	CHECK(gw);
	gw->simulated = true;
	CHECK(!gw_init(gw, count, err));
	must_commit(gw, s);
	return gw;
}

/* The frame comes to that worker by port 3. The packet that is given back has lost its bytes. */
static inline struct gw_packet run_on(struct gw *gw, uint32_t worker, const struct frame *f)
{
	uint8_t *block = malloc(GW_FRAME_GROWTH + f->length);
	struct gw_packet p = { .data_len = f->length, .frame_len = f->length,
			       .headroom = GW_FRAME_GROWTH, .port = 3 };

	CHECK(block);
	p.data = block + GW_FRAME_GROWTH;
	memcpy(p.data, f->bytes, f->length);
	gw_worker_burst(gw->workers[worker], gw->snapshot, &p, 1);
	free(block);
	p.data = NULL;
	return p;
}

/* The same with what must become of it. Returns the server. */
static inline uint32_t sent_by(struct gw *gw, uint32_t worker, const struct frame *f,
			       enum gw_decided decided)
{
	struct gw_packet p = run_on(gw, worker, f);

	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK_EQUAL(p.decided, decided);
	return p.server;
}

static inline void workers_clock(struct gw *gw, uint32_t now)
{
	for (uint32_t i = 0; i < gw->workers_count; i++)
		gw->workers[i]->now = now;
}

static inline uint64_t flows_of(struct gw *gw, uint32_t worker)
{
	return gw->workers[worker]->flows.flows;
}

#endif
