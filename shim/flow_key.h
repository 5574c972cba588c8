/* SPDX-License-Identifier: Apache-2.0 */
/* The key of a flow that begins, from its first packet. */
#ifndef GW_FLOW_KEY_H
#define GW_FLOW_KEY_H

#include "bucket.h"
#include "tuple.h"

_Static_assert(offsetof(struct gw_key, dst) == 16 && offsetof(struct gw_key, src_port) == 32,
	       "the words below");
_Static_assert(offsetof(struct gw_key, mac) == 40 && offsetof(struct gw_key, taught) == 48 &&
		       offsetof(struct gw_key, by_client) == 56,
	       "and the last ones");

/* A sender's MAC address, and what stands in the two bytes behind it in a key. What follows it in
 * the frame is read, too. */
static inline uint64_t gw_mac_and(const uint8_t *mac, uint16_t last)
{
	uint64_t word = gw_load64(mac);

	return GW_LITTLE ? (word & 0xffffffffffff) | (uint64_t)last << 48 :
			   (word & ~UINT64_C(0xffff)) | last;
}

/* Eight words, a store each: the memory may not be there yet, and what the CPU keeps until then is
 * few stores. (Field by field, 3 % fewer first packets.) `addresses`: source and destination, each
 * of the family's length. */
static inline void gw_key_words(uint32_t now, uint64_t taught, const struct gw_packet *p,
				uint8_t *key, const uint8_t *addresses, uint16_t src_port,
				uint16_t dst_port, uint8_t protocol)
{
	uint32_t v6 = p->family == 6 ? GW_KEY_IP6 : 0;
	uint64_t mac = gw_mac_and(p->data + 6, gw_two8(p->port, 0));
	bool by_client = p->vip->flags & GW_VIP_BY_CLIENT;
	uint64_t ends = gw_four16(src_port, dst_port,
				  gw_two8(protocol, (uint8_t)((now >> 16 & 0x7f) | v6)),
				  (uint16_t)now);

	if (gw_unlikely(v6)) {
		memcpy(key, addresses, 32);
	} else {
		gw_store64(key, gw_first32(gw_load32(addresses)));
		gw_store64(key + 8, 0);
		gw_store64(key + 16, gw_first32(gw_load32(addresses + 4)));
		gw_store64(key + 24, 0);
	}
	gw_store64(key + 32, ends);
	gw_store64(key + 40, mac);
	gw_store64(key + 48, taught);
	gw_store64(key + 56, gw_four16(gw_two8(by_client, 0), 0, 0, 0));
}

/* Of a flow that is known by less than its packet's headers. */
static __attribute__((noinline)) void gw_key_of_tuple(const struct gw_worker *worker,
						      const struct gw_packet *p, uint8_t *key)
{
	struct gw_tuple t = gw_tuple_of(p);
	uint32_t length = gw_address_length(p->family);
	uint8_t addresses[32];

	memcpy(addresses, t.src, length);
	memcpy(addresses + length, t.dst, length);
	gw_key_words(worker->now, gw_taught_by(worker, p), p, key, addresses, t.src_port,
		     t.dst_port, t.protocol);
}

static inline void gw_key_plain(uint32_t now, uint64_t taught, const struct gw_packet *p,
				uint8_t *key)
{
	gw_key_words(now, taught, p, key, gw_address(p, GW_SRC), p->src_port, p->dst_port,
		     p->protocol);
}

static inline void gw_flow_write_key(const struct gw_worker *worker, const struct gw_packet *p,
				     uint8_t *key)
{
	if (gw_unlikely(!gw_tuple_is_plain(p)))
		gw_key_of_tuple(worker, p, key);
	else
		gw_key_plain(worker->now, gw_taught_by(worker, p), p, key);
}

#endif
