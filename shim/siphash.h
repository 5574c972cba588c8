/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flow hash: SipHash-1-3 (one round a word, three at the end) with the configured 128-bit key,
 * the same on every machine and in every version.
 *
 * Message, network order, without gaps:
 *     source address (4 or 16 bytes) | destination address (4 or 16) |
 *     source port (2) | destination port (2) | protocol (1)
 * 13 bytes for IPv4, 37 for IPv6. Ports are 0 where the protocol has none and for fragments.
 * SipHash reads key and message as little-endian words: key words are hash_key[0..8), [8..16). The
 * last word is the rest of the message (5 bytes: ports and protocol), two zero bytes and the
 * message's length in its top byte.
 *
 * Of the 64-bit result the low bits choose the bucket of the established-connections table; the
 * upper 32 bits are the flow's tag there, and the low bits of those choose the slot of the
 * new-connection table.
 */
#ifndef GW_SIPHASH_H
#define GW_SIPHASH_H

#include "bytes.h"

struct gw_sip {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t gw_rotate(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

static inline void gw_sip_round(struct gw_sip *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = gw_rotate(s->v1, 13) ^ s->v0;
	s->v3 = gw_rotate(s->v3, 16) ^ s->v2;
	s->v0 = gw_rotate(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = gw_rotate(s->v1, 17) ^ s->v2;
	s->v3 = gw_rotate(s->v3, 21) ^ s->v0;
	s->v2 = gw_rotate(s->v2, 32);
}

static inline void gw_sip_word(struct gw_sip *s, uint64_t word)
{
	s->v3 ^= word;
	gw_sip_round(s);
	s->v0 ^= word;
}

static inline struct gw_sip gw_sip_begin(const uint64_t key[2])
{
	return (struct gw_sip){
		key[0] ^ 0x736f6d6570736575u,
		key[1] ^ 0x646f72616e646f6du,
		key[0] ^ 0x6c7967656e657261u,
		key[1] ^ 0x7465646279746573u,
	};
}

static inline uint64_t gw_sip_end(struct gw_sip *s)
{
	s->v2 ^= 0xff;
	gw_sip_round(s);
	gw_sip_round(s);
	gw_sip_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

/* Ports (host order), protocol and message length as the last word. */
static inline uint64_t gw_sip_tail(uint16_t src_port, uint16_t dst_port, uint8_t protocol,
				   uint64_t length)
{
	uint64_t src = __builtin_bswap16(src_port), dst = __builtin_bswap16(dst_port);

	return src | dst << 16 | (uint64_t)protocol << 32 | length << 56;
}

/* `addresses`: source and destination as they stand in the IPv4 header, 8 bytes. */
static inline uint64_t gw_hash_ip4(const uint64_t key[2], const void *addresses, uint16_t src_port,
				   uint16_t dst_port, uint8_t protocol)
{
	struct gw_sip s = gw_sip_begin(key);

	gw_sip_word(&s, gw_le64(gw_load64(addresses)));
	gw_sip_word(&s, gw_sip_tail(src_port, dst_port, protocol, 13));
	return gw_sip_end(&s);
}

/* `addresses`: source and destination as they stand in the IPv6 header, 32 bytes. */
static inline uint64_t gw_hash_ip6(const uint64_t key[2], const void *addresses, uint16_t src_port,
				   uint16_t dst_port, uint8_t protocol)
{
	const uint8_t *at = addresses;
	struct gw_sip s = gw_sip_begin(key);

	for (int i = 0; i < 4; i++)
		gw_sip_word(&s, gw_le64(gw_load64(at + 8 * i)));
	gw_sip_word(&s, gw_sip_tail(src_port, dst_port, protocol, 37));
	return gw_sip_end(&s);
}

#endif
