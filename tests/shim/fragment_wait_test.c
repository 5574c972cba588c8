/* SPDX-License-Identifier: Apache-2.0 */
#include "fragments.h"

static void later_ones_wait(void)
{
	steps_start();
	add_udp4(7, LAST);
	add_udp4(8, LAST);
	add_udp4(7, MIDDLE);
	CHECK_EQUAL(run(), 3);
	clear();
	CHECK_EQUAL(take(), 0);
	CHECK_EQUAL(held_of(STEPS_PORT), 3);
	add_udp4(7, FIRST);
	CHECK_EQUAL(run(), 0);
	check_burst(17, 4000, 53);
	CHECK_EQUAL(take(), 2);
	CHECK_EQUAL(burst[0].ip_len, 40); /* in order of arrival: the last, the middle */
	CHECK_EQUAL(burst[1].ip_len, 60);
	check_burst(17, 4000, 53);
	CHECK_EQUAL(take(), 0);
	CHECK_EQUAL(worker.counters[GW_HELD_FRAGMENT], 1);
	CHECK_EQUAL(held_of(STEPS_PORT), 1);
	add_udp4(8, FIRST);
	run();
	clear();
	CHECK_EQUAL(take(), 1);
	check_burst(17, 4000, 53);
	CHECK_EQUAL(worker.counters[GW_HELD_FRAGMENT], 0);
	steps_end();
}

static void waiting_ends(void)
{
	steps_start();
	add_udp4(7, LAST);
	CHECK_EQUAL(run(), 1);
	clear();
	worker.now += GW_HELD_SECONDS;
	CHECK_EQUAL(take(), 0);
	add_tcp6(7, LAST);
	CHECK_EQUAL(run(), 1);
	clear();
	worker.now++;
	CHECK_EQUAL(take(), 1);
	CHECK_EQUAL(burst[0].family, 4);
	CHECK_EQUAL(burst[0].verdict, GW_DROP_FRAGMENT);
	clear();
	CHECK_EQUAL(take(), 0);
	add_udp4(7, LAST); /* and then others wait as before */
	CHECK_EQUAL(run(), 1);
	clear();
	worker.now++;
	CHECK_EQUAL(take(), 1);
	CHECK_EQUAL(burst[0].family, 6);
	clear();
	CHECK_EQUAL(take(), 0);
	worker.now++;
	CHECK_EQUAL(take(), 1);
	CHECK_EQUAL(burst[0].verdict, GW_DROP_FRAGMENT);
	clear();
	CHECK_EQUAL(worker.counters[GW_HELD_FRAGMENT], 0);
	steps_end();
}

/* Later fragments of datagram `id`, one after the other; how many of them may wait. */
static uint32_t flood(uint16_t id, uint32_t count)
{
	uint32_t held = 0;

	for (uint32_t i = 0; i < count; i++) {
		add_udp4(id, LAST);
		held += run();
		CHECK(burst[0].verdict == GW_HELD_FRAGMENT ||
		      burst[0].verdict == GW_DROP_FRAGMENT);
		clear();
	}
	return held;
}

static void only_so_many_wait(void)
{
	uint32_t released = 0;

	steps_start();
	CHECK_EQUAL(flood(1, 100), GW_HELD_EACH);
	CHECK_EQUAL(flood(2, 10), 10);
	CHECK_EQUAL(flood(3, 100), GW_HELD_MOST - GW_HELD_EACH - 10);
	CHECK_EQUAL(flood(4, 1), 0);
	add_udp4(1, FIRST);
	run();
	clear();
	while (take()) {
		released += size;
		check_burst(17, 4000, 53);
	}
	CHECK_EQUAL(released, GW_HELD_EACH);
	CHECK_EQUAL(flood(4, 100), GW_HELD_EACH);
	worker.now += 2;
	for (released = 0; take(); clear())
		released += size;
	CHECK_EQUAL(released, GW_HELD_MOST);
	CHECK_EQUAL(worker.counters[GW_HELD_FRAGMENT], 0);
	steps_end();
}

static void of_one_port(void)
{
	steps_start();
	for (int i = 0; i < 40; i++) {
		add_udp4(7, LAST);
		burst[0].port = i % 4 == 1 ? STEPS_OUT : STEPS_PORT;
		CHECK_EQUAL(run(), 1);
		clear();
	}
	add_udp4(7, FIRST);
	run();
	clear();
	CHECK_EQUAL(take(), 30);
	CHECK_EQUAL(burst[29].port, STEPS_PORT);
	CHECK_EQUAL(held_of(STEPS_PORT), 0);
	CHECK_EQUAL(held_of(STEPS_OUT), 10);
	clear();
	add_udp4(8, LAST); /* a burst in between: who comes with it waits as ever */
	CHECK_EQUAL(run(), 1);
	clear();
	CHECK_EQUAL(take(), 10);
	CHECK_EQUAL(burst[9].port, STEPS_OUT);
	clear();
	CHECK_EQUAL(take(), 0);
	CHECK_EQUAL(held_of(STEPS_OUT), 0);
	add_udp4(8, FIRST);
	run();
	clear();
	CHECK_EQUAL(take(), 1);
	clear();
	steps_end();
}

/* A fragment of datagram `n` of many. */
static void numbered(struct frame *f, uint32_t n, int part)
{
	udp4(f, (uint16_t)n, part);
	f->bytes[14 + 15] = (uint8_t)(n >> 16);
	frame_resum(f);
}

static void flood_of_first_ones(void)
{
	const uint32_t most = 200000; /* more than any table holds */
	struct frame f;

	steps_start();
	add_tcp6(5, LAST);
	CHECK_EQUAL(run(), 1);
	clear();
	for (uint32_t n = 0; n < most; n++) {
		numbered(&f, n, FIRST);
		add(&f);
		if (size == GW_BURST) {
			CHECK_EQUAL(run(), 0);
			clear();
		}
	}
	for (uint32_t n = most - 500; n < most; n++) {
		numbered(&f, n, LAST);
		CHECK(is_known(&f));
	}
	add_tcp6(5, FIRST);
	run();
	clear();
	CHECK_EQUAL(take(), 1);
	check_burst(6, 4000, 443);
	steps_end();
}

static void in_use(void)
{
	struct frame f, used;

	steps_start();
	add_tcp6(5, FIRST);
	run();
	clear();
	tcp6(&used, 5, LAST);
	for (uint32_t n = 0; n < 30000; n++) {
		numbered(&f, n, FIRST);
		add(&f);
		run();
		clear();
		if (n % 500 == 0)
			CHECK(is_known(&used));
	}
	steps_end();
}

static void peeking(void)
{
	void *buffers[GW_HELD_MOST];

	steps_start();
	worker.peek = true;
	add_udp4(7, LAST);
	CHECK_EQUAL(run(), 1);
	steps_free(&burst[0]); /* still whose it was */
	size = 0;
	CHECK_EQUAL(gw_fragments_end(&worker, buffers), 0);
	add_udp4(7, FIRST);
	CHECK_EQUAL(run(), 0);
	clear();
	add_udp4(7, LAST);
	CHECK_EQUAL(run(), 1);
	steps_free(&burst[0]);
	size = 0;
	steps_end();
}

static void the_end(void)
{
	void *buffers[GW_HELD_MOST];

	steps_start();
	CHECK_EQUAL(flood(1, 3), 3);
	CHECK_EQUAL(flood(2, 2), 2);
	CHECK_EQUAL(gw_fragments_end(&worker, buffers), 5);
	for (int i = 0; i < 5; i++)
		free((uint8_t *)buffers[i] - STEPS_ROOM);
	CHECK_EQUAL(worker.counters[GW_HELD_FRAGMENT], 0);
	CHECK_EQUAL(worker.counters[GW_DROP_FRAGMENT], 5);
	CHECK_EQUAL(held_of(STEPS_PORT), 0);
	CHECK_EQUAL(worker.port_counters[STEPS_PORT * GW_P_STRIDE + GW_DROP_FRAGMENT], 5);
	CHECK_EQUAL(gw_fragments_end(&worker, buffers), 0);
	worker.now += 9;
	CHECK_EQUAL(take(), 0);
	steps_end();
}

static const struct test tests[] = {
	{ "later ones wait for the first, and go on in order of arrival", later_ones_wait },
	{ "nobody waits for more than two seconds", waiting_ends },
	{ "only so many wait, of one datagram and in all", only_so_many_wait },
	{ "those that go on together came in by one port", of_one_port },
	{ "a flood of first fragments pushes out the oldest, and nobody who waits",
	  flood_of_first_ones },
	{ "what is in use is not pushed out", in_use },
	{ "a trace neither holds nor learns", peeking },
	{ "at the end all are given back", the_end },
};
MAIN(tests)
