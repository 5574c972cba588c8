/* SPDX-License-Identifier: Apache-2.0 */
/* A server of l3dsr, packets to it through the step alone, and what must become of them. */
#ifndef GW_TEST_L3DSR_BED_H
#define GW_TEST_L3DSR_BED_H

#include "l3dsr.h"

#include "steps.h"
#include "translated.h"

#define DSCP 46
#define SERVER "10.0.0.25"

static inline void prepare(uint8_t dscp, uint16_t mtu)
{
	servers[1] = (struct gw_server){ .kind = GW_SERVER_L3DSR, .port = STEPS_OUT, .mtu = mtu };
	memcpy(servers[1].to.ether, sample_hop_mac, 6);
	memcpy(servers[1].to.ether + 6, sample_mac, 6);
	address(4, SERVER, servers[1].to.address);
	servers[1].to.dscp = dscp;
}

/* The packet of the frame, of which `there` bytes are in the first segment, after the step. */
static inline struct gw_packet run(const struct frame *f, uint32_t there)
{
	struct gw_packet p = { .headroom = STEPS_ROOM, .data_len = there, .frame_len = f->length,
			       .port = STEPS_PORT };
	uint8_t *block = malloc(STEPS_ROOM + there);

	CHECK(block);
	p.data = block + STEPS_ROOM;
	memcpy(p.data, f->bytes, there);
	gw_parse(&snapshot, &p, 1);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	p.server = 1;
	p.vip = &vips[STEPS_IP4];
	gw_l3dsr(&worker, &snapshot, &p, 1);
	return p;
}

static inline struct whole to_vip(uint32_t tags, uint8_t protocol, uint32_t options,
				  uint32_t payload)
{
	return whole(tags, "203.0.113.7", 40001, "90.1.2.3", 80, protocol, options, payload);
}

static inline void set_dscp(struct frame *f, uint8_t dscp)
{
	uint8_t *tos = f->bytes + f->l3 + 1;

	*tos = (uint8_t)(dscp << 2 | (*tos & 3));
	frame_resum(f);
}

/* The frame leaves for the server, as made anew by hand. */
static inline void row(const struct whole *w)
{
	struct whole wanted = translated(w, DESTINATION, SERVER, 0, 1);
	struct gw_packet p = run(&w->f, w->f.length);

	set_dscp(&wanted.f, servers[1].to.dscp);
	set_macs(&wanted.f, sample_hop_mac, sample_mac);
	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK_EQUAL(p.port, STEPS_OUT);
	CHECK_EQUAL(p.special & GW_IS_CUT, 0);
	CHECK_EQUAL(p.frame_len, wanted.f.length);
	CHECK_EQUAL(p.data_len, wanted.f.length);
	CHECK(!memcmp(p.data, wanted.f.bytes, wanted.f.length));
	steps_free(&p);
}

#endif
