/* SPDX-License-Identifier: Apache-2.0 */
#include "nat_index.h"

#include "frames.h"
#include "nat_given.h"

#define MOST 400

/* A server as it was given to the index. */
struct given {
	uint8_t address[16], source[16], family, protocol;
	bool host; /* the VIP is one address */
	bool sticky, node;
	uint16_t port, source_port;
};

static struct given given[MOST];

static void add(struct gw_nat_index *index, const struct given *g, uint32_t slot)
{
	struct gw_nat_server server = { .address = g->address,
					.family = g->family,
					.protocol = g->protocol,
					.target_port = g->port,
					.source = g->host ? g->source : NULL,
					.source_port = g->source_port,
					.sticky = g->sticky,
					.node = g->node,
					.slot = slot };

	gw_nat_index_add(index, &server);
}

static struct gw_nat_index *index_of(uint32_t count)
{
	struct gw_nat_index *index = gw_nat_index_new(count);

	CHECK(index);
	for (uint32_t i = 0; i < count; i++)
		add(index, &given[i], i + 1);
	gw_nat_index_end(index);
	return index;
}

/* Whether packets of that protocol from that port of its address may be the server's. `all`:
 * because it serves all ports. */
static bool serves(const struct given *g, uint8_t protocol, uint16_t port, bool *all)
{
	*all = !g->port && !g->source_port;
	if (*all)
		return true;
	return port && port == (g->port ? g->port : g->source_port) &&
	       (protocol == 6 || protocol == 17) &&
	       (g->protocol == protocol || g->protocol == GW_PROTOCOL_ANY);
}

/* What the index must say, by looking at all. */
struct expected {
	bool server, entry, by_port, one, sticky;
	uint8_t source[16];
	uint16_t source_port;
};

static void one_more(struct expected *e, const struct given *g, bool first)
{
	e->sticky |= g->sticky;
	if (first) {
		e->one = g->host && !g->node;
		e->source_port = g->source_port;
		memcpy(e->source, g->source, 16);
		return;
	}
	e->one = e->one && g->host && !g->node && e->source_port == g->source_port &&
		 !memcmp(e->source, g->source, 16);
}

static struct expected expect(uint32_t count, const uint8_t *address, uint8_t family,
			      uint8_t protocol, uint16_t port)
{
	struct expected e = { .entry = false };

	for (uint32_t i = 0; i < count; i++) {
		const struct given *g = &given[i];
		bool all;

		if (g->family != family || memcmp(g->address, address, 16))
			continue;
		e.server = true;
		if (!serves(g, protocol, port, &all))
			continue;
		one_more(&e, g, !e.entry);
		e.entry = true;
		e.by_port |= !all;
	}
	return e;
}

static void random_given(uint64_t *random, struct given *g)
{
	memset(g, 0, sizeof(*g));
	g->family = next_random(random) % 2 ? 4 : 6;
	g->address[g->family == 4 ? 3 : 15] = (uint8_t)(next_random(random) % 5);
	g->source[g->family == 4 ? 3 : 15] = (uint8_t)(next_random(random) % 2);
	g->host = next_random(random) % 8;
	g->sticky = next_random(random) % 8 == 0;
	g->node = next_random(random) % 8 == 0;
	if (next_random(random) % 4) {
		static const uint8_t protocols[] = { 6, 17, GW_PROTOCOL_ANY };

		g->protocol = protocols[next_random(random) % 3];
		g->port = (uint16_t)(next_random(random) % 4);
		g->source_port = (uint16_t)(1 + next_random(random) % 2);
	} else {
		g->protocol = GW_PROTOCOL_ANY;
	}
}

static void look(const struct gw_nat_index *index, uint32_t count, const uint8_t *address,
		 uint8_t family, uint8_t protocol, uint16_t port)
{
	struct expected e = expect(count, address, family, protocol, port);
	const struct gw_nat_entry *found = gw_nat_find(index, family, protocol, address, port);

	CHECK_EQUAL(gw_nat_is_server(index, family, address), e.server);
	CHECK_EQUAL(found != NULL, e.entry);
	if (!found)
		return;
	CHECK_EQUAL(found->port != 0, e.by_port);
	CHECK_EQUAL(found->one, e.one);
	CHECK(found->server && found->server <= count);
	CHECK(!memcmp(given[found->server - 1].address, address, 16));
	CHECK_EQUAL(found->sticky, e.sticky);
	if (!e.one)
		return;
	CHECK_EQUAL(found->source_port, e.source_port);
	CHECK(!memcmp(found->source, e.source, 16));
}

static void model(void)
{
	static const uint8_t protocols[] = { 1, 6, 17, 132 };
	uint64_t random = 21;

	for (uint32_t turn = 0; turn < 400; turn++) {
		uint32_t count = turn % 30;
		struct gw_nat_index *index;

		for (uint32_t i = 0; i < count; i++)
			random_given(&random, &given[i]);
		index = index_of(count);
		for (uint32_t i = 0; i < 2 * 6 * 4 * 5; i++) {
			uint8_t family = i % 2 ? 4 : 6, address[16] = { 0 };
			uint8_t protocol = protocols[i / 12 % 4];
			bool ports = protocol == 6 || protocol == 17;

			address[family == 4 ? 3 : 15] = (uint8_t)(i / 2 % 6);
			look(index, count, address, family, protocol, ports ? i / 48 : 0);
		}
		gw_nat_index_free(index);
	}
}

static void many(void)
{
	uint32_t count = 50000;
	struct gw_nat_index *index = gw_nat_index_new(count);
	uint8_t address[16] = { 10 }, source[16] = { 90 };

	CHECK(index);
	for (uint32_t i = 0; i < count; i++) {
		set16(address + 2, i);
		give_nat(index, 4, address, 8080, GW_PROTOCOL_ANY, source, 80, i + 1);
	}
	gw_nat_index_end(index);
	for (uint32_t i = 0; i < 65536; i++) {
		const struct gw_nat_entry *e;

		set16(address + 2, i);
		e = gw_nat_find(index, 4, i % 2 ? 6 : 17, address, 8080);
		CHECK_EQUAL(e ? e->server : 0, i < count ? i + 1 : 0);
		CHECK(!gw_nat_find(index, 4, 6, address, 80));
	}
	gw_nat_index_free(index);
}

static void none(void)
{
	uint8_t address[16] = { 10 };

	CHECK(!gw_nat_find(NULL, 4, 6, address, 80));
	CHECK(!gw_nat_is_server(NULL, 4, address));
	gw_nat_index_free(NULL);
}

static const struct test tests[] = {
	{ "what a server's packets are subject to is what looking at all servers gives", model },
	{ "fifty thousand servers are found, and no others", many },
	{ "without an index nothing is found", none },
};
MAIN(tests)
