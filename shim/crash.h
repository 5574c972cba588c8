/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker leaves behind when a fault ends the process: a file that tells where it was. */
#ifndef GW_CRASH_H
#define GW_CRASH_H

#include "state.h"

/* The calling thread runs this worker from now on; NULL: no longer. -ENOMEM, and a fault of it is
 * reported by nobody. */
int gw_crash_thread(const struct gw_worker *worker, struct gw *gw);

/* worker.c: the step that begins, and what it works on. */
static inline void gw_crash_step(struct gw_worker *worker, enum gw_step step)
{
	*(volatile uint8_t *)&worker->step = (uint8_t)step;
}

#ifdef GW_CRASH_TEST
/* A build for tests: crashes after SIGUSR2. */
void gw_crash_if_wanted(void);
#endif

#endif
