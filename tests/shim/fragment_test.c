/* SPDX-License-Identifier: Apache-2.0 */
#include "fragments.h"
#include "nat_given.h"

static void first_comes_first(void)
{
	steps_start();
	add_udp4(7, FIRST);
	CHECK_EQUAL(run(), 0);
	check_burst(17, 4000, 53);
	add_udp4(7, MIDDLE);
	add_udp4(7, LAST);
	CHECK_EQUAL(run(), 0);
	check_burst(17, 4000, 53);
	add_tcp6(7, FIRST);
	CHECK_EQUAL(run(), 0);
	clear();
	add_tcp6(7, LAST);
	CHECK_EQUAL(run(), 0);
	check_burst(6, 4000, 443);
	CHECK_EQUAL(take(), 0);
	steps_end();
}

static void any_order_in_a_burst(void)
{
	static const int orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					  { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

	steps_start();
	for (uint32_t o = 0; o < 6; o++) {
		for (int i = 0; i < 3; i++)
			add_udp4((uint16_t)o, orders[o][i]);
		CHECK_EQUAL(run(), 0);
		check_burst(17, 4000, 53);
		for (int i = 0; i < 3; i++)
			add_tcp6(o, orders[o][i]);
		CHECK_EQUAL(run(), 0);
		check_burst(6, 4000, 443);
	}
	steps_end();
}

static void told_apart(void)
{
	struct frame f;
	uint8_t *ip = f.bytes + 14;

	steps_start();
	add_udp4(7, FIRST);
	add_tcp6(0x10007, FIRST);
	run();
	clear();
	udp4(&f, 7, LAST);
	CHECK(is_known(&f));
	for (int at = 0; at < 5; at++) {
		static const int bytes[] = { 4, 5, 9, 15, 19 }; /* id, protocol, addresses */

		udp4(&f, 7, LAST);
		ip[bytes[at]] = bytes[at] == 9 ? 6 : ip[bytes[at]] + 1;
		frame_resum(&f);
		CHECK(!is_known(&f));
	}
	tcp6(&f, 0x10007, LAST);
	CHECK(is_known(&f));
	for (int at = 0; at < 4; at++) {
		static const int bytes[] = { 44, 47, 23, 39 };

		tcp6(&f, 0x10007, LAST);
		ip[bytes[at]]++;
		CHECK(!is_known(&f));
	}
	worker.now += 9;
	while (take())
		clear();
	steps_end();
}

/* An IPv6 datagram of `protocol` in two fragments: two extension headers stand before the fragment
 * header, and one behind it. */
static void behind_headers(struct frame *first, struct frame *last, uint8_t protocol)
{
	uint8_t ext[32] = { 43, [8] = 60, 1, [24] = protocol }; /* hop by hop, routing, options */
	struct frame whole;

	frame_ip6(&whole, 1, CLIENT6, VIP6, 0, ext, 32, 4000, 53, 100);
	fragment_ip6(first, &whole, 24, 48, 9, 0, 64);
	fragment_ip6(last, &whole, 24, 48, 9, 64, 44);
}

static void behind_extension_headers(void)
{
	struct frame first, last;

	steps_start();
	behind_headers(&first, &last, 17);
	add(&last);
	CHECK_EQUAL(burst[0].protocol, 60);
	add(&first);
	CHECK_EQUAL(run(), 0);
	check_burst(17, 4000, 53);
	behind_headers(&first, &last, 58); /* the protocol is all that there is to know */
	add(&last);
	add(&first);
	CHECK_EQUAL(run(), 0);
	check_burst(58, 0, 0);
	steps_end();
}

static void without_ports(void)
{
	static const uint8_t protocols[] = { 1, 47, 50, 132 };
	struct frame whole, f;

	steps_start();
	for (int i = 0; i < 4; i++) {
		frame_ip4(&whole, 0, CLIENT, VIP, protocols[i], 0, 0, 0, 100);
		fragment_ip4(&f, &whole, 7, 40, 60);
		add(&f);
		CHECK_EQUAL(run(), 0);
		check_burst(protocols[i], 0, 0);
		frame_ip6(&whole, 0, CLIENT6, VIP6, protocols[i], NULL, 0, 0, 0, 100);
		fragment_ip6(&f, &whole, 0, 6, 7, 40, 60);
		add(&f);
		CHECK_EQUAL(run(), 0);
		check_burst(protocols[i], 0, 0);
	}
	steps_end();
}

/* A later fragment from one address to another: whether it waits. */
static bool waits(const char *src, const char *dst, uint8_t port)
{
	struct frame whole, f;
	bool ip6 = strchr(src, ':');
	uint32_t held;

	if (ip6) {
		frame_ip6(&whole, 0, src, dst, 17, NULL, 0, 53, 4000, 100);
		fragment_ip6(&f, &whole, 0, 6, 7, 40, 60);
	} else {
		frame_ip4(&whole, 0, src, dst, 17, 53, 4000, 0, 100);
		fragment_ip4(&f, &whole, 7, 40, 60);
	}
	add(&f);
	burst[0].port = port;
	held = run();
	CHECK(held || burst[0].verdict == GW_FORWARDED);
	clear();
	return held;
}

static void others_are_left(void)
{
	uint8_t server[16] = { 10, 0, 0, 1 }, server6[16];

	steps_start();
	address(6, "2001:db8:1::1", server6);
	CHECK(waits(CLIENT, VIP, STEPS_PORT) && waits(CLIENT, "192.0.2.10", STEPS_PORT));
	CHECK(!waits(CLIENT, "192.0.2.11", STEPS_PORT));
	CHECK(!waits("10.0.0.1", CLIENT, STEPS_OUT));
	snapshot.nat = gw_nat_index_new(2);
	CHECK(snapshot.nat);
	give_nat(snapshot.nat, 4, server, 53, 17, server, 53, 1);
	give_nat(snapshot.nat, 6, server6, 53, 17, server6, 53, 2);
	CHECK(!waits("10.0.0.1", CLIENT, STEPS_OUT));
	snapshot.ports[1].flags = GW_PORT_SNAT4;
	CHECK(waits("10.0.0.1", CLIENT, STEPS_OUT));
	CHECK(!waits("10.0.0.1", CLIENT, STEPS_PORT));
	CHECK(!waits("10.0.0.2", CLIENT, STEPS_OUT));
	CHECK(!waits("2001:db8:1::1", CLIENT6, STEPS_OUT));
	snapshot.ports[1].flags = GW_PORT_SNAT6;
	CHECK(waits("2001:db8:1::1", CLIENT6, STEPS_OUT));
	worker.now += 9;
	while (take())
		clear();
	gw_nat_index_free(snapshot.nat);
	steps_end();
}

static void known_for_a_while(void)
{
	struct frame f;

	steps_start();
	add_udp4(7, FIRST);
	run();
	clear();
	udp4(&f, 7, LAST);
	for (int i = 0; i < 4; i++) {
		worker.now += GW_FRAGMENT_SECONDS;
		CHECK(is_known(&f));
	}
	worker.now += GW_FRAGMENT_SECONDS + 1;
	CHECK(!is_known(&f));
	worker.now += 9;
	CHECK_EQUAL(take(), 1);
	clear();
	steps_end();
}

/* Swaps two random fragments so often that all orders are likely. */
static void shuffle(uint16_t *order, uint32_t count, uint64_t *random)
{
	for (uint32_t i = count; i > 1; i--) {
		uint32_t with = (uint32_t)(next_random(random) % i);
		uint16_t other = order[with];

		order[with] = order[i - 1];
		order[i - 1] = other;
	}
}

static void all_orders(void)
{
	uint64_t random = 5;

	steps_start();
	for (uint32_t turn = 0; turn < 300; turn++) {
		uint16_t order[60], passed = 0;

		for (uint16_t i = 0; i < 60; i++)
			order[i] = i;
		shuffle(order, 60, &random);
		for (uint32_t i = 0; i < 60;) {
			uint32_t most = 1 + (uint32_t)(next_random(&random) % GW_BURST);

			for (; size < most && i < 60; i++)
				add_udp4((uint16_t)(turn * 20 + order[i] / 3), order[i] % 3);
			passed += size - run();
			clear();
			while (take()) {
				passed += size;
				check_burst(17, 4000, 53);
			}
		}
		CHECK_EQUAL(passed, 60);
	}
	CHECK_EQUAL(worker.counters[GW_HELD_FRAGMENT], 0);
	steps_end();
}

static const struct test tests[] = {
	{ "later fragments get the ports of the first one", first_comes_first },
	{ "within a burst the first one may come last", any_order_in_a_burst },
	{ "datagrams are told apart by all that makes them different", told_apart },
	{ "IPv6 fragments are found behind extension headers, and what follows them",
	  behind_extension_headers },
	{ "protocols without ports go on at once", without_ports },
	{ "fragments that are not for a VIP, nor from a server that translates, go on at once",
	  others_are_left },
	{ "ports are known for a while after the last fragment", known_for_a_while },
	{ "whatever the order and the bursts, every fragment gets its ports", all_orders },
};
MAIN(tests)
