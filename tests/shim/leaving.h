/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold for any packet after all steps, whatever it was: for the fuzzer of frames. */
#ifndef GW_TEST_LEAVING_H
#define GW_TEST_LEAVING_H

#include "ip_sums.h"
#include "made.h"
#include "state.h"

/* A packet on its way: as it came, and its bytes then. */
struct journey {
	struct gw_packet before;
	uint8_t *block, *copy; /* block: exactly its headroom and its first segment */
};

/* Nothing of a packet that does not leave was touched, but where it could not be cut at the end. */
static inline void check_rest(const struct journey *j, const struct gw_packet *p)
{
	CHECK(p->verdict < GW_VERDICT_COUNT && p->verdict != GW_DROP_TX_FULL);
	if (p->verdict == GW_DROP_NO_ROOM && p->special & GW_IS_CUT)
		return;
	CHECK(p->data == j->before.data && p->data_len == j->before.data_len);
	CHECK(p->frame_len == j->before.frame_len && p->headroom == j->before.headroom);
	CHECK(!memcmp(p->data, j->copy, p->data_len));
}

/* Its bytes lie in its block, and no more were added than may be. */
static inline void check_place(const struct journey *j, const struct gw_packet *p)
{
	CHECK(p->data == j->block + p->headroom);
	CHECK(p->data + p->data_len <= j->before.data + j->before.data_len);
	CHECK(p->headroom + GW_FRAME_GROWTH >= j->before.headroom);
	CHECK(p->frame_len <= j->before.frame_len + GW_FRAME_GROWTH);
	CHECK(p->data_len <= p->frame_len);
	if (j->before.data_len == j->before.frame_len)
		CHECK_EQUAL(p->data_len, p->frame_len);
}

/* A tunnel's packet holds the bytes that came. */
static inline void check_inner(const struct journey *j, const struct gw_packet *p, uint8_t kind)
{
	bool ip6 = p->data[p->l3] >> 4 == 6, cut = ip6 && p->data[p->l3 + 6] == 44;
	uint32_t at = p->l3 + gw_growth(kind) + (cut ? 8 : 0);

	CHECK(at <= p->data_len || p->special & GW_IS_CUT);
	if (at < p->data_len)
		CHECK(!memcmp(p->data + at, j->copy + p->l3, p->data_len - at));
}

/* An L4 checksum is right afterwards if it was before, and there is none where there was none. */
static inline void check_l4(const struct journey *j, const struct gw_packet *p)
{
	enum sums before = l4_sum(j->copy + p->l3, j->before.data_len - p->l3);
	enum sums after = l4_sum(p->data + p->l3, p->data_len - p->l3);

	if (before != UNKNOWN && after != UNKNOWN)
		CHECK_EQUAL(after, before);
}

/* Of the way that the packet leaves by. */
static inline uint32_t mtu_for(const struct gw_snapshot *s, const struct gw_packet *p)
{
	uint32_t mtu = p->verdict == GW_FORWARDED ? s->servers[p->server].mtu :
						    s->ports[s->port_at[p->port]].mtu;

	return mtu == UINT16_MAX ? UINT32_MAX : mtu;
}

static inline void check_forwarded(const struct gw_snapshot *s, const struct journey *j,
				   const struct gw_packet *p)
{
	const struct gw_server *server = &s->servers[p->server];
	const uint8_t *dst = p->data + p->l3 + (p->data[p->l3] >> 4 == 4 ? 16 : 24);

	CHECK(p->vip && server->kind && server->vip == p->vip->id && p->port == server->port);
	CHECK(p->decided != GW_BY_NOTHING);
	CHECK(p->frame_len - p->l3 <= mtu_for(s, p));
	CHECK(!memcmp(p->data + 6, s->ports[s->port_at[p->port]].mac, 6));
	if (server->kind < GW_SERVER_L3DSR) {
		check_inner(j, p, server->kind);
		return;
	}
	CHECK(!memcmp(dst, server->to.address, p->data[p->l3] >> 4 == 4 ? 4 : 16));
	check_l4(j, p);
}

static inline void check_leaves(const struct gw_snapshot *s, const struct journey *j,
				const struct gw_packet *p)
{
	check_place(j, p);
	check_ip(p->data, p->data_len, p->l3, p->frame_len);
	CHECK(p->port < GW_MAX_PORTS && s->port_at[p->port] != GW_NO_HOP);
	switch (p->verdict) {
	case GW_FORWARDED:
		check_forwarded(s, j, p);
		break;
	case GW_RETURNED:
		CHECK(p->frame_len - p->l3 <= mtu_for(s, p));
		check_l4(j, p);
		break;
	default:
		CHECK_EQUAL(p->port, j->before.port);
		CHECK(!memcmp(p->data, j->copy + 6, 6));
		check_l4(j, p);
	}
}

/* Frames that were made: the rest of one that leaves, or an ICMP error about one that does not. */
static inline void check_made(const struct gw_snapshot *s, const struct gw_made *made,
			      const struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < made->count; i++) {
		uint32_t length = made->frames[i].length, at = made->frames[i].offset;
		uint32_t l3 = ip_offset(made->bytes + at, length);
		const struct gw_packet *cause = &packets[made->frames[i].cause];

		CHECK(made->frames[i].cause < count && at + length <= made->used);
		CHECK(made->frames[i].port < GW_MAX_PORTS);
		CHECK(s->port_at[made->frames[i].port] != GW_NO_HOP);
		check_ip(made->bytes + at, length, l3, length);
		if (gw_leaves(cause)) {
			CHECK(cause->special & GW_IS_CUT && made->frames[i].port == cause->port);
			CHECK(length - l3 <= mtu_for(s, cause));
			continue;
		}
		CHECK_EQUAL(l4_sum(made->bytes + at + l3, length - l3), RIGHT);
		CHECK(length - l3 <= (made->bytes[at + l3] >> 4 == 4 ? 576 : 1280));
	}
}

#endif
