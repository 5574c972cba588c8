/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that check an image share. */
#ifndef GW_IMAGE_RULES_H
#define GW_IMAGE_RULES_H

#include <errno.h>

#include "error.h"
#include "image.h"

#define refuse(...) gw_error(err, EINVAL, __VA_ARGS__)

static inline bool power_of_two(uint64_t value)
{
	return value && !(value & (value - 1));
}

static inline bool all_zero(const uint8_t *bytes, size_t length)
{
	uint8_t any = 0;

	while (length)
		any |= bytes[--length];
	return !any;
}

static inline bool host_bits_zero(const uint8_t *prefix, uint8_t prefix_len)
{
	uint32_t whole = prefix_len / 8, rest = prefix_len % 8;

	if (rest && prefix[whole] & (0xff >> rest))
		return false;
	whole += rest != 0;
	return all_zero(prefix + whole, 16 - whole);
}

/* image_vips.c: VIPs and their further keys. families: GW_MAX_VIPS entries of 0, filled by VIP
 * id. */
int gw_image_check_vips(const struct gw_image_view *view, uint8_t *families, char *err);
/* image_servers.c. seen: GW_MAX_SERVERS bits of 0. */
int gw_image_check_servers(const struct gw_image_view *view, const uint8_t *families,
			   uint8_t *seen, char *err);
/* The only family that packets to a server of this encap can have; 0: either. */
static inline uint8_t gw_image_family(uint8_t encap)
{
	if (encap == GW_ENCAP_L3DSR || encap == GW_ENCAP_NAT4)
		return 4;
	return encap == GW_ENCAP_NAT6 ? 6 : 0;
}

#endif
