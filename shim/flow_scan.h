/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_FLOW_SCAN_H
#define GW_FLOW_SCAN_H

#include "flow_memory.h"

/* Gives the tables in the folder of gw->memory to the workers, which do not touch flows yet, or
 * makes ancestors of them. Removes what is refused; `discard`: all. */
void gw_flow_scan(struct gw *gw, uint32_t now, bool discard, struct gw_flow_memory_info *info);

#endif
