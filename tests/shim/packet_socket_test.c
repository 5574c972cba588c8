/* SPDX-License-Identifier: Apache-2.0 */
#include "packet_socket.h"

#include "check.h"

static void by_flow(void)
{
	unsigned int flags = PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG |
			     PACKET_FANOUT_FLAG_ROLLOVER;

	CHECK_EQUAL(gw_fanout_by_flow(flags << 16 | 0x1234), PACKET_FANOUT_HASH << 16 | 0x1234);
}

static void others(void)
{
	unsigned int flags = PACKET_FANOUT_CPU | PACKET_FANOUT_FLAG_UNIQUEID;

	CHECK_EQUAL(gw_fanout_by_flow(flags << 16 | 0xffff), flags << 16 | 0xffff);
}

static const struct test tests[] = {
	{ "a full ring's packets go to no other worker, and fragments stay apart", by_flow },
	{ "what else a driver asks for stays", others },
};

MAIN(tests)
