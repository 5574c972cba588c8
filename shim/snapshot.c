/* SPDX-License-Identifier: Apache-2.0 */
/* A checked image -> what the workers forward by. */
#include <errno.h>
#include <stdlib.h>

#include "bytes.h"
#include "encap.h"
#include "error.h"
#include "image.h"
#include "vip_index.h"

static void build_head(struct gw_snapshot *s, const struct gw_image *head)
{
	s->revision = head->revision;
	s->timeout = head->timeout;
	s->buckets = head->buckets;
	s->hash_key[0] = gw_le64(gw_load64(head->hash_key));
	s->hash_key[1] = gw_le64(gw_load64(head->hash_key + 8));
}

static void build_ports(struct gw_snapshot *s, const struct gw_image_view *view)
{
	static const uint8_t zero[6];

	memset(s->port_at, GW_NO_HOP, sizeof(s->port_at));
	s->ports_count = view->head.ports_count;
	for (uint32_t i = 0; i < s->ports_count; i++) {
		struct gw_image_port port = gw_image_port_at(view, i);

		s->ports[i].index = (uint8_t)port.index;
		s->ports[i].any_mac = !memcmp(port.mac, zero, 6);
		memcpy(s->ports[i].mac, port.mac, 6);
		s->port_at[port.index] = (uint8_t)i;
	}
	if (s->ports_count)
		return;
	/* Frames that a simulation gets although the image has no port come from here. */
	s->ports[0].any_mac = 1;
	s->port_at[0] = 0;
}

static int build_servers(struct gw_snapshot *s, const struct gw_image_view *view, char *err)
{
	const struct gw_image *head = &view->head;

	s->servers_len = 1;
	for (uint32_t i = 0; i < head->servers_count; i++) {
		uint32_t slot = gw_image_server_at(view, i).slot;

		if (slot >= s->servers_len)
			s->servers_len = slot + 1;
	}
	s->servers = gw_map(s->servers_len * sizeof(struct gw_server), true);
	if (!s->servers)
		return gw_error(err, ENOMEM, "no memory for %u servers", s->servers_len);
	for (uint32_t i = 0; i < head->servers_count; i++) {
		struct gw_image_server from = gw_image_server_at(view, i);
		struct gw_server *server = &s->servers[from.slot];
		struct gw_image_hop hop;
		bool gre4 = from.encap == GW_ENCAP_GRE4;

		server->vip = from.vip;
		server->kind = gre4 ? GW_SERVER_GRE4 : GW_SERVER_GRE6;
		server->port = GW_NO_HOP;
		if (from.hop == GW_NONE)
			continue;
		hop = gw_image_hop_at(view, from.hop);
		server->port = (uint8_t)hop.port;
		gw_encap_prepare(server, hop.mac, s->ports[s->port_at[hop.port]].mac,
				 gre4 ? head->ip4_src : head->ip6_src, from.address);
	}
	return 0;
}

/* Copies a VIP's table, and finds in it no slot id but those of the VIP's own servers. */
static int build_table(struct gw_snapshot *s, const struct gw_image_view *view,
		       const struct gw_image_vip *vip, const uint32_t *owner, uint32_t i, char *err)
{
	uint32_t *table = s->slots + vip->table_off;
	uint32_t wrong = 0, slot = 0;

	memcpy(table, view->bytes + view->head.slots_off + vip->table_off * sizeof(*table),
	       (uint64_t)vip->table_len * sizeof(*table));
	for (uint32_t at = 0; at < vip->table_len; at++) {
		uint32_t server = table[at];

		if (gw_unlikely(server >= s->servers_len || owner[server] != vip->id)) {
			wrong = 1;
			slot = at;
			break;
		}
	}
	if (!wrong)
		return 0;
	return gw_error(err, EINVAL, "slots[%llu]: %u is not the slot id of a server of vips[%u]",
			(unsigned long long)(vip->table_off + slot), table[slot], i);
}

/* VIP id of each slot id, GW_NONE: no server. Small, so that checking big tables stays in cache. */
static uint32_t *owners(const struct gw_snapshot *s)
{
	uint32_t *owner = malloc(s->servers_len * sizeof(*owner));

	for (uint32_t i = 0; owner && i < s->servers_len; i++)
		owner[i] = s->servers[i].kind == GW_SERVER_ABSENT ? GW_NONE : s->servers[i].vip;
	return owner;
}

static int build_vips(struct gw_snapshot *s, const struct gw_image_view *view,
		      const uint32_t *owner, char *err)
{
	for (uint32_t i = 0; i < s->vips_count; i++) {
		struct gw_image_vip from = gw_image_vip_at(view, i);
		struct gw_vip *vip = &s->vips[i];
		struct gw_vip_key *key = &s->keys[i];
		int rc = build_table(s, view, &from, owner, i, err);

		if (rc)
			return rc;
		vip->id = from.id;
		vip->table_len = from.table_len;
		vip->table_mask = from.table_len ? from.table_len - 1 : 0;
		vip->table = s->slots + from.table_off;
		memcpy(key->prefix, from.prefix, 16);
		key->family = from.family;
		key->prefix_len = from.prefix_len;
		key->protocol = from.protocol;
		key->port = from.port;
	}
	return 0;
}

static int build_index(struct gw_snapshot *s, char *err)
{
	uint32_t duplicate;

	s->index = gw_vip_index_new(s->keys, s->vips, s->vips_count, &duplicate);
	if (s->index)
		return 0;
	if (duplicate == GW_NONE)
		return gw_error(err, ENOMEM, "no memory for the index of %u VIPs", s->vips_count);
	return gw_error(err, EINVAL, "vips[%u].prefix: prefix, protocol and port are there twice",
			duplicate);
}

static int build(struct gw_snapshot *s, const struct gw_image_view *view, char *err)
{
	uint32_t *owner;
	int rc;

	build_head(s, &view->head);
	build_ports(s, view);
	rc = build_servers(s, view, err);
	if (rc)
		return rc;
	s->vips_count = view->head.vips_count;
	s->slots_count = view->head.slots_count;
	s->vips = calloc(s->vips_count + 1, sizeof(*s->vips));
	s->slots = gw_map((s->slots_count + 1) * sizeof(*s->slots), true);
	s->keys = calloc(s->vips_count + 1, sizeof(*s->keys));
	owner = owners(s);
	if (!s->vips || !s->slots || !s->keys || !owner)
		rc = gw_error(err, ENOMEM, "no memory for the new-connection tables");
	rc = rc ? rc : build_vips(s, view, owner, err);
	rc = rc ? rc : build_index(s, err);
	free(owner);
	return rc;
}

int gw_snapshot_build(const void *image, uint64_t length, struct gw_snapshot **out, char *err)
{
	struct gw_image_view view;
	struct gw_snapshot *s;
	int rc = gw_image_check(&view, image, length, err);

	if (rc)
		return rc;
	s = calloc(1, sizeof(*s));
	if (!s)
		return gw_error(err, ENOMEM, "no memory for a snapshot");
	rc = build(s, &view, err);
	if (rc) {
		gw_snapshot_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

void gw_snapshot_free(struct gw_snapshot *s)
{
	if (!s)
		return;
	gw_vip_index_free(s->index);
	gw_unmap(s->servers, s->servers_len * sizeof(struct gw_server));
	gw_unmap(s->slots, (s->slots_count + 1) * sizeof(*s->slots));
	free(s->vips);
	free(s->keys);
	free(s);
}
