/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold for the servers of an image. */
#include "image_rules.h"

static bool is_tunnel(uint8_t encap)
{
	return encap == GW_ENCAP_GRE4 || encap == GW_ENCAP_GRE6 || encap >= GW_ENCAP_IPIP;
}

/* A tunnel needs a source. */
static int check_source(const struct gw_image *head, const struct gw_image_server *server,
			uint32_t i, char *err)
{
	bool ip4 = server->family == 4;
	uint8_t entropy = ip4 ? head->ip4_entropy_len : head->ip6_entropy_len;

	if (!is_tunnel(server->encap) || !all_zero(ip4 ? head->ip4_src : head->ip6_src, 16))
		return 0;
	if (entropy && server->encap != GW_ENCAP_GUE)
		return 0;
	return refuse("servers[%u].encap: %u needs image.ip%u_src, which is 0", i, server->encap,
		      server->family);
}

static int check_encap(const struct gw_image_server *server, uint32_t i, char *err)
{
	static const uint8_t families[GW_ENCAP_COUNT] = {
		[GW_ENCAP_GRE4] = 4, [GW_ENCAP_L3DSR] = 4, [GW_ENCAP_NAT4] = 4,
		[GW_ENCAP_GRE6] = 6, [GW_ENCAP_NAT6] = 6,
	};
	bool nat = server->encap == GW_ENCAP_NAT4 || server->encap == GW_ENCAP_NAT6;

	if (server->encap >= GW_ENCAP_COUNT)
		return refuse("servers[%u].encap: %u is not known", i, server->encap);
	if (server->family != 4 && server->family != 6)
		return refuse("servers[%u].family: %u is neither 4 nor 6", i, server->family);
	if (families[server->encap] && families[server->encap] != server->family)
		return refuse("servers[%u].family: encap %u needs an IPv%u address", i,
			      server->encap, families[server->encap]);
	if (is_tunnel(server->encap) ? !server->ttl || server->df > GW_DF_CLEAR :
				       server->ttl || server->df)
		return refuse("servers[%u].ttl: %u, df %u do not go with encap %u", i, server->ttl,
			      server->df, server->encap);
	if (server->dscp > (server->encap == GW_ENCAP_L3DSR ? 63 : 0))
		return refuse("servers[%u].dscp: %u does not go with encap %u", i, server->dscp,
			      server->encap);
	if (server->target_port && !nat)
		return refuse("servers[%u].target_port: %u does not go with encap %u", i,
			      server->target_port, server->encap);
	return 0;
}

static int check_server(const struct gw_image_view *view, const struct gw_image_server *server,
			uint32_t i, char *err)
{
	int rc = check_encap(server, i, err);

	rc = rc ? rc : check_source(&view->head, server, i, err);
	if (rc)
		return rc;
	if (!server->slot || server->slot >= GW_MAX_SERVERS)
		return refuse("servers[%u].slot: %u is not in 1..%u", i, server->slot,
			      GW_MAX_SERVERS - 1);
	if (server->vip >= GW_MAX_VIPS)
		return refuse("servers[%u].vip: %u is not below %u", i, server->vip, GW_MAX_VIPS);
	if (server->hop != GW_NONE && server->hop >= view->head.hops_count)
		return refuse("servers[%u].hop: %u, the image has %u hops", i, server->hop,
			      view->head.hops_count);
	if (all_zero(server->address, 16))
		return refuse("servers[%u].address: is 0", i);
	if (server->family == 4 && !all_zero(server->address + 4, 12))
		return refuse("servers[%u].address: not an IPv4 address", i);
	if (server->reserved || server->reserved2)
		return refuse("servers[%u].reserved: not 0", i);
	return 0;
}

int gw_image_check_servers(const struct gw_image_view *view, const uint8_t *families,
			   uint8_t *seen, char *err)
{
	for (uint32_t i = 0; i < view->head.servers_count; i++) {
		struct gw_image_server server = gw_image_server_at(view, i);
		int rc = check_server(view, &server, i, err);
		uint8_t family = gw_image_family(server.encap);

		if (rc)
			return rc;
		if (family && families[server.vip] && families[server.vip] != family)
			return refuse("servers[%u].encap: %u does not go with IPv%u of VIP id %u",
				      i, server.encap, families[server.vip], server.vip);
		if (seen[server.slot / 8] & 1 << server.slot % 8)
			return refuse("servers[%u].slot: %u is there twice", i, server.slot);
		seen[server.slot / 8] |= (uint8_t)(1 << server.slot % 8);
	}
	return 0;
}
