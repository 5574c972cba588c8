/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ways back: for each flow through a server that translates (nat4, nat6), which address and port of
 * the VIP its client sent to, and where the client's packets came from.
 *
 * Where a server's end (its address and port) answers for one VIP address and port alone, the flow
 * is its own way back: its key tells all, and its hash follows from the answer: `by_flow`.
 *
 * Else (prefixes, node ports, ends that VIPs share, sticky VIPs, protocols without ports) a way is
 * learned from the client's packets. It is kept in the flow table's buckets with GW_WAY in
 * `server`, under a hash of
 *     source: the server's address and port | destination: the client's | protocol
 * with another last word than a flow's hash, so that the two never meet. The key holds the client's
 * packet (src: client, dst: VIP) as in a flow, so that the flow's own hash follows from it; `born`
 * is when a packet of the client last taught it. Such a way lives as long as packets use it, or its
 * flow is alive.
 *
 * Each worker has its own flows and ways, and looks others up in its peers' tables: what it finds
 * there it remembers with GW_WAY, a flow as a `copy` under that flow's hash. Where two workers know
 * an end in two ways (a client's port, used for one VIP after another), the one that was taught
 * last is right, and of a flow and its copy the flow: whoever uses a way asks its peers once a
 * second. Ends become by_flow and cease to be while connections go on: where one look finds
 * nothing, the other is tried.
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

/* Whether flows of the protocol through the server are their own ways back. */
static inline bool gw_server_by_flow(const struct gw_server *server, uint8_t protocol)
{
	return (protocol == GW_IP_TCP && server->by_flow & GW_BY_FLOW_TCP) ||
	       (protocol == GW_IP_UDP && server->by_flow & GW_BY_FLOW_UDP);
}

/* The same for packets from the server's end. */
static inline bool gw_ends_by_flow(const struct gw_ends *ends)
{
	return ends->entry && ends->entry->by_flow && gw_has_ports(ends->protocol);
}

/* nat: the client's packet p, not yet translated, goes to p->server, which is of kind NAT4 or NAT6.
 * The hash that its way stands under, whose bucket is then on its way to the cache; with it
 * gw_way_learn makes the way known, or refreshes it. Without room in its bucket nothing is
 * remembered. */
uint64_t gw_way_prefetch(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			 const struct gw_packet *p);
void gw_way_learn(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		  const struct gw_packet *p, uint64_t hash);
/* nat: answers of the flow of packet p, which the worker remembers, go to whoever sent p. */
void gw_way_lead(struct gw_worker *worker, const struct gw_packet *p);

/* back: the hash that the way of packets from the server's end to the client's stands under; its
 * bucket is then on its way to the cache. */
uint64_t gw_way_ask(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		    const struct gw_ends *ends);
/* When the bucket is there: asks for the key of that hash and kind (0: a flow, GW_WAY: a way), or
 * the one that will be written. */
void gw_way_prefetch_key(const struct gw_worker *worker, uint64_t hash, uint32_t kind);
/* The way: in the worker's own table, else in its peers' (then the worker remembers it, too). Keeps
 * it, and its flow if that is the worker's, alive. */
bool gw_way_find(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 const struct gw_ends *ends, uint64_t hash, struct gw_way *way);

/* The flow of a way that is used stays remembered, too, if it is the worker's own. */
void gw_way_keep_flow(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		      const struct gw_key *key, uint32_t slot);

/* flow_table: the hash that a way with this key stands under, its server being present. */
uint64_t gw_way_hash(const struct gw_snapshot *snapshot, const struct gw_key *key, uint32_t slot);
/* flow_table: whether the way is still wanted although no packet used it for the timeout: it was
 * learned, and its flow is alive in the worker's table or a peer's. */
bool gw_way_wanted(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
		   const struct gw_key *key, uint32_t slot);

#endif
