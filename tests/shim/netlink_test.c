/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "messages.h"

/* What sockets that are made have for a queue; 0: the usual one. */
static int queue_bytes;

/* In the place of the C library's. */
int socket(int domain, int type, int protocol)
{
	int fd = (int)syscall(SYS_socket, domain, type, protocol);

	if (fd >= 0 && queue_bytes)
		CHECK(!setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &queue_bytes, sizeof(queue_bytes)));
	return fd;
}

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t ip4[4] = { 10, 0, 0, 1 };
static const uint8_t ip6[16] = { 0xfe, 0x80, [15] = 1 };

static const struct rtmsg host = { .rtm_family = AF_INET, .rtm_dst_len = 32,
				   .rtm_type = RTN_UNICAST, .rtm_table = RT_TABLE_MAIN };

static struct gw_route route_in(struct messages *all, int wanted)
{
	struct gw_route route = { .family = 4 };

	CHECK_EQUAL(gw_netlink_route(last_message(all), &route), wanted);
	return route;
}

/* What Linux 6.18 answered about 10.9.1.1, whose route was made with `mtu 1400`. */
static void recorded(void)
{
	static const _Alignas(struct nlmsghdr) uint8_t bytes[] = {
		0x7c, 0x00, 0x00, 0x00, 0x18, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0xa1, 0x59,
		0x00, 0x00, 0x02, 0x20, 0x00, 0x00, 0xfe, 0x00, 0x00, 0x01, 0x00, 0x02, 0x00, 0x00,
		0x08, 0x00, 0x0f, 0x00, 0xfe, 0x00, 0x00, 0x00, 0x08, 0x00, 0x01, 0x00, 0x0a, 0x09,
		0x01, 0x01, 0x08, 0x00, 0x04, 0x00, 0x03, 0x00, 0x00, 0x00, 0x08, 0x00, 0x07, 0x00,
		0x0a, 0x00, 0x00, 0xfe, 0x08, 0x00, 0x05, 0x00, 0x0a, 0x00, 0x00, 0x01, 0x0c, 0x00,
		0x08, 0x00, 0x08, 0x00, 0x02, 0x00, 0x78, 0x05, 0x00, 0x00, 0x08, 0x00, 0x19, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x24, 0x00, 0x0c, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	};
	struct gw_route route = { .family = 4 };

	CHECK_EQUAL(sizeof(bytes), 0x7c);
	CHECK_EQUAL(gw_netlink_route((const void *)bytes, &route), 1);
	CHECK_EQUAL(route.type, RTN_UNICAST);
	CHECK_EQUAL(route.index, 3);
	CHECK_EQUAL(route.mtu, 1400);
	CHECK_EQUAL(route.via_family, 4);
	CHECK(!memcmp(route.via, ip4, 4) && !route.via[4] && !route.via[15]);
}

static void on_link(void)
{
	struct messages all = { 0 };
	struct gw_route route;

	add_message(&all, RTM_NEWROUTE, &host, sizeof(host));
	add_number(&all, RTA_OIF, 9);
	route = route_in(&all, 1);
	CHECK_EQUAL(route.index, 9);
	CHECK_EQUAL(route.via_family, 0);
	CHECK_EQUAL(route.mtu, 0);
}

static void other_family(void)
{
	struct messages all = { 0 };
	uint8_t via[2 + 16] = { AF_INET6 };
	struct gw_route route;

	memcpy(via + 2, ip6, 16);
	add_message(&all, RTM_NEWROUTE, &host, sizeof(host));
	add_attribute(&all, RTA_VIA, via, sizeof(via));
	add_number(&all, RTA_OIF, 9);
	route = route_in(&all, 1);
	CHECK_EQUAL(route.via_family, 6);
	CHECK(!memcmp(route.via, ip6, 16));
}

/* A gateway whose size is not that of its family is none. */
static void odd_gateway(void)
{
	struct messages all = { 0 };
	uint8_t via[2 + 5] = { AF_INET6 };

	add_message(&all, RTM_NEWROUTE, &host, sizeof(host));
	add_attribute(&all, RTA_GATEWAY, ip6, 5);
	add_attribute(&all, RTA_VIA, via, sizeof(via));
	CHECK_EQUAL(route_in(&all, 1).via_family, 0);
	add_attribute(&all, RTA_VIA, via, 1);
	CHECK_EQUAL(route_in(&all, 1).via_family, 0);
}

struct ways {
	struct rtnexthop dead, first;
	struct rtattr gateway;
	uint8_t via[4];
	struct rtnexthop second;
};

static const struct ways ways = {
	{ .rtnh_len = sizeof(struct rtnexthop), .rtnh_flags = RTNH_F_DEAD, .rtnh_ifindex = 4 },
	{ .rtnh_len = sizeof(struct rtnexthop) + 8, .rtnh_ifindex = 5 },
	{ .rta_len = 8, .rta_type = RTA_GATEWAY },
	{ 10, 0, 0, 1 },
	{ .rtnh_len = sizeof(struct rtnexthop), .rtnh_ifindex = 6 },
};

static void several_ways(void)
{
	struct messages all = { 0 };
	struct ways wrong = ways;
	struct gw_route route;

	add_message(&all, RTM_NEWROUTE, &host, sizeof(host));
	add_attribute(&all, RTA_MULTIPATH, &ways, sizeof(ways));
	route = route_in(&all, 1);
	CHECK_EQUAL(route.index, 5);
	CHECK(route.via_family == 4 && !memcmp(route.via, ip4, 4));
	for (uint16_t length = 0; length < 100; length++) {
		wrong.dead.rtnh_len = length;
		add_attribute(&all, RTA_MULTIPATH, &wrong, sizeof(wrong));
		if (length < sizeof(struct rtnexthop) || length > sizeof(wrong))
			route_in(&all, -EBADMSG);
		all.length -= RTA_SPACE(sizeof(wrong));
	}
}

static void defaults(void)
{
	struct rtmsg more = { .rtm_family = AF_INET, .rtm_dst_len = 8, .rtm_type = RTN_UNICAST,
			      .rtm_table = RT_TABLE_MAIN };
	struct messages all = { 0 };
	struct gw_route route = { .family = 4, .is_default = 1 };

	add_default4(&all, 200, 3, 9);
	CHECK_EQUAL(gw_netlink_default(last_message(&all), &route), 1);
	add_default4(&all, 100, 4, 1);
	CHECK_EQUAL(gw_netlink_default(last_message(&all), &route), 1);
	add_default4(&all, 100, 5, 2);
	CHECK_EQUAL(gw_netlink_default(last_message(&all), &route), 0);
	add_default4(&all, 1, 0, 3); /* refuses: no device */
	CHECK_EQUAL(gw_netlink_default(last_message(&all), &route), 0);
	add_message(&all, RTM_NEWROUTE, &more, sizeof(more));
	add_number(&all, RTA_OIF, 6);
	CHECK_EQUAL(gw_netlink_default(last_message(&all), &route), 0);
	CHECK_EQUAL(route.index, 4);
	CHECK_EQUAL(route.metric, 100);
	CHECK_EQUAL(route.via[3], 1);
	route = (struct gw_route){ .family = 6, .is_default = 1 };
	CHECK_EQUAL(gw_netlink_default(last_message(&all), &route), 0);
}

/* Of another table, or for packets of one kind of service alone. */
static void other_defaults(void)
{
	struct rtmsg head = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST,
			      .rtm_table = RT_TABLE_MAIN, .rtm_tos = 16 };
	struct messages all = { 0 };
	struct gw_route route = { .family = 4, .is_default = 1 };

	add_message(&all, RTM_NEWROUTE, &head, sizeof(head));
	add_number(&all, RTA_OIF, 6);
	CHECK_EQUAL(gw_netlink_default(last_message(&all), &route), 0);
	head.rtm_tos = 0;
	add_message(&all, RTM_NEWROUTE, &head, sizeof(head));
	add_number(&all, RTA_OIF, 6);
	add_number(&all, RTA_TABLE, 1000);
	CHECK_EQUAL(gw_netlink_default(last_message(&all), &route), 0);
	add_number(&all, RTA_TABLE, RT_TABLE_MAIN);
	CHECK_EQUAL(gw_netlink_default(last_message(&all), &route), 1);
}

static void neighbours(void)
{
	struct messages all = { 0 };
	struct gw_neighbour found;

	add_neighbour(&all, AF_INET, NUD_STALE, ip4, mac);
	CHECK_EQUAL(gw_netlink_neighbour(last_message(&all), &found), 1);
	CHECK(found.family == 4 && found.state == NUD_STALE && found.index == 7);
	CHECK(found.has_mac && !memcmp(found.mac, mac, 6) && !memcmp(found.address, ip4, 4));
	add_neighbour(&all, AF_INET6, NUD_FAILED, ip6, NULL);
	CHECK_EQUAL(gw_netlink_neighbour(last_message(&all), &found), 1);
	CHECK(found.family == 6 && !found.has_mac && !memcmp(found.address, ip6, 16));
	add_neighbour(&all, AF_INET, NUD_NONE, ip4, mac);
	CHECK_EQUAL(gw_netlink_neighbour(last_message(&all), &found), 0);
	add_neighbour(&all, AF_BRIDGE, NUD_PERMANENT, ip6, mac);
	CHECK_EQUAL(gw_netlink_neighbour(last_message(&all), &found), 0);
	CHECK_EQUAL(gw_netlink_route(last_message(&all), &(struct gw_route){ 0 }), 0);
}

/* An address of an InfiniBand card is longer than a MAC address, one of a tunnel is empty. */
static void odd_stations(void)
{
	struct ndmsg head = { .ndm_family = AF_INET, .ndm_state = NUD_REACHABLE };
	uint8_t long_mac[20] = { 1 };
	struct messages all = { 0 };
	struct gw_neighbour found;

	for (size_t size = 0; size <= sizeof(long_mac); size++) {
		all.length = 0;
		add_message(&all, RTM_NEWNEIGH, &head, sizeof(head));
		add_attribute(&all, NDA_DST, ip4, 4);
		add_attribute(&all, NDA_LLADDR, long_mac, size);
		CHECK_EQUAL(gw_netlink_neighbour(last_message(&all), &found), 1);
		CHECK_EQUAL(found.has_mac, size == 6);
	}
	add_message(&all, RTM_NEWNEIGH, &head, sizeof(head));
	CHECK_EQUAL(gw_netlink_neighbour(last_message(&all), &found), 0);
	add_attribute(&all, NDA_DST, ip6, 16);
	CHECK_EQUAL(gw_netlink_neighbour(last_message(&all), &found), 0);
}

static int read_all(const struct nlmsghdr *message, void *context)
{
	struct gw_route route = { .family = 4 }, best = route;
	struct gw_neighbour neighbour;

	++*(uint32_t *)context;
	gw_netlink_code(message);
	gw_netlink_route(message, &route);
	gw_netlink_default(message, &best);
	gw_netlink_neighbour(message, &neighbour);
	return 0;
}

/* In memory of just that size, where the sanitizer sees each byte beyond. */
static int read_part(const uint8_t *bytes, size_t size, uint32_t *count)
{
	uint8_t *copy = malloc(size ? size : 1);
	int rc;

	CHECK(copy);
	memcpy(copy, bytes, size);
	*count = 0;
	rc = gw_netlink_each(copy, size, read_all, count);
	free(copy);
	return rc;
}

static struct messages some_of_each(void)
{
	struct messages all = { 0 };
	uint8_t via[2 + 16] = { AF_INET6 };

	add_default4(&all, 100, 3, 1);
	add_neighbour(&all, AF_INET6, NUD_REACHABLE, ip6, mac);
	add_message(&all, RTM_NEWROUTE, &host, sizeof(host));
	add_attribute(&all, RTA_MULTIPATH, &ways, sizeof(ways));
	add_message(&all, RTM_NEWROUTE, &host, sizeof(host));
	add_attribute(&all, RTA_VIA, via, sizeof(via));
	add_attribute(&all, RTA_METRICS, "\x08\0\x02\0\x78\x05\0\0", 8);
	return all;
}

static void cut_short(void)
{
	struct messages all = some_of_each();
	uint32_t count, ends = 0;

	for (uint32_t size = 0; size <= all.length; size++)
		ends += !read_part(all.bytes, size, &count);
	CHECK_EQUAL(ends, 5); /* after none, and after each of the four */
	CHECK_EQUAL(count, 4);
}

/* Every byte as every other: lengths that lie among them. */
static void any_byte(void)
{
	struct messages all = some_of_each();
	uint32_t count;

	for (uint32_t at = 0; at < all.length; at++) {
		uint8_t was = all.bytes[at];

		for (uint32_t value = 0; value < 256; value++) {
			all.bytes[at] = (uint8_t)value;
			read_part(all.bytes, all.length, &count);
			CHECK(count <= all.length / sizeof(struct nlmsghdr));
		}
		all.bytes[at] = was;
	}
}

static void attribute_too_long(void)
{
	struct messages all = { 0 };
	struct rtattr longer = { .rta_len = 64, .rta_type = RTA_GATEWAY }, none = { .rta_len = 3 };

	add_message(&all, RTM_NEWROUTE, &host, sizeof(host));
	add_bytes(&all, &longer, sizeof(longer));
	route_in(&all, -EBADMSG);
	all.length = 0;
	add_message(&all, RTM_NEWROUTE, &host, sizeof(host));
	add_bytes(&all, &none, sizeof(none));
	route_in(&all, -EBADMSG);
	all.length = 0;
	add_message(&all, RTM_NEWROUTE, &host, 8);
	route_in(&all, -EBADMSG);
}

static void codes(void)
{
	int code = -ENETUNREACH;
	struct messages all = { 0 };

	add_message(&all, NLMSG_ERROR, &code, sizeof(code));
	CHECK(gw_netlink_code(last_message(&all)) == -ENETUNREACH);
	code = 0;
	add_message(&all, NLMSG_DONE, &code, sizeof(code));
	CHECK_EQUAL(gw_netlink_code(last_message(&all)), 0);
	add_message(&all, NLMSG_DONE, &code, 0);
	CHECK_EQUAL(gw_netlink_code(last_message(&all)), 0);
	add_message(&all, NLMSG_ERROR, &code, 0);
	CHECK(gw_netlink_code(last_message(&all)) == -EBADMSG);
}

/* Whatever routes this machine has: loopback is local, if there at all. */
static void real(void)
{
	struct gw_route routes[100] = { 0 };
	struct gw_neighbour few[1];
	char err[GW_ERR_SIZE] = "";

	for (uint32_t i = 0; i < 98; i++) {
		routes[i].family = 4;
		memcpy(routes[i].address, (uint8_t[]){ 127, 0, 0, (uint8_t)i }, 4);
	}
	routes[98] = (struct gw_route){ .family = 4, .is_default = 1 };
	routes[99] = (struct gw_route){ .family = 6, .is_default = 1 };
	CHECK_EQUAL(gw_routes(routes, 100, err), 0);
	for (uint32_t i = 2; i < 98; i++) {
		CHECK_EQUAL(routes[i].type, routes[1].type);
		CHECK_EQUAL(routes[i].index, routes[1].index);
	}
	CHECK(!routes[1].type || routes[1].type == RTN_UNICAST ||
	      !strcmp(routes[1].dev, "lo"));
	CHECK(gw_neighbours(few, 0, err) >= 0);
	CHECK_EQUAL(gw_routes(routes, 0, err), 0);
	routes[7].family = 5;
	CHECK(gw_routes(routes, 8, err) == -EINVAL && strstr(err, "IPv5"));
}

static void small_queue(void)
{
	struct gw_route routes[100] = { 0 }, again[100];
	char err[GW_ERR_SIZE] = "";

	for (uint32_t i = 0; i < 100; i++) {
		routes[i].family = 4;
		memcpy(routes[i].address, (uint8_t[]){ 127, 0, (uint8_t)(i % 2), 1 }, 4);
	}
	memcpy(again, routes, sizeof(again));
	CHECK_EQUAL(gw_routes(routes, 100, err), 0);
	queue_bytes = 1;
	CHECK_EQUAL(gw_routes(again, 100, err), 0);
	queue_bytes = 0;
	CHECK(!memcmp(routes, again, sizeof(again)));
}

static const struct test tests[] = {
	{ "what a kernel said of a route is read", recorded },
	{ "a route on the link has no gateway", on_link },
	{ "a gateway may be of the other family", other_family },
	{ "a gateway of another size is none", odd_gateway },
	{ "of several ways the first that is not dead counts", several_ways },
	{ "of default routes the first with the least metric counts", defaults },
	{ "default routes of other tables and services do not count", other_defaults },
	{ "neighbours of both families are read", neighbours },
	{ "only MAC addresses of six bytes are taken", odd_stations },
	{ "what is cut short is refused, and not read beyond", cut_short },
	{ "no byte makes it read beyond", any_byte },
	{ "an attribute longer than its message is refused", attribute_too_long },
	{ "an error is told from success", codes },
	{ "the kernel of this machine answers each question", real },
	{ "what does not fit the socket's queue is asked again", small_queue },
};

MAIN(tests)
