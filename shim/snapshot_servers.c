/* SPDX-License-Identifier: Apache-2.0 */
/* The servers of a checked image -> a line each, ready to send by. */
#include <errno.h>

#include "bytes.h"
#include "encap.h"
#include "error.h"
#include "snapshot.h"

static struct gw_hop hop_of(const struct gw_snapshot *s, const struct gw_image_view *view,
			    uint32_t index)
{
	struct gw_hop hop = { .port = GW_NO_HOP };
	struct gw_image_hop from;

	if (index == GW_NONE)
		return hop;
	from = gw_image_hop_at(view, index);
	hop.port = (uint8_t)from.port;
	memcpy(hop.dst_mac, from.mac, 6);
	memcpy(hop.src_mac, s->ports[s->port_at[from.port]].mac, 6);
	return hop;
}

static uint8_t kind_of(const struct gw_image_server *from)
{
	bool ip4 = from->family == 4;

	switch (from->encap) {
	case GW_ENCAP_GRE4:
		return GW_SERVER_GRE4;
	case GW_ENCAP_GRE6:
		return GW_SERVER_GRE6;
	case GW_ENCAP_IPIP:
		return ip4 ? GW_SERVER_IPIP4 : GW_SERVER_IPIP6;
	case GW_ENCAP_GUE:
		return ip4 ? GW_SERVER_GUE4 : GW_SERVER_GUE6;
	case GW_ENCAP_L3DSR:
		return GW_SERVER_L3DSR;
	}
	return from->encap == GW_ENCAP_NAT4 ? GW_SERVER_NAT4 : GW_SERVER_NAT6;
}

/* The source of the outer header: where the flow's entropy goes into it, the prefix. */
static const uint8_t *source_of(const struct gw_image *head, const struct gw_image_server *from)
{
	bool ip4 = from->family == 4;
	uint8_t entropy = ip4 ? head->ip4_entropy_len : head->ip6_entropy_len;

	if (entropy && from->encap != GW_ENCAP_GUE)
		return ip4 ? head->ip4_entropy : head->ip6_entropy;
	return ip4 ? head->ip4_src : head->ip6_src;
}

static void build_server(struct gw_snapshot *s, const struct gw_image_view *view,
			 const struct gw_image_server *from, struct gw_server *server)
{
	struct gw_hop hop = hop_of(s, view, from->hop);
	uint16_t link = from->hop == GW_NONE ? 0 : gw_image_hop_at(view, from->hop).mtu;

	server->vip = from->vip;
	server->kind = kind_of(from);
	server->port = hop.port;
	server->mtu = gw_any_if_0(from->mtu) < gw_any_if_0(link) ? from->mtu : gw_any_if_0(link);
	server->df = from->df;
	s->kinds |= 1u << server->kind;
	if (server->kind < GW_SERVER_L3DSR) {
		gw_encap_prepare(server, hop.dst_mac, hop.src_mac, source_of(&view->head, from),
				 from->address, from->ttl);
		return;
	}
	memcpy(server->to.ether, hop.dst_mac, 6);
	memcpy(server->to.ether + 6, hop.src_mac, 6);
	memcpy(server->to.address, from->address, 16);
	server->to.target_port = gw_be16(from->target_port);
	server->to.dscp = from->dscp;
}

int gw_snapshot_servers(struct gw_snapshot *s, const struct gw_image_view *view, char *err)
{
	const struct gw_image *head = &view->head;

	s->servers_len = 1;
	for (uint32_t i = 0; i < head->servers_count; i++) {
		uint32_t slot = gw_image_server_at(view, i).slot;

		if (slot >= s->servers_len)
			s->servers_len = slot + 1;
	}
	s->gaps = s->servers_len - 1 != head->servers_count;
	s->servers = gw_map(s->servers_len * sizeof(struct gw_server), true);
	if (!s->servers)
		return gw_error(err, ENOMEM, "no memory for %u servers", s->servers_len);
	for (uint32_t i = 0; i < head->servers_count; i++) {
		struct gw_image_server from = gw_image_server_at(view, i);

		build_server(s, view, &from, &s->servers[from.slot]);
	}
	s->ways[0] = hop_of(s, view, head->hop4);
	s->ways[1] = hop_of(s, view, head->hop6);
	return 0;
}
