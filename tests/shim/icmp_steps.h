/* SPDX-License-Identifier: Apache-2.0 */
/* ICMP through its step. */
#ifndef GW_TEST_ICMP_STEPS_H
#define GW_TEST_ICMP_STEPS_H

#include "icmp.h"
#include "icmp_frames.h"
#include "steps.h"

#define CLIENT "203.0.113.7"
#define CLIENT6 "2001:db8::7"
#define VIP "90.1.2.3"
#define VIP6 "2002::9"

static inline struct gw_packet run(const struct frame *f)
{
	struct gw_packet p = steps_parsed(f);

	gw_icmp(&worker, &snapshot, &p, 1);
	return p;
}

/* Nothing of the packet changes, and nobody is answered. */
static inline void goes_on(const struct frame *f)
{
	struct gw_packet before = steps_parsed(f), p = before;

	gw_icmp(&worker, &snapshot, &p, 1);
	CHECK(!memcmp(&p, &before, sizeof(p)));
	CHECK(!memcmp(p.data, f->bytes, f->length));
	steps_free(&p);
}

#endif
