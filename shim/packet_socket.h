/* SPDX-License-Identifier: Apache-2.0 */
/*
 * af_packet's sockets, made ahead of the ports that want them.
 *
 * The kernel waits for a grace period of its RCU with each ring that a socket gets and with each
 * socket that ends: 10 ms and more, one after the other where the driver does it. A socket with its
 * rings belongs to no interface before it is bound, so that any port may take any of them.
 */
#ifndef GW_PACKET_SOCKET_H
#define GW_PACKET_SOCKET_H

#include <linux/if_packet.h>
#include <stdbool.h>
#include <stdint.h>

/* Both rings of a socket: bytes of a place, places, bytes of a block. */
#define GW_RING_FRAME 2048
#define GW_RING_FRAMES 4096
#define GW_RING_BLOCK 65536

/* Has as many made, each in a thread of its own, as are missing to `count` that no port took yet.
 * Where that fails the port's own calls do it, and tell why. */
void gw_sockets_have(uint32_t count);
/* Ends those that nobody took. */
void gw_sockets_drop(void);

/* What a socket joins its fanout group with (packet(7)), from what the driver asks for: a packet
 * goes to the worker that knows its flow or is lost, as with a card. */
static inline unsigned int gw_fanout_by_flow(unsigned int fanout)
{
	unsigned int unwanted = PACKET_FANOUT_FLAG_DEFRAG | PACKET_FANOUT_FLAG_ROLLOVER;

	return fanout & ~(unwanted << 16);
}

/* packet_linger.c: a socket that ends behind its process, not before; -1: it does not. */
struct gw_linger {
	int by, to;
};
struct gw_linger gw_linger_begin(int fd);
/* To be called before the socket is closed: from then on it ends as others do. */
void gw_linger_end(struct gw_linger linger);
/* Likewise, and it ends aside. */
void gw_linger_leave(struct gw_linger linger);

/* packet_missed.c: a socket that is bound by now; one that is about to be closed. Control. */
void gw_missed_begin(int fd);
void gw_missed_end(int fd);
/* Packets that the rings of the interface's sockets had no room for. Any thread. */
uint64_t gw_missed_at(uint32_t ifindex);

/* Sockets that are closed from now on end aside, after this is called with false: nobody opens any
 * of their ports again. Not before, since their rings are in the process's memory until then. */
void gw_sockets_leave(bool leave);

#endif
