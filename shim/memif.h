/* SPDX-License-Identifier: Apache-2.0 */
/* Listeners of memif's servers. Paths are of unix sockets. */
#ifndef GW_MEMIF_H
#define GW_MEMIF_H

#include <stdbool.h>

/* Whether somebody listens there; then we are memif's client, else its server. */
bool gw_memif_listens(const char *path);

/* To be called where nobody listens and somebody is about to: a program that was killed leaves its
 * socket, which would be in the way. */
void gw_memif_clear(const char *path);

/* Nobody of this process listens there any more. DPDK 22.11 removes the file of a port that it
 * closes, and leaves its listener in the kernel's list. */
void gw_memif_close(const char *path);

#endif
