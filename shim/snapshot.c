/* SPDX-License-Identifier: Apache-2.0 */
/* A checked image -> what the workers forward by. */
#include <errno.h>
#include <stdlib.h>

#include "bytes.h"
#include "error.h"
#include "nat_index.h"
#include "snapshot.h"
#include "vip_index.h"

/* The bits behind the first `length` of 16 bytes, none where that is 0. */
static void host_bits(uint8_t *mask, uint8_t length)
{
	for (uint32_t bit = length; length && bit < 128; bit++)
		mask[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
}

static void build_head(struct gw_snapshot *s, const struct gw_image *head)
{
	uint8_t ip4[16] = { 0 }, ip6[16] = { 0 };

	s->revision = head->revision;
	s->timeout = head->timeout;
	s->buckets = head->buckets;
	s->hash_key[0] = gw_le64(gw_load64(head->hash_key));
	s->hash_key[1] = gw_le64(gw_load64(head->hash_key + 8));
	s->gue_port = gw_be16(head->gue_port);
	memcpy(s->ip4_src, head->ip4_src, 16);
	memcpy(s->ip6_src, head->ip6_src, 16);
	memcpy(s->ip4_prefix, head->ip4_entropy, 16);
	memcpy(s->ip6_prefix, head->ip6_entropy, 16);
	host_bits(ip4, head->ip4_entropy_len);
	host_bits(ip6, head->ip6_entropy_len);
	s->ip4_entropy = gw_load32(ip4);
	s->ip6_entropy[0] = gw_load64(ip6);
	s->ip6_entropy[1] = gw_load64(ip6 + 8);
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
		s->ports[i].mtu = gw_any_if_0(port.mtu);
		s->ports[i].flags = (uint16_t)port.flags;
		s->port_flags |= port.flags;
		s->port_at[port.index] = (uint8_t)i;
	}
	if (s->ports_count)
		return;
	/* Frames that a simulation gets although the image has no port come from here. */
	s->ports[0].any_mac = 1;
	s->ports[0].mtu = UINT16_MAX;
	s->port_at[0] = 0;
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

static bool is_by_client(const struct gw_image_vip *vip)
{
	return (vip->encap == GW_ENCAP_NAT4 || vip->encap == GW_ENCAP_NAT6) &&
	       !(vip->flags & GW_VIP_STICKY);
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
		vip->flags = from.flags | (is_by_client(&from) ? GW_VIP_BY_CLIENT : 0);
		vip->port = from.port;
		vip->protocol = from.protocol;
		vip->family = from.family;
		memcpy(vip->prefix, from.prefix, 16);
		vip->table_len = from.table_len;
		vip->table_mask = from.table_len ? from.table_len - 1 : 0;
		vip->table = s->slots + from.table_off;
		memcpy(key->prefix, from.prefix, 16);
		key->family = from.family;
		key->prefix_len = from.prefix_len;
		key->protocol = from.protocol;
		key->port = from.port;
		key->vip = i;
	}
	return 0;
}

static void build_keys(struct gw_snapshot *s, const struct gw_image_view *view)
{
	for (uint32_t i = 0; i < view->head.keys_count; i++) {
		struct gw_image_key from = gw_image_key_at(view, i);
		struct gw_vip_key *key = &s->keys[s->vips_count + i];

		memcpy(key->prefix, from.prefix, 16);
		key->family = from.family;
		key->prefix_len = from.prefix_len;
		key->protocol = from.protocol;
		key->node = from.node;
		key->port = from.port;
		key->vip = from.vip;
	}
}

static void build_own(struct gw_snapshot *s, const struct gw_image_view *view)
{
	s->own_count = view->head.own_count;
	for (uint32_t i = 0; i < s->own_count; i++) {
		struct gw_image_own from = gw_image_own_at(view, i);

		memcpy(s->own[i].address, from.address, 16);
		s->own[i].family = from.family;
	}
}

static int build_index(struct gw_snapshot *s, uint32_t keys, char *err)
{
	uint32_t duplicate;

	s->index = gw_vip_index_new(s->keys, s->vips, s->vips_count + keys, &duplicate);
	if (s->index)
		return 0;
	if (duplicate == GW_NONE)
		return gw_error(err, ENOMEM, "no memory for the index of %u VIPs", s->vips_count);
	return gw_error(err, EINVAL, "%s[%u].prefix: prefix, protocol and port are there twice",
			duplicate < s->vips_count ? "vips" : "keys",
			duplicate - (duplicate < s->vips_count ? 0 : s->vips_count));
}

static int build(struct gw_snapshot *s, const struct gw_image_view *view, char *err)
{
	uint32_t *owner;
	int rc;

	build_head(s, &view->head);
	build_ports(s, view);
	build_own(s, view);
	rc = gw_snapshot_servers(s, view, err);
	if (rc)
		return rc;
	s->vips_count = view->head.vips_count;
	s->slots_count = view->head.slots_count;
	s->vips = aligned_alloc(GW_CACHE_LINE, (s->vips_count + 1) * sizeof(*s->vips));
	s->slots = gw_map((s->slots_count + 1) * sizeof(*s->slots), true);
	s->keys = calloc(s->vips_count + view->head.keys_count + 1, sizeof(*s->keys));
	owner = owners(s);
	if (!s->vips || !s->slots || !s->keys || !owner)
		rc = gw_error(err, ENOMEM, "no memory for the new-connection tables");
	rc = rc ? rc : build_vips(s, view, owner, err);
	if (!rc) {
		build_keys(s, view);
		rc = build_index(s, view->head.keys_count, err);
	}
	rc = rc ? rc : gw_snapshot_nat(s, view, err);
	rc = rc ? rc : gw_snapshot_hashes(s, err);
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
	gw_nat_index_free(s->nat);
	gw_unmap(s->servers, s->servers_len * sizeof(struct gw_server));
	gw_unmap(s->slots, (s->slots_count + 1) * sizeof(*s->slots));
	free(s->vips);
	free(s->keys);
	free(s);
}
