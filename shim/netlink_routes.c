/* SPDX-License-Identifier: Apache-2.0 */
/* How the kernel would send packets: to addresses, and by its default routes. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"
#include "netlink.h"

static size_t address_size(uint8_t family)
{
	return family == 4 ? 4 : 16;
}

static uint8_t af(uint8_t family)
{
	return family == 4 ? AF_INET : AF_INET6;
}

static size_t write_question(void *context, uint32_t index, struct gw_netlink_question *question)
{
	const struct gw_route *route = &((const struct gw_route *)context)[index];
	size_t size = address_size(route->family);
	struct rtmsg head = { .rtm_family = af(route->family), .rtm_dst_len = (uint8_t)(size * 8) };

	if (route->is_default)
		return 0;
	question->head.nlmsg_type = RTM_GETROUTE;
	question->head.nlmsg_flags = NLM_F_REQUEST;
	memcpy(question->body, &head, sizeof(head));
	return gw_netlink_add(question, NLMSG_LENGTH(sizeof(head)), RTA_DST, route->address, size);
}

/* An address without a route is an answer, however the kernel calls that; what says that it could
 * not look is none. */
static int take_route(void *context, uint32_t index, const struct nlmsghdr *answer, int code)
{
	struct gw_route *route = &((struct gw_route *)context)[index];
	int rc;

	if (code)
		return code == -EPERM || code == -ENOMEM || code == -ENOBUFS ? code : 0;
	rc = gw_netlink_route(answer, route);
	return rc < 0 ? rc : 0;
}

static void forget(void *context)
{
	((struct gw_route *)context)->type = 0;
}

static int take_default(const struct nlmsghdr *message, void *context)
{
	int rc = gw_netlink_default(message, context);

	return rc < 0 ? rc : 0;
}

/* The main table of the family. A kernel without one, or without the family, has no route. */
static int find_default(struct gw_route *route)
{
	struct rtmsg head = { .rtm_family = af(route->family), .rtm_table = RT_TABLE_MAIN };
	struct gw_netlink_question question = { .head.nlmsg_type = RTM_GETROUTE };
	int rc;

	memcpy(question.body, &head, sizeof(head));
	rc = gw_netlink_dump(&question, NLMSG_LENGTH(sizeof(head)), forget, take_default, route);
	return rc == -ENOENT || rc == -EOPNOTSUPP || rc == -EAFNOSUPPORT ? 0 : rc;
}

int gw_routes(struct gw_route *routes, uint32_t count, char *err)
{
	struct gw_netlink_questions questions = { write_question, take_route, routes };
	struct gw_netlink_names names = { 0 };
	int rc;

	for (uint32_t i = 0; i < count; i++) {
		struct gw_route *route = &routes[i];

		if (route->family != 4 && route->family != 6)
			return gw_error(err, EINVAL, "there is no IPv%u", route->family);
		memset(route->via, 0, sizeof(route->via));
		memset(route->dev, 0, sizeof(route->dev));
		route->index = route->mtu = route->metric = 0;
		route->type = route->via_family = 0;
	}
	rc = gw_netlink_ask(&questions, count);
	for (uint32_t i = 0; i < count && !rc; i++) {
		if (routes[i].is_default)
			rc = find_default(&routes[i]);
		gw_netlink_name(&names, routes[i].index, routes[i].dev);
	}
	return rc ? gw_error(err, -rc, "rtnetlink: routes: %s", strerror(-rc)) : 0;
}
