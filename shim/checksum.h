/* SPDX-License-Identifier: Apache-2.0 */
/* Internet checksums (RFC 1071), and what changes of them when some bytes change (RFC 1624). */
#ifndef GW_CHECKSUM_H
#define GW_CHECKSUM_H

#include "bytes.h"

/* One's complement sum of the bytes, not folded; words as they are loaded. */
static inline uint64_t gw_sum(const void *bytes, uint32_t length)
{
	const uint8_t *at = bytes;
	uint64_t sum = 0;

	for (; length >= 4; at += 4, length -= 4)
		sum += gw_load32(at);
	if (length & 2) {
		sum += gw_load16(at);
		at += 2;
	}
	if (length & 1)
		sum += gw_be16((uint16_t)(*at << 8));
	return sum;
}

/* The sum over bytes that are about to be replaced, as it goes into gw_checksum_update: what
 * subtracts `sum` when added. */
static inline uint64_t gw_minus(uint64_t sum)
{
	return (uint16_t)~gw_fold(sum);
}

/* A sum that is below 2^48, as all differences of a header's few words are, as 16 bits. The last
 * two folds in one: both halves are added crosswise, and the upper one has the carry. */
static inline uint16_t gw_fold_small(uint64_t sum)
{
	uint32_t folded = (uint32_t)(sum & 0xffff) + (uint32_t)(sum >> 16);

	folded += folded << 16 | folded >> 16;
	return (uint16_t)(folded >> 16);
}

/* The checksum field at `at` after the sum of the bytes that it covers grew by `delta`, which is a
 * sum of new words plus gw_minus of old ones. */
static inline void gw_checksum_update(void *at, uint64_t delta)
{
	gw_store16(at, (uint16_t)~gw_fold_small((uint16_t)~gw_load16(at) + delta));
}

/* The same for a UDP checksum, where 0 means that there is none, and a sum that gives 0 is written
 * as 0xffff (RFC 768). */
static inline void gw_checksum_update_udp(void *at, uint64_t delta)
{
	uint16_t sum = gw_load16(at);

	if (!sum)
		return;
	sum = (uint16_t)~gw_fold_small((uint16_t)~sum + delta);
	gw_store16(at, sum ? sum : 0xffff);
}

#endif
