/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and stores at any address, and the clock that the benchmark counts by. */
#ifndef GW_BYTES_H
#define GW_BYTES_H

#include <stdint.h>
#include <string.h>
#include <time.h>

#define GW_LITTLE (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

#define GW_LOAD(bits) \
	static inline uint##bits##_t gw_load##bits(const void *at) \
	{ \
		uint##bits##_t value; \
		memcpy(&value, at, sizeof(value)); \
		return value; \
	} \
	static inline void gw_store##bits(void *at, uint##bits##_t value) \
	{ \
		memcpy(at, &value, sizeof(value)); \
	}
GW_LOAD(16)
GW_LOAD(32)
GW_LOAD(64)
#undef GW_LOAD

/* What stands in memory as these, one after the other, in one. */
static inline uint64_t gw_four16(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	return GW_LITTLE ? a | b << 16 | c << 32 | d << 48 : a << 48 | b << 32 | c << 16 | d;
}

static inline uint16_t gw_two8(uint8_t a, uint8_t b)
{
	return (uint16_t)(GW_LITTLE ? a | b << 8 : a << 8 | b);
}

static inline uint32_t gw_two16(uint32_t a, uint32_t b)
{
	return GW_LITTLE ? a | b << 16 : a << 16 | b;
}

/* And this, and zeroes behind it. */
static inline uint64_t gw_first32(uint64_t a)
{
	return GW_LITTLE ? a : a << 32;
}

/* Network order to host order, and back. */
static inline uint16_t gw_be16(uint16_t value)
{
	return GW_LITTLE ? __builtin_bswap16(value) : value;
}

static inline uint32_t gw_be32(uint32_t value)
{
	return GW_LITTLE ? __builtin_bswap32(value) : value;
}

static inline uint64_t gw_be64(uint64_t value)
{
	return GW_LITTLE ? __builtin_bswap64(value) : value;
}

/* Little-endian order, which SipHash reads its words in, to host order. */
static inline uint64_t gw_le64(uint64_t value)
{
	return GW_LITTLE ? value : __builtin_bswap64(value);
}

/* One's complement sum of 16-bit words, folded; the same in either byte order as long as all words
 * of a sum were loaded in one. */
static inline uint16_t gw_fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* A counter of CPU time at a fixed rate: cycles on x86. */
static inline uint64_t gw_cycles(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
	uint64_t ticks;
	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
#else
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
#endif
}

#endif
