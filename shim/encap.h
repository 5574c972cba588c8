/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_ENCAP_H
#define GW_ENCAP_H

#include "state.h"

/* The step: puts the outer headers before every packet that still goes on, and counts what leaves
 * for its VIP and its server. */
void gw_encap(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	      struct gw_packet *packets, uint32_t count);
/* The same for one packet, counting nothing. Returns the verdict. */
uint8_t gw_encap_packet(const struct gw_server *server, struct gw_packet *packet);

/* Makes a server's ready header. `src` and `dst`: 4 or 16 bytes by kind. */
void gw_encap_prepare(struct gw_server *server, const uint8_t *dst_mac, const uint8_t *src_mac,
		      const uint8_t *src, const uint8_t *dst);

#endif
