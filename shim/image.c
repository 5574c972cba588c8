/* SPDX-License-Identifier: Apache-2.0 */
/* The door: an image's bytes are checked here, once, so that nobody behind it has to. */
#include <stdlib.h>

#include "image_rules.h"

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

static int check_entropy(const char *family, const uint8_t *prefix, uint8_t length, uint8_t most,
			 char *err)
{
	if (length && (length < 8 || length > most))
		return refuse("image.%s_entropy_len: %u is not in 8..%u", family, length, most);
	if (!host_bits_zero(prefix, length))
		return refuse("image.%s_entropy: bits behind the first %u are not 0", family,
			      length);
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
	if (head->reserved)
		return refuse("image.reserved: %u is not 0", head->reserved);
	rc = check_entropy("ip4", head->ip4_entropy, head->ip4_entropy_len, 30, err);
	rc = rc ? rc : check_entropy("ip6", head->ip6_entropy, head->ip6_entropy_len, 126, err);
	if (rc)
		return rc;
	rc = check_section(head, "ports", head->ports_off, head->ports_count,
			   sizeof(struct gw_image_port), GW_MAX_PORTS, err);
	rc = rc ? rc : check_section(head, "vips", head->vips_off, head->vips_count,
				     sizeof(struct gw_image_vip), GW_MAX_VIPS, err);
	rc = rc ? rc : check_section(head, "keys", head->keys_off, head->keys_count,
				     sizeof(struct gw_image_key), 3 * GW_MAX_VIPS, err);
	rc = rc ? rc : check_section(head, "servers", head->servers_off, head->servers_count,
				     sizeof(struct gw_image_server), GW_MAX_SERVERS - 1, err);
	rc = rc ? rc : check_section(head, "hops", head->hops_off, head->hops_count,
				     sizeof(struct gw_image_hop), GW_MAX_SERVERS, err);
	rc = rc ? rc : check_section(head, "own", head->own_off, head->own_count,
				     sizeof(struct gw_image_own), GW_MAX_OWN, err);
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
		if (port.flags & ~(uint32_t)(GW_PORT_SNAT4 | GW_PORT_SNAT6))
			return refuse("ports[%u].flags: 0x%x is not known", i, port.flags);
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

static int check_own(const struct gw_image_view *view, char *err)
{
	for (uint32_t i = 0; i < view->head.own_count; i++) {
		struct gw_image_own own = gw_image_own_at(view, i);

		if (own.family != 4 && own.family != 6)
			return refuse("own[%u].family: %u is not 4 or 6", i, own.family);
		if (own.family == 4 && !all_zero(own.address + 4, 12))
			return refuse("own[%u].address: more than 4 bytes are used", i);
		if (!all_zero(own.reserved, sizeof(own.reserved)))
			return refuse("own[%u].reserved: not 0", i);
	}
	return 0;
}

/* Where packets of servers go that no flow is remembered for. */
static int check_ways(const struct gw_image *head, char *err)
{
	if (head->hop4 != GW_NONE && head->hop4 >= head->hops_count)
		return refuse("image.hop4: %u, the image has %u hops", head->hop4,
			      head->hops_count);
	if (head->hop6 != GW_NONE && head->hop6 >= head->hops_count)
		return refuse("image.hop6: %u, the image has %u hops", head->hop6,
			      head->hops_count);
	return 0;
}

int gw_image_check(struct gw_image_view *view, const void *image, uint64_t length, char *err)
{
	uint8_t *families, *seen;
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
	rc = rc ? rc : check_own(view, err);
	rc = rc ? rc : check_ways(&view->head, err);
	if (rc)
		return rc;
	families = calloc(GW_MAX_VIPS, 1);
	seen = calloc(GW_MAX_SERVERS / 8, 1);
	if (!families || !seen)
		rc = gw_error(err, ENOMEM, "no memory to check the image");
	rc = rc ? rc : gw_image_check_vips(view, families, err);
	rc = rc ? rc : gw_image_check_servers(view, families, seen, err);
	free(families);
	free(seen);
	return rc;
}
