/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_XDP_SOCKET_H
#define GW_XDP_SOCKET_H

#include <stdint.h>

/* Sockets of af_xdp ports. DPDK 22.11 forgets to close those of a port that it closes: their queues
 * stay taken until the process ends, for this process and for others. Control calls these. */

/* AF_XDP sockets of this process that are nobody's are the port's from now on. */
void gw_xdp_keep(uint32_t port);

/* Closes those of the port that are still open. */
void gw_xdp_close(uint32_t port);

#endif
