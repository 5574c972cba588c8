/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes.h"
#include "decap.h"

/* RFC 2784, 2890: the first three add 4 bytes each. Refused are the bits that a receiver without
 * RFC 1701 has to refuse, and any version but 0. */
enum { GRE_CHECKSUM = 0x8000, GRE_KEY = 0x2000, GRE_SEQUENCE = 0x1000, GRE_REFUSED = 0x4c07 };

static int version_at(const uint8_t *bytes, size_t length, size_t at)
{
	return at < length ? bytes[at] >> 4 : 0;
}

static int gre_inner(const uint8_t *gre, size_t length)
{
	uint16_t flags, type;
	size_t at = 4;
	int version;

	if (length < 4)
		return -1;
	flags = gw_be16(gw_load16(gre));
	type = gw_be16(gw_load16(gre + 2));
	if (flags & GRE_REFUSED)
		return -1;
	at += flags & GRE_CHECKSUM ? 4 : 0;
	at += flags & GRE_KEY ? 4 : 0;
	at += flags & GRE_SEQUENCE ? 4 : 0;
	version = version_at(gre, length, at);
	if ((type == 0x0800 && version == 4) || (type == 0x86dd && version == 6))
		return (int)at;
	return -1;
}

/* Variant 1 of GUE has no header of its own: its bits, 01, are the first of an IP version. */
static int plain_inner(const uint8_t *bytes, size_t length)
{
	int version = version_at(bytes, length, 0);

	return version == 4 || version == 6 ? 0 : -1;
}

int gw_decap_inner(enum gw_tunnel tunnel, const uint8_t *bytes, size_t length)
{
	return tunnel == GW_TUNNEL_GRE ? gre_inner(bytes, length) : plain_inner(bytes, length);
}
