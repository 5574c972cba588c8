/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_CALIBRATE_H
#define GW_CALIBRATE_H

#include <stdbool.h>

/* Whether this thread is inside rte_eal_init. */
extern __thread bool gw_calibrates;

#endif
