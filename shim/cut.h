/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_CUT_H
#define GW_CUT_H

#include "state.h"

/*
 * Cuts a packet, as it stands at p->data, into fragments whose IP packets fit `mtu` (at least 68
 * and 1280): it itself becomes the first, the others are made (made.h), in order. IPv4: RFC 791;
 * options go on where their copy bit says so, and a packet that is a fragment is cut further. IPv6
 * (RFC 8200, 4.5): a fragment header behind the IPv6 header, which has to be the node's own; it
 * takes 8 bytes of headroom. False: more than one segment, no room, or it would end behind byte
 * 65,535 of its datagram; then nothing was made.
 */
bool gw_cut(struct gw_worker *worker, struct gw_packet *p, uint32_t mtu, uint8_t cause);

#endif
