/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flow hash of VIPs that translate (GW_VIP_NAT), in two parts, so that all flows of a client's
 * end stand in one bucket, where an answer, which tells that end, finds them:
 *
 *     SipHash-1-3 of the end chooses the bucket. Its message, as in siphash.h:
 *         source address (4 or 16 bytes) | source port (2) | protocol (1)
 *     what the packet is sent to is mixed into the tag: bits that multiply-shift gives, by the
 *     words that SipHash begins with (the hash key may be nothing but zeros). It tells flows of
 *     one client from each other, and nobody else's.
 */
#ifndef GW_NAT_HASH_H
#define GW_NAT_HASH_H

#include "siphash.h"

/* The last words of the message. */
static inline uint64_t gw_end_word4(const void *address, uint16_t port, uint8_t protocol)
{
	uint8_t bytes[8] = { [7] = 7 };
	uint16_t be_port = gw_be16(port);
	uint64_t word;

	memcpy(bytes, address, 4);
	memcpy(bytes + 4, &be_port, 2);
	bytes[6] = protocol;
	memcpy(&word, bytes, 8);
	return gw_le64(word);
}

static inline uint64_t gw_end_word6(uint16_t port, uint8_t protocol)
{
	return (uint64_t)__builtin_bswap16(port) | (uint64_t)protocol << 16 | UINT64_C(19) << 56;
}

/* What a client's flows have in common: the bucket, and the tag before that is mixed. */
static inline uint64_t gw_hash_end(const uint64_t key[2], uint8_t family, const uint8_t *address,
				   uint16_t port, uint8_t protocol)
{
	struct gw_sip s = gw_sip_begin(key);

	if (gw_likely(family == 4)) {
		gw_sip_word(&s, gw_end_word4(address, port, protocol));
		return gw_sip_end(&s);
	}
	gw_sip_word(&s, gw_le64(gw_load64(address)));
	gw_sip_word(&s, gw_le64(gw_load64(address + 8)));
	gw_sip_word(&s, gw_end_word6(port, protocol));
	return gw_sip_end(&s);
}

/* To be mixed with it by ^. `address`: the VIP's that the packet is sent to. */
static inline uint64_t gw_hash_to(const uint64_t key[2], uint8_t family, const uint8_t *address,
				  uint16_t port)
{
	struct gw_sip by = gw_sip_begin(key);
	uint64_t word = (uint64_t)port << 32;

	if (gw_likely(family == 4))
		word |= gw_be32(gw_load32(address));
	else
		word ^= gw_be64(gw_load64(address)) * (by.v0 | 1) +
			gw_be64(gw_load64(address + 8));
	return (word * (by.v1 | 1)) & ~UINT64_C(0xffffffff);
}

#endif
