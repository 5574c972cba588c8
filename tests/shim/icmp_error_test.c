/* SPDX-License-Identifier: Apache-2.0 */
#include "icmp_steps.h"

#define ROUTER "198.51.100.1"

/* An error about a packet that a server sent from the VIP to the client. */
static void about(const struct frame *error, uint8_t protocol, uint16_t src, uint16_t dst)
{
	struct gw_packet p = run(error);

	CHECK_EQUAL(p.verdict, GW_FORWARDED);
	CHECK_EQUAL(p.special, GW_IS_ICMP | GW_IS_ERROR);
	CHECK_EQUAL(p.protocol, protocol);
	CHECK_EQUAL(p.src_port, src);
	CHECK_EQUAL(p.dst_port, dst);
	CHECK(!memcmp(p.data, error->bytes, error->length));
	steps_free(&p);
}

static void errors_of_flows(void)
{
	static const uint8_t types[] = { 3, 4, 5, 11, 12 };
	struct frame f, quoted;

	steps_start();
	for (int i = 0; i < 5; i++) {
		for (uint32_t bytes = 8; bytes <= 60; bytes += 26) {
			frame_ip4(&quoted, 0, VIP, CLIENT, 6, 443, 50000, 0, 60);
			frame_error(&f, ROUTER, VIP, types[i], 4, &quoted, 20 + bytes);
			about(&f, 6, 50000, 443);
			frame_ip4(&quoted, 0, VIP, CLIENT, 17, 53, 50000, 2, 60);
			frame_error(&f, ROUTER, VIP, types[i], 1, &quoted, 28 + bytes);
			about(&f, 17, 50000, 53);
		}
	}
	for (uint8_t type = 1; type <= 4; type++) {
		frame_ip6(&quoted, 0, VIP6, CLIENT6, 6, NULL, 0, 443, 50000, 60);
		frame_error(&f, "2001:db8::1", VIP6, type, 0, &quoted, 48);
		about(&f, 6, 50000, 443);
	}
	frame_ip4(&quoted, 0, "192.0.2.10", CLIENT, 17, 7000, 50000, 0, 60); /* a node port */
	frame_error(&f, ROUTER, "192.0.2.10", 3, 3, &quoted, 28);
	about(&f, 17, 50000, 7000);
	frame_ip4(&quoted, 0, VIP, CLIENT, 50, 443, 50000, 0, 60); /* a protocol without ports */
	frame_error(&f, ROUTER, VIP, 3, 3, &quoted, 28);
	about(&f, 50, 0, 0);
	steps_end();
}

static void errors_of_nobody(void)
{
	struct frame f, quoted, later;

	steps_start();
	frame_ip4(&quoted, 0, "90.1.2.4", CLIENT, 6, 443, 50000, 0, 60);
	frame_error(&f, ROUTER, VIP, 3, 4, &quoted, 28); /* another address sent it */
	goes_on(&f);
	frame_ip4(&quoted, 0, "192.0.2.11", CLIENT, 6, 443, 50000, 0, 60);
	frame_error(&f, ROUTER, "192.0.2.11", 3, 4, &quoted, 28); /* no VIP */
	goes_on(&f);
	frame_ip4(&quoted, 0, VIP, CLIENT, 6, 443, 50000, 0, 60);
	frame_error(&f, ROUTER, VIP, 3, 4, &quoted, 27); /* too short for ports, and a header */
	goes_on(&f);
	frame_error(&f, ROUTER, VIP, 3, 4, &quoted, 19);
	goes_on(&f);
	fragment_ip4(&later, &quoted, 7, 24, 36); /* a later fragment does not show its ports */
	frame_error(&f, ROUTER, VIP, 11, 1, &later, 48);
	goes_on(&f);
	steps_end();
}

static const struct test tests[] = {
	{ "an error about a flow is known by 8 bytes of its quote", errors_of_flows },
	{ "an error that quotes no packet of the VIP, or not enough of it, goes on as it came",
	  errors_of_nobody },
};
MAIN(tests)
