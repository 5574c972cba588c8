/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of the kernel: every length in them is checked before it is believed. */
#include <errno.h>
#include <linux/neighbour.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink.h"

#define ATTRIBUTES 32 /* none of those wanted has a higher number */

int gw_netlink_each(const void *bytes, size_t length, gw_netlink_take take, void *context)
{
	const uint8_t *at = bytes;

	while (length) {
		const struct nlmsghdr *message = (const void *)at;
		size_t step;
		int rc;

		if (length < sizeof(*message) || message->nlmsg_len < sizeof(*message) ||
		    message->nlmsg_len > length)
			return -EBADMSG;
		rc = take(message, context);
		if (rc)
			return rc;
		step = NLMSG_ALIGN((size_t)message->nlmsg_len);
		if (step >= length)
			return 0;
		at += step;
		length -= step;
	}
	return 0;
}

int gw_netlink_code(const struct nlmsghdr *message)
{
	int code;

	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(code)))
		return message->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	memcpy(&code, NLMSG_DATA(message), sizeof(code));
	return code < 0 ? code : 0;
}

/* The attributes in these bytes, by number; of several alike the last. */
static int collect(const void *bytes, size_t length, const struct rtattr *found[ATTRIBUTES])
{
	const uint8_t *at = bytes;

	memset(found, 0, ATTRIBUTES * sizeof(found[0]));
	while (length >= sizeof(struct rtattr)) {
		const struct rtattr *one = (const void *)at;
		size_t step = RTA_ALIGN((size_t)one->rta_len);
		uint16_t type = one->rta_type & NLA_TYPE_MASK;

		if (one->rta_len < sizeof(*one) || one->rta_len > length)
			return -EBADMSG;
		if (type < ATTRIBUTES)
			found[type] = one;
		if (step >= length)
			return 0;
		at += step;
		length -= step;
	}
	return length ? -EBADMSG : 0;
}

static size_t size_of(const struct rtattr *attribute)
{
	return attribute ? attribute->rta_len - RTA_LENGTH(0) : 0;
}

/* 0 where it is not there. */
static uint32_t number_of(const struct rtattr *attribute)
{
	uint32_t value;

	if (size_of(attribute) < sizeof(value))
		return 0;
	memcpy(&value, RTA_DATA(attribute), sizeof(value));
	return value;
}

/* 4 or 6, as this library has it; 0: another. */
static uint8_t family_of(int family)
{
	return family == AF_INET ? 4 : family == AF_INET6 ? 6 : 0;
}

/* Whether these bytes are an address of the family. */
static bool read_address(uint8_t family, const void *bytes, size_t size, uint8_t to[16])
{
	if (!family || size != (family == 4 ? 4u : 16u))
		return false;
	memset(to, 0, 16);
	memcpy(to, bytes, size);
	return true;
}

/* The gateway, of the route's family or (RFC 5549) of another. */
static void read_gateway(const struct rtattr *const found[ATTRIBUTES], uint8_t family,
			 struct gw_route *route)
{
	const struct rtattr *gateway = found[RTA_GATEWAY], *other = found[RTA_VIA];
	struct rtvia via;

	if (gateway && read_address(family, RTA_DATA(gateway), size_of(gateway), route->via)) {
		route->via_family = family;
		return;
	}
	if (size_of(other) < sizeof(via))
		return;
	memcpy(&via, RTA_DATA(other), sizeof(via));
	family = family_of(via.rtvia_family);
	if (read_address(family, (const uint8_t *)RTA_DATA(other) + sizeof(via),
			 size_of(other) - sizeof(via), route->via))
		route->via_family = family;
}

/* Of several ways the first that can be gone stands for all. */
static int read_ways(const struct rtattr *ways, uint8_t family, struct gw_route *route)
{
	const struct rtattr *found[ATTRIBUTES];
	const uint8_t *at = RTA_DATA(ways);
	size_t length = size_of(ways), step;

	for (; length; at += step, length -= step) {
		const struct rtnexthop *way = (const void *)at;

		if (length < sizeof(*way) || way->rtnh_len < sizeof(*way) || way->rtnh_len > length)
			return -EBADMSG;
		step = RTNH_ALIGN((size_t)way->rtnh_len);
		if (step > length)
			step = length;
		if (way->rtnh_flags & RTNH_F_DEAD)
			continue;
		if (collect(RTNH_DATA(way), way->rtnh_len - sizeof(*way), found))
			return -EBADMSG;
		route->index = (uint32_t)way->rtnh_ifindex;
		read_gateway(found, family, route);
		return 1;
	}
	return 1;
}

/* 1: a route, whose attributes are then found. */
static int open_route(const struct nlmsghdr *message, struct rtmsg *head,
		      const struct rtattr *found[ATTRIBUTES])
{
	if (message->nlmsg_type != RTM_NEWROUTE)
		return 0;
	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*head)))
		return -EBADMSG;
	memcpy(head, NLMSG_DATA(message), sizeof(*head));
	return collect((const uint8_t *)NLMSG_DATA(message) + NLMSG_ALIGN(sizeof(*head)),
		       message->nlmsg_len - NLMSG_LENGTH(sizeof(*head)), found) ?
		       -EBADMSG :
		       1;
}

static int fill(const struct rtmsg *head, const struct rtattr *const found[ATTRIBUTES],
		struct gw_route *route)
{
	const struct rtattr *metrics[ATTRIBUTES];
	uint8_t family = family_of(head->rtm_family);

	memset(route->via, 0, sizeof(route->via));
	route->via_family = 0;
	route->type = head->rtm_type;
	route->index = number_of(found[RTA_OIF]);
	route->metric = number_of(found[RTA_PRIORITY]);
	route->mtu = 0;
	if (found[RTA_METRICS]) {
		if (collect(RTA_DATA(found[RTA_METRICS]), size_of(found[RTA_METRICS]), metrics))
			return -EBADMSG;
		route->mtu = number_of(metrics[RTAX_MTU]);
	}
	if (found[RTA_MULTIPATH])
		return read_ways(found[RTA_MULTIPATH], family, route);
	read_gateway(found, family, route);
	return 1;
}

int gw_netlink_route(const struct nlmsghdr *message, struct gw_route *route)
{
	const struct rtattr *found[ATTRIBUTES];
	struct rtmsg head;
	int rc = open_route(message, &head, found);

	return rc == 1 ? fill(&head, found, route) : rc;
}

int gw_netlink_default(const struct nlmsghdr *message, struct gw_route *route)
{
	const struct rtattr *found[ATTRIBUTES];
	struct gw_route read = *route;
	struct rtmsg head;
	int rc = open_route(message, &head, found);

	if (rc != 1)
		return rc;
	if (family_of(head.rtm_family) != route->family || head.rtm_dst_len || head.rtm_src_len ||
	    head.rtm_tos)
		return 0;
	if ((found[RTA_TABLE] ? number_of(found[RTA_TABLE]) : head.rtm_table) != RT_TABLE_MAIN)
		return 0;
	rc = fill(&head, found, &read);
	if (rc != 1 || !read.index || (route->type && read.metric >= route->metric))
		return rc < 0 ? rc : 0;
	*route = read;
	return 1;
}

int gw_netlink_neighbour(const struct nlmsghdr *message, struct gw_neighbour *neighbour)
{
	const struct rtattr *found[ATTRIBUTES];
	struct ndmsg head;

	if (message->nlmsg_type != RTM_NEWNEIGH)
		return 0;
	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(head)))
		return -EBADMSG;
	memcpy(&head, NLMSG_DATA(message), sizeof(head));
	if (collect((const uint8_t *)NLMSG_DATA(message) + NLMSG_ALIGN(sizeof(head)),
		    message->nlmsg_len - NLMSG_LENGTH(sizeof(head)), found))
		return -EBADMSG;
	memset(neighbour, 0, sizeof(*neighbour));
	neighbour->family = family_of(head.ndm_family);
	if (!head.ndm_state || head.ndm_flags & NTF_PROXY || !found[NDA_DST] ||
	    !read_address(neighbour->family, RTA_DATA(found[NDA_DST]), size_of(found[NDA_DST]),
			  neighbour->address))
		return 0;
	neighbour->index = (uint32_t)head.ndm_ifindex;
	neighbour->state = head.ndm_state;
	if (size_of(found[NDA_LLADDR]) == sizeof(neighbour->mac)) {
		memcpy(neighbour->mac, RTA_DATA(found[NDA_LLADDR]), sizeof(neighbour->mac));
		neighbour->has_mac = 1;
	}
	return 1;
}
