/* SPDX-License-Identifier: Apache-2.0 */
/* A nat server's address and port -> the VIP that it answers for, where that needs no memory of
 * flows. */
#ifndef GW_NAT_INDEX_H
#define GW_NAT_INDEX_H

#include "state.h"

struct gw_nat_entry {
	uint8_t address[16];
	uint8_t family;
	uint8_t protocol;     /* 6 or 17; GW_PROTOCOL_ANY: every one, of all-port VIPs' servers */
	uint16_t port;        /* host order; 0: any */
	uint8_t one;          /* 1: it answers for one VIP address and port, the next two */
	uint8_t source[16];
	uint16_t source_port; /* host order; 0: the packet's own */
	uint8_t sticky;       /* 1: of a VIP, perhaps among others, that is GW_VIP_STICKY */
	uint32_t server;      /* slot id of one such server */
	uint32_t next;        /* nat_index.c: next entry of the address, 0: none */
};

/* The entry that a packet from this address, port (0: none) and protocol is subject to; NULL: none,
 * or no index. */
const struct gw_nat_entry *gw_nat_find(const struct gw_nat_index *index, uint8_t family,
				       uint8_t protocol, const uint8_t *address, uint16_t port);
/* Whether any nat server has the address. */
bool gw_nat_is_server(const struct gw_nat_index *index, uint8_t family, const uint8_t *address);

/* snapshot: a server. */
struct gw_nat_server {
	const uint8_t *address;
	uint8_t family;
	uint8_t protocol;      /* 6, 17 or GW_PROTOCOL_ANY: all ports; or, with a port, both */
	uint16_t target_port;  /* 0 for all-port VIPs; for others it is then the VIP's */
	const uint8_t *source; /* its VIP's address; NULL: the prefix has many */
	uint16_t source_port;  /* the VIP's, 0: all ports */
	uint8_t node;          /* 1: a node port leads to it, too */
	uint8_t sticky;        /* 1: the VIP is GW_VIP_STICKY */
	uint32_t slot;
};
/* Of `count` servers, given one by one; NULL: no memory. */
struct gw_nat_index *gw_nat_index_new(uint32_t count);
void gw_nat_index_add(struct gw_nat_index *index, const struct gw_nat_server *server);
/* After the last one. */
void gw_nat_index_end(struct gw_nat_index *index);
void gw_nat_index_free(struct gw_nat_index *index);

#endif
