/* SPDX-License-Identifier: Apache-2.0 */
/* The door: an image's bytes are checked here, once, so that nobody behind it has to. */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "image.h"

#define refuse(...) gw_error(err, EINVAL, __VA_ARGS__)

static bool power_of_two(uint64_t value)
{
	return value && !(value & (value - 1));
}

static bool all_zero(const uint8_t *bytes, size_t length)
{
	uint8_t any = 0;

	while (length)
		any |= bytes[--length];
	return !any;
}

static int check_section(const struct gw_image *head, const char *name, uint64_t offset,
			 uint64_t count, uint64_t size, uint64_t most, char *err)
{
	if (count > most)
		return refuse("%s: %llu records, at most %llu are possible", name,
			      (unsigned long long)count, (unsigned long long)most);
	if (offset % 8)
		return refuse("%s: offset %llu is not a multiple of 8", name,
			      (unsigned long long)offset);
	if (offset < sizeof(*head) || offset > head->length ||
	    count > (head->length - offset) / size)
		return refuse("%s: %llu records at offset %llu do not fit an image of %llu bytes",
			      name, (unsigned long long)count, (unsigned long long)offset,
			      (unsigned long long)head->length);
	return 0;
}

static int check_head(const struct gw_image *head, uint64_t length, char *err)
{
	int rc;

	if (head->magic != GW_IMAGE_MAGIC)
		return refuse("image.magic: 0x%08x is not 0x%08x", head->magic, GW_IMAGE_MAGIC);
	if (head->version != GW_IMAGE_VERSION)
		return refuse("image.version: %u, this library reads %u", head->version,
			      GW_IMAGE_VERSION);
	if (head->length != length)
		return refuse("image.length: says %llu bytes, %llu were given",
			      (unsigned long long)head->length, (unsigned long long)length);
	if (head->timeout < 1 || head->timeout > GW_MAX_TIMEOUT)
		return refuse("image.timeout: %u is not in 1..%u seconds", head->timeout,
			      GW_MAX_TIMEOUT);
	if (!power_of_two(head->buckets) || head->buckets > GW_MAX_BUCKETS)
		return refuse("image.buckets: %u is not a power of two up to %u", head->buckets,
			      GW_MAX_BUCKETS);
	if (!all_zero(head->ip4_src + 4, 12))
		return refuse("image.ip4_src: not an IPv4 address, more than 4 bytes are used");
	rc = check_section(head, "ports", head->ports_off, head->ports_count,
			   sizeof(struct gw_image_port), GW_MAX_PORTS, err);
	rc = rc ? rc : check_section(head, "vips", head->vips_off, head->vips_count,
				     sizeof(struct gw_image_vip), GW_MAX_VIPS, err);
	rc = rc ? rc : check_section(head, "servers", head->servers_off, head->servers_count,
				     sizeof(struct gw_image_server), GW_MAX_SERVERS - 1, err);
	rc = rc ? rc : check_section(head, "hops", head->hops_off, head->hops_count,
				     sizeof(struct gw_image_hop), GW_MAX_SERVERS, err);
	return rc ? rc : check_section(head, "slots", head->slots_off, head->slots_count,
				       sizeof(uint32_t), UINT64_MAX, err);
}

static int check_ports(const struct gw_image_view *view, uint64_t *seen, char *err)
{
	for (uint32_t i = 0; i < view->head.ports_count; i++) {
		struct gw_image_port port = gw_image_port_at(view, i);

		if (port.index >= GW_MAX_PORTS)
			return refuse("ports[%u].index: %u is not below %u", i, port.index,
				      GW_MAX_PORTS);
		if (*seen & UINT64_C(1) << port.index)
			return refuse("ports[%u].index: %u is there twice", i, port.index);
		if (port.mac[0] & 1)
			return refuse("ports[%u].mac: a group address", i);
		if (port.reserved)
			return refuse("ports[%u].reserved: %u is not 0", i, port.reserved);
		*seen |= UINT64_C(1) << port.index;
	}
	return 0;
}

static int check_hops(const struct gw_image_view *view, uint64_t ports, char *err)
{
	for (uint32_t i = 0; i < view->head.hops_count; i++) {
		struct gw_image_hop hop = gw_image_hop_at(view, i);

		if (hop.port >= GW_MAX_PORTS || !(ports & UINT64_C(1) << hop.port))
			return refuse("hops[%u].port: %u is none of the image's ports", i,
				      hop.port);
		if (hop.reserved)
			return refuse("hops[%u].reserved: %u is not 0", i, hop.reserved);
	}
	return 0;
}

static bool host_bits_zero(const struct gw_image_vip *vip)
{
	uint32_t whole = vip->prefix_len / 8, rest = vip->prefix_len % 8;

	if (rest && vip->prefix[whole] & (0xff >> rest))
		return false;
	whole += rest != 0;
	return all_zero(vip->prefix + whole, 16 - whole);
}

static int check_encap(const struct gw_image *head, const char *what, uint32_t i, uint8_t encap,
		       char *err)
{
	if (encap != GW_ENCAP_GRE4 && encap != GW_ENCAP_GRE6)
		return refuse("%s[%u].encap: %u is not known", what, i, encap);
	if (encap == GW_ENCAP_GRE4 && all_zero(head->ip4_src, 4))
		return refuse("%s[%u].encap: gre4 needs image.ip4_src, which is 0", what, i);
	if (encap == GW_ENCAP_GRE6 && all_zero(head->ip6_src, 16))
		return refuse("%s[%u].encap: gre6 needs image.ip6_src, which is 0", what, i);
	return 0;
}

static int check_vip(const struct gw_image_view *view, const struct gw_image_vip *vip, uint32_t i,
		     char *err)
{
	uint64_t slots = view->head.slots_count;

	if (vip->family != 4 && vip->family != 6)
		return refuse("vips[%u].family: %u is neither 4 nor 6", i, vip->family);
	if (vip->prefix_len > (vip->family == 4 ? 32 : 128))
		return refuse("vips[%u].prefix_len: %u is too long for IPv%u", i, vip->prefix_len,
			      vip->family);
	if (!host_bits_zero(vip))
		return refuse("vips[%u].prefix: bits behind the first %u are not 0", i,
			      vip->prefix_len);
	if (vip->protocol == GW_PROTOCOL_ANY ? vip->port != 0 : vip->port == 0)
		return refuse("vips[%u].port: %u does not go with protocol %u", i, vip->port,
			      vip->protocol);
	if (vip->protocol != GW_PROTOCOL_ANY && vip->protocol != 6 && vip->protocol != 17)
		return refuse("vips[%u].protocol: %u is none of 6, 17 and 255", i, vip->protocol);
	if (vip->flags || vip->reserved || vip->reserved2)
		return refuse("vips[%u].%s: not 0", i, vip->flags ? "flags" : "reserved");
	if (vip->id >= GW_MAX_VIPS)
		return refuse("vips[%u].id: %u is not below %u", i, vip->id, GW_MAX_VIPS);
	if (vip->table_len && (!power_of_two(vip->table_len) || vip->table_len > GW_MAX_TABLE))
		return refuse("vips[%u].table_len: %u is not a power of two%s", i, vip->table_len,
			      power_of_two(vip->table_len) ? " up to 16777216" : "");
	if (vip->table_off > slots || vip->table_len > slots - vip->table_off)
		return refuse("vips[%u].table_off: %u slots at %llu do not fit the %llu of the image",
			      i, vip->table_len, (unsigned long long)vip->table_off,
			      (unsigned long long)slots);
	return check_encap(&view->head, "vips", i, vip->encap, err);
}

/* encaps: by VIP id, 0: no such VIP, else enum gw_encap + 1. */
static int check_vips(const struct gw_image_view *view, uint8_t *encaps, char *err)
{
	for (uint32_t i = 0; i < view->head.vips_count; i++) {
		struct gw_image_vip vip = gw_image_vip_at(view, i);
		int rc = check_vip(view, &vip, i, err);

		if (rc)
			return rc;
		if (encaps[vip.id])
			return refuse("vips[%u].id: %u is there twice", i, vip.id);
		encaps[vip.id] = vip.encap + 1;
	}
	return 0;
}

static int check_server(const struct gw_image_view *view, const struct gw_image_server *server,
			uint32_t i, char *err)
{
	int rc = check_encap(&view->head, "servers", i, server->encap, err);

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
	if (server->encap == GW_ENCAP_GRE4 && !all_zero(server->address + 4, 12))
		return refuse("servers[%u].address: gre4 needs an IPv4 address", i);
	if (!all_zero(server->reserved, 3))
		return refuse("servers[%u].reserved: not 0", i);
	return 0;
}

static int check_servers(const struct gw_image_view *view, const uint8_t *encaps, uint8_t *seen,
			 char *err)
{
	for (uint32_t i = 0; i < view->head.servers_count; i++) {
		struct gw_image_server server = gw_image_server_at(view, i);
		int rc = check_server(view, &server, i, err);

		if (rc)
			return rc;
		if (encaps[server.vip] && encaps[server.vip] != server.encap + 1)
			return refuse("servers[%u].encap: %u is not the encap of VIP id %u", i,
				      server.encap, server.vip);
		if (seen[server.slot / 8] & 1 << server.slot % 8)
			return refuse("servers[%u].slot: %u is there twice", i, server.slot);
		seen[server.slot / 8] |= (uint8_t)(1 << server.slot % 8);
	}
	return 0;
}

int gw_image_check(struct gw_image_view *view, const void *image, uint64_t length, char *err)
{
	uint8_t *encaps, *seen;
	uint64_t ports = 0;
	int rc;

	if (length < sizeof(view->head))
		return refuse("image.length: %llu bytes are less than its header",
			      (unsigned long long)length);
	view->bytes = image;
	memcpy(&view->head, image, sizeof(view->head));
	rc = check_head(&view->head, length, err);
	rc = rc ? rc : check_ports(view, &ports, err);
	rc = rc ? rc : check_hops(view, ports, err);
	if (rc)
		return rc;
	encaps = calloc(GW_MAX_VIPS, 1);
	seen = calloc(GW_MAX_SERVERS / 8, 1);
	if (!encaps || !seen)
		rc = gw_error(err, ENOMEM, "no memory to check the image");
	rc = rc ? rc : check_vips(view, encaps, err);
	rc = rc ? rc : check_servers(view, encaps, seen, err);
	free(encaps);
	free(seen);
	return rc;
}
