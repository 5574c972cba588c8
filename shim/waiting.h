/* SPDX-License-Identifier: Apache-2.0 */
/* Packets that wait until something about their datagram is known, in order of arrival. */
#ifndef GW_WAITING_H
#define GW_WAITING_H

#include "fragment.h"

struct gw_waiting {
	uint32_t count;
	uint32_t ready; /* of them: may go on */
	uint64_t datagrams[GW_HELD_MOST];
	struct gw_waiting_packet {
		struct gw_packet packet;
		void *buffer;
		uint32_t since; /* seconds */
		bool here;      /* false: a place was taken for it, but it did not come */
		bool ready;
	} packets[GW_HELD_MOST];
};

/* A place for a packet of the datagram; GW_HELD_MOST: no more may wait. */
uint32_t gw_waiting_place(struct gw_waiting *list, uint64_t datagram, uint32_t now);

/* Puts the packet there, before any other is taken out. */
void gw_waiting_put(struct gw_waiting *list, uint32_t place, const struct gw_packet *packet,
		    void *buffer);

/* What the datagram's packets wait for is known. */
void gw_waiting_ready(struct gw_waiting *list, uint64_t datagram);

/* Takes out at most `most` that are ready or waited for too long; all of the same port. */
uint32_t gw_waiting_take(struct gw_waiting *list, uint32_t now, struct gw_packet *packets,
			 void **buffers, uint32_t most);

/* Takes out all; both have room for GW_HELD_MOST. */
uint32_t gw_waiting_end(struct gw_waiting *list, struct gw_packet *packets, void **buffers);

#endif
