/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ways back: for each flow through a server that translates (nat4, nat6), which address and port of
 * the VIP its client sent to, and where the client's packets came from.
 *
 * A flow is its own way back. Its bucket is chosen by the client's end (nat_hash.h), which an
 * answer tells, too; of that bucket's few flows it is the one whose server has the answer's address
 * and port.
 *
 * Not those of sticky VIPs, which stand for all of a client's connections, and the few that found
 * no room in their bucket: for these a way is learned from the client's packets. It is kept in the
 * flow table's buckets with GW_WAY in `server`, under a hash of
 *     source: the server's address and port | destination: the client's | protocol
 * with another last word than a flow's hash, so that the two never meet. The key holds the client's
 * packet (src: client, dst: VIP) as in a flow, so that the flow's own hash follows from it. Such a
 * way lives as long as packets use it, or its flow is alive.
 *
 * Each worker has its own flows and ways, and looks others up in its peers' tables: what it finds
 * there it remembers with GW_WAY, a flow as a `copy` under that flow's hash. Where an end is known
 * in several ways (a client's port, used for one VIP after another), the one that was taught last
 * is right, whoever knows it, and of a flow and its copy the flow: whoever uses a way asks its
 * peers once a second.
 */
#ifndef GW_WAY_H
#define GW_WAY_H

#include "ip.h"
#include "nat_index.h"
#include "state.h"

/* A server's end and a client's. Ports in host order, 0 where the protocol has none; addresses of
 * the family's length. */
struct gw_ends {
	const uint8_t *server, *client;
	uint16_t server_port, client_port;
	uint8_t family, protocol;
	const struct gw_nat_entry *entry; /* back: of the server's end; NULL: no VIP's */
};

/* What a packet from a server becomes. */
struct gw_way {
	uint8_t vip[16];   /* new source address */
	uint16_t port;     /* new source port, host order; 0: it stays */
	uint32_t server;   /* slot id */
	struct gw_hop hop; /* where it leaves */
};

/* nat: the client's packet p, not yet translated, goes to p->server, which is of kind NAT4 or NAT6.
 * The hash that its way stands under, whose bucket is then on its way to the cache; gw_way_learn
 * makes the way known, or refreshes it. Without room in its bucket nothing is remembered. */
uint64_t gw_way_prefetch(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			 const struct gw_packet *p);
/* When that is there: asks for the key that is under the hash, or will be. */
void gw_way_prefetch_own(const struct gw_worker *worker, uint64_t hash);
void gw_way_learn(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		  const struct gw_packet *p, uint64_t hash);
/* nat: answers of the flow of packet p, which the worker remembers, go to whoever sent p. */
void gw_way_lead(struct gw_worker *worker, const struct gw_packet *p);

/* back: the hash whose bucket has the flows of the ends' client; it is then on its way to the
 * cache. */
uint64_t gw_way_ask(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		    const struct gw_ends *ends);
/* When that is there: asks for the key of a flow that may be it. */
void gw_way_prefetch_flow(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			  const struct gw_ends *ends, uint64_t hash);
/* The way: in the worker's own table, else in its peers' (then the worker remembers it, too). Keeps
 * it, and its flow if that is the worker's, alive. */
bool gw_way_find(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 const struct gw_ends *ends, uint64_t hash, struct gw_way *way);

/* The flow of a way that is used stays remembered, too, if it is the worker's own. */
void gw_way_keep_flow(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		      const struct gw_key *key, uint32_t slot);

/* flow_table: flow i of bucket `at`, in another than its home since the table moved, has a way. */
void gw_way_restore(struct gw_worker *worker, const struct gw_snapshot *snapshot, uint64_t at,
		    uint32_t i);
/* flow_table: the hash that a way with this key stands under, its server being present. */
uint64_t gw_way_hash(const struct gw_snapshot *snapshot, const struct gw_key *key, uint32_t slot);
/* flow_table: whether the way is still wanted although no packet used it for the timeout: it was
 * learned, and its flow is alive in the worker's table or a peer's. */
bool gw_way_wanted(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		   const struct gw_key *key, uint32_t slot);

#endif
