/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ways back: for each flow through a server that translates (nat4, nat6), which address and port of
 * the VIP its client sent to, and where the client's packets came from. Kept in the flow table's
 * buckets with GW_WAY in `server`; found by a hash of the server's end:
 *     source: the server's address and port | destination: the client's | protocol
 * with another last word than a flow's hash, so that the two never meet. The key holds the client's
 * packet (src: client, dst: VIP) as in a flow, so that the flow's own hash follows from it; `born`
 * is when a packet of the client last taught it.
 * A way lives as long as packets use it, or its flow is alive. Each worker has the ways that it
 * learned, and those that it looked up in its peers' tables. Where two workers know the same
 * server's end in two ways (a client's port, used for one VIP after another), the one that was
 * taught last is right: whoever uses a way asks its peers once a second.
 */
#ifndef GW_WAY_H
#define GW_WAY_H

#include "state.h"

/* A server's end and a client's. Ports in host order, 0 where the protocol has none; addresses of
 * the family's length. */
struct gw_ends {
	const uint8_t *server, *client;
	uint16_t server_port, client_port;
	uint8_t family, protocol;
};

/* What a packet from a server becomes. */
struct gw_way {
	uint8_t vip[16];   /* new source address */
	uint16_t port;     /* new source port, host order; 0: it stays */
	uint32_t server;   /* slot id */
	struct gw_hop hop; /* where it leaves */
};

/* nat: the client's packet p, not yet translated, goes to p->server, which is of kind NAT4 or NAT6.
 * The hash that its way stands under, whose bucket is then on its way to the cache; with it
 * gw_way_learn makes the way known, or refreshes it. Without room in its bucket nothing is
 * remembered. */
uint64_t gw_way_prefetch(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			 const struct gw_packet *p);
/* In between, when the bucket is there: asks for the key that the way will be written to. */
void gw_way_prefetch_key(const struct gw_worker *worker, uint64_t hash);
void gw_way_learn(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		  const struct gw_packet *p, uint64_t hash);

/* back: the hash that the way of packets from the server's end to the client's stands under; its
 * bucket is then on its way to the cache (and with gw_way_prefetch_key its key). */
uint64_t gw_way_ask(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		    const struct gw_ends *ends);
/* The way: in the worker's own table, else in its peers' (then the worker remembers it, too). Keeps
 * it, and its flow if that is the worker's, alive. */
bool gw_way_find(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 const struct gw_ends *ends, uint64_t hash, struct gw_way *way);

/* The flow of a way that is used stays remembered, too, if it is the worker's own. */
void gw_way_keep_flow(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		      const struct gw_key *key, uint32_t slot);

/* flow_table: the hash that a way with this key stands under, its server being present. */
uint64_t gw_way_hash(const struct gw_snapshot *snapshot, const struct gw_key *key, uint32_t slot);
/* flow_table: whether the way is still wanted although no packet used it for the timeout: its flow
 * is alive in the worker's table or a peer's. */
bool gw_way_wanted(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		   const struct gw_key *key, uint32_t slot);

#endif
