/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_FRAGMENT_H
#define GW_FRAGMENT_H

#include "state.h"

#define GW_HELD_MOST 128      /* fragments that may wait in one worker */
#define GW_HELD_EACH 64       /* of one datagram */
#define GW_HELD_SECONDS 1     /* how long: at most one more than this */
#define GW_FRAGMENT_SECONDS 15 /* how long a datagram's ports are known after its last fragment */

/*
 * The step, after parse and before icmp. A first fragment of TCP or UDP makes its ports known for
 * the datagram (addresses, identification, IPv4: protocol). A later one gets them (and over IPv6
 * the protocol); if they are not known yet and the datagram concerns us (a VIP holds its
 * destination, or it comes from a nat server by a port with GW_PORT_SNAT*), it waits: verdict
 * GW_HELD_FRAGMENT, or GW_DROP_FRAGMENT where no more may wait. First fragments of a burst are
 * taken before later ones. Protocols without ports need none of this.
 */
void gw_fragments(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		  struct gw_packet *packets, uint32_t count);

/* The caller hands over the buffer of a packet with the verdict GW_HELD_FRAGMENT, at once after the
 * burst. `packet->data` must stay good. A worker that peeks keeps nothing. */
void gw_fragments_hold(struct gw_worker *worker, const struct gw_packet *packet, void *buffer);

/* Takes out packets that waited long enough, or whose ports are known now: at most GW_BURST of one
 * port, ready for gw_worker_burst, which ends them by GW_DROP_FRAGMENT if their first fragment did
 * not come. Returns how many; to be called after every burst, and once a turn, until it gives 0:
 * what it gave is the next burst, in which no packet begins to wait. They were counted as received
 * before, and are no longer counted as held (nor by their port). */
uint32_t gw_fragments_take(struct gw_worker *worker, struct gw_packet *packets, void **buffers);

/* Takes out all, for whoever frees their buffers, and counts them as GW_DROP_FRAGMENT in place of
 * held. Returns how many (at most GW_HELD_MOST). */
uint32_t gw_fragments_end(struct gw_worker *worker, void **buffers);

struct gw_fragments *gw_fragments_new(void); /* NULL: no memory */
void gw_fragments_free(struct gw_fragments *fragments);

#endif
