/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_ENCAP_H
#define GW_ENCAP_H

#include "state.h"

/* The step: puts the outer headers before every packet that goes to a server behind a tunnel, and
 * counts it for its VIP and its server. Verdicts: GW_DROP_NO_NEXT_HOP, GW_DROP_NO_ROOM,
 * GW_DROP_TOO_BIG: then the packet is untouched. One that does not fit server->mtu but may be cut
 * goes on with GW_IS_CUT. */
void gw_encap(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	      struct gw_packet *packets, uint32_t count);

/* Makes a server's ready header. `src` and `dst`: 4 or 16 bytes by kind. */
void gw_encap_prepare(struct gw_server *server, const uint8_t *dst_mac, const uint8_t *src_mac,
		      const uint8_t *src, const uint8_t *dst, uint8_t ttl);

#endif
