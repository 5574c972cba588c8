/* SPDX-License-Identifier: Apache-2.0 */
/* For an application server whose kernel has no tunnels: sockets take the tunnels' packets, a tun
 * device hands what was inside to the kernel. Knows nothing of DPDK. */
#ifndef GW_DECAP_H
#define GW_DECAP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gw_tunnel {
	GW_TUNNEL_GRE,
	GW_TUNNEL_IPIP,
	GW_TUNNEL_GUE
};

/* gre, ipip of IPv4 and of IPv6, gue; each over IPv4 and over IPv6 */
#define GW_DECAP_SOCKETS 8

struct gw_decap {
	int tun;
	struct pollfd sockets[GW_DECAP_SOCKETS]; /* fd -1: the kernel has none of that family */
	uint8_t packet[65536];
};

/* decap_open.c: the tun device, which is made if it is not there, and all sockets; or -errno and
 * the sentence in err, with nothing left open. */
int gw_decap_open(struct gw_decap *decap, const char *tun, uint16_t gue_port, char *err);
void gw_decap_close(struct gw_decap *decap);
/* Of the socket at that place. */
enum gw_tunnel gw_decap_tunnel(int which);
/* Whether what it gives begins with the outer IPv4 header. Others give what follows theirs. */
bool gw_decap_outer(int which);

/* decap_inner.c: where the inner packet begins in what follows the outer IP header, or the outer
 * UDP header; -1: it is no packet that we take. */
int gw_decap_inner(enum gw_tunnel tunnel, const uint8_t *bytes, size_t length);

#endif
