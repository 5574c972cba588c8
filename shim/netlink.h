/* SPDX-License-Identifier: Apache-2.0 */
/* rtnetlink (rtnetlink(7)): questions to the kernel about routes and neighbours, over sockets that
 * live as long as a call, in the network namespace of the calling thread. */
#ifndef GW_NETLINK_H
#define GW_NETLINK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stddef.h>

#include "guideway.h"

/* Hears of a message. 0: go on; else what the caller returns. */
typedef int (*gw_netlink_take)(const struct nlmsghdr *message, void *context);

/* ---- netlink_read.c: what was received. Whatever it says, nothing beyond it is read. ---- */

/* Gives each message to `take`. `bytes` as a struct nlmsghdr is aligned. -EBADMSG: a message that
 * is shorter than it says. */
int gw_netlink_each(const void *bytes, size_t length, gw_netlink_take take, void *context);
/* What NLMSG_ERROR and NLMSG_DONE end with: 0 or -errno. */
int gw_netlink_code(const struct nlmsghdr *message);
/* Reads what a route says into all that gw_routes writes, but for `dev`. 1: done, 0: it is none,
 * -EBADMSG. */
int gw_netlink_route(const struct nlmsghdr *message, struct gw_route *route);
/* The same where it is a default route of that family in the main table, and better than what is
 * there. */
int gw_netlink_default(const struct nlmsghdr *message, struct gw_route *route);
/* Reads what a neighbour's entry says, but for `dev`. 1: done, 0: it is none that counts,
 * -EBADMSG. */
int gw_netlink_neighbour(const struct nlmsghdr *message, struct gw_neighbour *neighbour);

/* ---- netlink.c: asking. ---- */

/* A question: room for what any of ours has. */
struct gw_netlink_question {
	struct nlmsghdr head;
	uint8_t body[48];
};

struct gw_netlink_questions {
	/* Writes all but sequence and length of the head, and returns the message's length; 0:
	 * there is nothing to ask. */
	size_t (*write)(void *context, uint32_t index, struct gw_netlink_question *question);
	/* Hears the answer. `code`: -errno where it is an error. Returns 0, or -errno to end it. */
	int (*take)(void *context, uint32_t index, const struct nlmsghdr *answer, int code);
	void *context;
};

/* Appends an attribute and returns the message's length with it. */
size_t gw_netlink_add(struct gw_netlink_question *question, size_t length, uint16_t type,
		      const void *value, size_t size);
/* Asks `count` questions that have one answer each. Returns 0 or -errno: -ETIMEDOUT after seconds
 * without answer. */
int gw_netlink_ask(const struct gw_netlink_questions *questions, uint32_t count);
/* Asks for a whole table. `begin` is called before its first entry, once more where the kernel
 * was interrupted. */
int gw_netlink_dump(struct gw_netlink_question *question, size_t length,
		    void (*begin)(void *context), gw_netlink_take take, void *context);

/* Names of network devices, so that each is asked for once a call. */
struct gw_netlink_names {
	uint32_t index[16];
	char dev[16][IF_NAMESIZE];
};
/* The name, or an empty one where there is no such device any more. */
void gw_netlink_name(struct gw_netlink_names *names, uint32_t index, char dev[IF_NAMESIZE]);

#endif
