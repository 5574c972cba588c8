/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as what the kernel answered. */
#include <stdlib.h>

#include "messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_all(const struct nlmsghdr *message, void *context)
{
	struct gw_neighbour neighbour;
	struct gw_route route = { .family = 4 };
	int rc = gw_netlink_route(message, &route);

	(void)context;
	CHECK(rc == 1 || rc <= 0);
	CHECK(route.via_family == 0 || route.via_family == 4 || route.via_family == 6);
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct gw_route best = { .family = family, .is_default = 1 };

		rc = gw_netlink_default(message, &best);
		CHECK(rc != 1 || best.index);
	}
	rc = gw_netlink_neighbour(message, &neighbour);
	CHECK(rc != 1 || ((neighbour.family == 4 || neighbour.family == 6) && neighbour.state));
	CHECK(gw_netlink_code(message) <= 0);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	int rc;

	CHECK(copy);
	memcpy(copy, data, size);
	rc = gw_netlink_each(copy, size, read_all, NULL);
	CHECK(rc <= 0);
	free(copy);
	return 0;
}
