/* SPDX-License-Identifier: Apache-2.0 */
/* The clock that flows are aged by, which goes on while the machine sleeps. */
#ifndef GW_CLOCK_H
#define GW_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint32_t gw_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint32_t)now.tv_sec;
}

#endif
