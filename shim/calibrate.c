/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The linker leads every nanosleep of the library, DPDK's included, through here: DPDK measures how
 * fast the cycle counter runs for a tenth of a second where the CPU does not tell (in many virtual
 * machines), at every start. A fifth of that is as good: it rounds to 10 MHz, and the clock is read
 * to a microsecond.
 */
#include <time.h>

#include "calibrate.h"

#define DPDK_NS 100000000
#define OURS_NS 20000000

__thread bool gw_calibrates;

int __real_nanosleep(const struct timespec *time, struct timespec *left);
int __wrap_nanosleep(const struct timespec *time, struct timespec *left);

int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
	static const struct timespec shorter = { .tv_nsec = OURS_NS };

	if (gw_calibrates && !time->tv_sec && time->tv_nsec == DPDK_NS)
		time = &shorter;
	return __real_nanosleep(time, left);
}
