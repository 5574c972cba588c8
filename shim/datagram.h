/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_DATAGRAM_H
#define GW_DATAGRAM_H

#include "state.h"

/* Which datagram a fragment (GW_IS_FRAGMENT) belongs to: a keyed hash of addresses, identification
 * and (IPv4) protocol, which stands for all that. False: later fragments need nothing of the first
 * one, as their protocol is there to be seen, and has no ports. */
bool gw_datagram_of(const uint64_t key[2], const struct gw_packet *p, uint64_t *id);

#endif
