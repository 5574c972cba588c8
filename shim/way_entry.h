/* SPDX-License-Identifier: Apache-2.0 */
/* Ways back as entries of a table: for the way*.c files. */
#ifndef GW_WAY_ENTRY_H
#define GW_WAY_ENTRY_H

#include "bucket.h"
#include "translate.h"
#include "way.h"

#define GW_WAY_WORD (UINT64_C(1) << 48) /* in the last word of the hash: no flow's has it */

struct gw_way_entry {
	struct gw_key key;
	uint32_t slot; /* 0: none */
	bool flow;     /* it is a flow */
};

static inline uint64_t gw_ends_hash(const struct gw_snapshot *snapshot, const struct gw_ends *ends)
{
	struct gw_sip s = gw_sip_begin(snapshot->hash_key);
	uint64_t tail = GW_WAY_WORD | gw_sip_tail(ends->server_port, ends->client_port,
						  ends->protocol, ends->family == 4 ? 13 : 37);
	uint8_t pair[8];

	if (gw_likely(ends->family == 4)) {
		memcpy(pair, ends->server, 4);
		memcpy(pair + 4, ends->client, 4);
		gw_sip_word(&s, gw_le64(gw_load64(pair)));
	} else {
		gw_sip_word(&s, gw_le64(gw_load64(ends->server)));
		gw_sip_word(&s, gw_le64(gw_load64(ends->server + 8)));
		gw_sip_word(&s, gw_le64(gw_load64(ends->client)));
		gw_sip_word(&s, gw_le64(gw_load64(ends->client + 8)));
	}
	gw_sip_word(&s, tail);
	return gw_sip_end(&s);
}

/* The port that packets to `port` of the VIP go to, and so answers come from. */
static inline uint16_t gw_server_port(const struct gw_server *server, uint8_t protocol,
				      uint16_t port)
{
	if (!gw_has_ports(protocol))
		return 0;
	return server->to.target_port ? gw_be16(server->to.target_port) : port;
}

static inline struct gw_ends gw_ends_of_key(const struct gw_server *server,
					    const struct gw_key *key)
{
	return (struct gw_ends){ .server = server->to.address,
				 .client = key->src,
				 .server_port = gw_server_port(server, key->protocol,
							       key->dst_port),
				 .client_port = key->src_port,
				 .family = key->family_born & GW_KEY_IP6 ? 6 : 4,
				 .protocol = key->protocol };
}

/* A place in the table. */
struct gw_place {
	uint64_t at; /* bucket */
	uint32_t i;  /* GW_BUCKET_FLOWS: none */
};

/* way_place.c: where the way of that hash stands, else (*fresh) where it may be written. `spills`:
 * also in the spare bucket, where copies of flows, which are found by their client's end, would not
 * be found. */
struct gw_place gw_way_place(const struct gw_worker *worker, const struct gw_snapshot *snapshot,
			     uint64_t hash, bool spills, bool *fresh);

/* way.c: writes it there, where nothing stands or something that has ended. */
void gw_way_write(struct gw_worker *worker, struct gw_place place, uint64_t hash,
		  const struct gw_way_entry *way);

/* way_look.c: what is known of the ends in the worker's own table or in its peers', and keeps it.
 * False: nothing. `client_hash`: see gw_way_ask. */
bool gw_way_look(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 const struct gw_ends *ends, uint64_t client_hash, struct gw_way_entry *entry);

#endif
