/* SPDX-License-Identifier: Apache-2.0 */
/* Fragments through their step, burst by burst, with what waits kept as callers keep it. */
#ifndef GW_TEST_FRAGMENTS_H
#define GW_TEST_FRAGMENTS_H

#include "fragment.h"
#include "icmp_frames.h"
#include "steps.h"

#define CLIENT "203.0.113.7"
#define CLIENT6 "2001:db8::7"
#define VIP "90.1.2.3"
#define VIP6 "2002::9"
enum { FIRST, MIDDLE, LAST };

static struct gw_packet burst[GW_BURST];
static uint32_t size;

/* Fragment `part` of three of a datagram of UDP from port 4000 to 53. */
static inline void udp4(struct frame *f, uint16_t id, int part)
{
	struct frame whole;

	frame_ip4(&whole, 0, CLIENT, VIP, 17, 4000, 53, 0, 100);
	fragment_ip4(f, &whole, id, (uint32_t)part * 40, part == LAST ? 20 : 40);
}

/* The same over IPv6, of TCP. */
static inline void tcp6(struct frame *f, uint32_t id, int part)
{
	struct frame whole;

	frame_ip6(&whole, 0, CLIENT6, VIP6, 6, NULL, 0, 4000, 443, 100);
	fragment_ip6(f, &whole, 0, 6, id, (uint32_t)part * 40, part == LAST ? 20 : 40);
}

static inline void add(const struct frame *f)
{
	burst[size++] = steps_parsed(f);
}

/* The burst through the step; what is held is handed over, as callers do. Returns how many are. */
static inline uint32_t run(void)
{
	uint32_t held = 0;

	gw_fragments(&worker, &snapshot, burst, size);
	for (uint32_t i = 0; i < size; i++) {
		if (burst[i].verdict != GW_HELD_FRAGMENT)
			continue;
		worker.counters[GW_HELD_FRAGMENT]++;
		worker.port_counters[burst[i].port * GW_P_STRIDE + GW_HELD_FRAGMENT]++;
		gw_fragments_hold(&worker, &burst[i], burst[i].data);
		held++;
	}
	return held;
}

/* Ends the burst; what does not wait is freed. */
static inline void clear(void)
{
	for (uint32_t i = 0; i < size; i++)
		if (burst[i].verdict != GW_HELD_FRAGMENT)
			steps_free(&burst[i]);
	size = 0;
}

static inline uint32_t held_of(uint8_t port)
{
	return (uint32_t)worker.port_counters[port * GW_P_STRIDE + GW_HELD_FRAGMENT];
}

/* Takes packets that wait no longer as the next burst, and puts them through. Returns how many. */
static inline uint32_t take(void)
{
	void *buffers[GW_BURST];

	CHECK_EQUAL(size, 0);
	size = gw_fragments_take(&worker, burst, buffers);
	for (uint32_t i = 0; i < size; i++)
		CHECK(burst[i].data == buffers[i]);
	if (!size)
		return 0;
	gw_parse(&snapshot, burst, size);
	CHECK_EQUAL(run(), 0);
	return size;
}

static inline void check_ports(const struct gw_packet *p, uint8_t protocol, uint16_t src,
			       uint16_t dst)
{
	CHECK_EQUAL(p->verdict, GW_FORWARDED);
	CHECK_EQUAL(p->protocol, protocol);
	CHECK_EQUAL(p->src_port, src);
	CHECK_EQUAL(p->dst_port, dst);
}

static inline void check_burst(uint8_t protocol, uint16_t src, uint16_t dst)
{
	for (uint32_t i = 0; i < size; i++)
		check_ports(&burst[i], protocol, src, dst);
	clear();
}

static inline void add_udp4(uint16_t id, int part)
{
	struct frame f;

	udp4(&f, id, part);
	add(&f);
}

static inline void add_tcp6(uint32_t id, int part)
{
	struct frame f;

	tcp6(&f, id, part);
	add(&f);
}

/* Whether the later fragment is taken for one of the known datagram. */
static inline bool is_known(const struct frame *f)
{
	bool known;

	add(f);
	known = !run();
	if (known)
		CHECK_EQUAL(burst[0].src_port, 4000);
	clear();
	return known;
}

#endif
