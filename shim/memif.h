/* SPDX-License-Identifier: Apache-2.0 */
/* Listeners of memif's servers. Paths are of unix sockets. */
#ifndef GW_MEMIF_H
#define GW_MEMIF_H

#include <stdbool.h>

/* Whether somebody listens there; then we are memif's client, else its server. A socket that nobody
 * listens at is removed: a program that was killed left it, and it would be in the server's way. */
bool gw_memif_listens(const char *path);

/* Nobody of this process listens there any more. DPDK 22.11 removes the file of a port that it
 * closes, and leaves its listener in the kernel's list. */
void gw_memif_close(const char *path);

#endif
