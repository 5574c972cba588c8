/* SPDX-License-Identifier: Apache-2.0 */
#include "decap.h"

#include "check.h"

/* What follows the outer header, and where the inner packet begins in it; -1: not taken. */
struct row {
	const char *sentence;
	enum gw_tunnel tunnel;
	const char *hex;
	int inner;
};

static const struct row rows[] = {
	{ "gre, IPv4 inside", GW_TUNNEL_GRE, "00000800" "45", 4 },
	{ "gre, IPv6 inside", GW_TUNNEL_GRE, "000086dd" "60", 4 },
	{ "gre with a key", GW_TUNNEL_GRE, "20000800" "00000001" "45", 8 },
	{ "gre with all that may be there", GW_TUNNEL_GRE,
	  "b0000800" "00000000" "00000001" "00000002" "45", 16 },
	{ "gre, type and version do not agree", GW_TUNNEL_GRE, "00000800" "60", -1 },
	{ "gre, something else inside", GW_TUNNEL_GRE, "00006558" "45", -1 },
	{ "gre of version 1", GW_TUNNEL_GRE, "00010800" "45", -1 },
	{ "gre with routing", GW_TUNNEL_GRE, "40000800" "00000000" "45", -1 },
	{ "gre with a reserved bit that may not be set", GW_TUNNEL_GRE, "04000800" "45", -1 },
	{ "gre with a reserved bit that may be set", GW_TUNNEL_GRE, "02000800" "45", 4 },
	{ "gre with nothing inside", GW_TUNNEL_GRE, "00000800", -1 },
	{ "gre that ends in its key", GW_TUNNEL_GRE, "20000800" "0000", -1 },
	{ "gre that ends in its header", GW_TUNNEL_GRE, "0000", -1 },
	{ "ipip, IPv4 inside", GW_TUNNEL_IPIP, "45", 0 },
	{ "ipip, IPv6 inside", GW_TUNNEL_IPIP, "60", 0 },
	{ "ipip, something else inside", GW_TUNNEL_IPIP, "00", -1 },
	{ "ipip with nothing inside", GW_TUNNEL_IPIP, "", -1 },
	{ "gue of variant 1, IPv4 inside", GW_TUNNEL_GUE, "45", 0 },
	{ "gue of variant 1, IPv6 inside", GW_TUNNEL_GUE, "60", 0 },
	{ "gue of variant 0", GW_TUNNEL_GUE, "00040000" "45", -1 },
	{ "gue of variant 1, version 5 inside", GW_TUNNEL_GUE, "50", -1 },
};

/* Of just that length, so that the sanitizer sees a byte read too many. */
static uint8_t *bytes_of(const char *hex, size_t *length)
{
	uint8_t *bytes;

	*length = strlen(hex) / 2;
	bytes = malloc(*length);
	for (size_t i = 0; i < *length; i++) {
		unsigned int byte;

		CHECK(sscanf(hex + 2 * i, "%2x", &byte) == 1);
		bytes[i] = (uint8_t)byte;
	}
	return bytes;
}

static void every_row(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t length;
		uint8_t *bytes = bytes_of(rows[i].hex, &length);
		int inner = gw_decap_inner(rows[i].tunnel, bytes, length);

		free(bytes);
		if (inner == rows[i].inner)
			continue;
		fprintf(stderr, "%s: begins at %d, not %d\n", rows[i].sentence, inner,
			rows[i].inner);
		exit(1);
	}
}

static const struct test tests[] = {
	{ "the inner packet is found, or the packet is not taken", every_row },
};
MAIN(tests)
