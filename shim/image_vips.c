/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold for the VIPs of an image, and for the further keys that lead to them. */
#include "image_rules.h"

static int check_prefix(const char *what, uint32_t i, const uint8_t *prefix, uint8_t family,
			uint8_t prefix_len, char *err)
{
	if (family != 4 && family != 6)
		return refuse("%s[%u].family: %u is neither 4 nor 6", what, i, family);
	if (prefix_len > (family == 4 ? 32 : 128))
		return refuse("%s[%u].prefix_len: %u is too long for IPv%u", what, i, prefix_len,
			      family);
	if (!host_bits_zero(prefix, prefix_len))
		return refuse("%s[%u].prefix: bits behind the first %u are not 0", what, i,
			      prefix_len);
	return 0;
}

static int check_table(const struct gw_image_view *view, const struct gw_image_vip *vip, uint32_t i,
		       char *err)
{
	uint64_t slots = view->head.slots_count;

	if (vip->table_len && (!power_of_two(vip->table_len) || vip->table_len > GW_MAX_TABLE))
		return refuse("vips[%u].table_len: %u is not a power of two%s", i, vip->table_len,
			      power_of_two(vip->table_len) ? " up to 16777216" : "");
	if (vip->table_off > slots || vip->table_len > slots - vip->table_off)
		return refuse("vips[%u].table_off: %u slots at %llu do not fit the %llu of the "
			      "image", i, vip->table_len, (unsigned long long)vip->table_off,
			      (unsigned long long)slots);
	return 0;
}

static int check_vip(const struct gw_image_view *view, const struct gw_image_vip *vip, uint32_t i,
		     char *err)
{
	int rc = check_prefix("vips", i, vip->prefix, vip->family, vip->prefix_len, err);

	if (rc)
		return rc;
	if (vip->protocol == GW_PROTOCOL_ANY ? vip->port != 0 : vip->port == 0)
		return refuse("vips[%u].port: %u does not go with protocol %u", i, vip->port,
			      vip->protocol);
	if (vip->protocol != GW_PROTOCOL_ANY && vip->protocol != 6 && vip->protocol != 17)
		return refuse("vips[%u].protocol: %u is none of 6, 17 and 255", i, vip->protocol);
	if (vip->flags & ~(GW_VIP_STICKY | GW_VIP_ECHO) || vip->reserved || vip->reserved2)
		return refuse("vips[%u].%s: not 0, or not known", i,
			      vip->reserved || vip->reserved2 ? "reserved" : "flags");
	if (vip->id >= GW_MAX_VIPS)
		return refuse("vips[%u].id: %u is not below %u", i, vip->id, GW_MAX_VIPS);
	if (vip->encap >= GW_ENCAP_COUNT)
		return refuse("vips[%u].encap: %u is not known", i, vip->encap);
	if (gw_image_family(vip->encap) && gw_image_family(vip->encap) != vip->family)
		return refuse("vips[%u].encap: %u does not go with IPv%u", i, vip->encap,
			      vip->family);
	return check_table(view, vip, i, err);
}

/* families: by VIP id, 0: no such VIP. */
static int check_all_vips(const struct gw_image_view *view, uint8_t *families, char *err)
{
	for (uint32_t i = 0; i < view->head.vips_count; i++) {
		struct gw_image_vip vip = gw_image_vip_at(view, i);
		int rc = check_vip(view, &vip, i, err);

		if (rc)
			return rc;
		if (families[vip.id])
			return refuse("vips[%u].id: %u is there twice", i, vip.id);
		families[vip.id] = vip.family;
	}
	return 0;
}

static int check_keys(const struct gw_image_view *view, char *err)
{
	for (uint32_t i = 0; i < view->head.keys_count; i++) {
		struct gw_image_key key = gw_image_key_at(view, i);
		int rc = check_prefix("keys", i, key.prefix, key.family, key.prefix_len, err);

		if (rc)
			return rc;
		if ((key.protocol != 6 && key.protocol != 17) || !key.port)
			return refuse("keys[%u].protocol: %u with port %u", i, key.protocol,
				      key.port);
		if (key.node > 1 || key.reserved || key.reserved2)
			return refuse("keys[%u].%s: not 0", i, key.node > 1 ? "node" : "reserved");
		if (key.vip >= view->head.vips_count)
			return refuse("keys[%u].vip: %u, the image has %u", i, key.vip,
				      view->head.vips_count);
		if (gw_image_vip_at(view, key.vip).family != key.family)
			return refuse("keys[%u].family: %u is not that of vips[%u]", i, key.family,
				      key.vip);
	}
	return 0;
}

int gw_image_check_vips(const struct gw_image_view *view, uint8_t *families, char *err)
{
	int rc = check_all_vips(view, families, err);

	return rc ? rc : check_keys(view, err);
}
