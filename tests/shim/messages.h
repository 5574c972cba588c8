/* SPDX-License-Identifier: Apache-2.0 */
/* Netlink messages as a kernel sends them, made by hand. */
#ifndef GW_TEST_MESSAGES_H
#define GW_TEST_MESSAGES_H

#include <linux/neighbour.h>
#include <stdint.h>
#include <sys/socket.h>

#include "netlink.h"

#include "check.h"

struct messages {
	_Alignas(struct nlmsghdr) uint8_t bytes[1024];
	uint32_t length;
	uint32_t last; /* where the last message begins */
};

static inline struct nlmsghdr *last_message(struct messages *all)
{
	return (void *)(all->bytes + all->last);
}

static inline void add_bytes(struct messages *all, const void *bytes, size_t size)
{
	CHECK(all->length + NLMSG_ALIGN(size) <= sizeof(all->bytes));
	memcpy(all->bytes + all->length, bytes, size);
	all->length += (uint32_t)NLMSG_ALIGN(size);
	if (all->length > all->last)
		last_message(all)->nlmsg_len = all->length - all->last;
}

static inline void add_message(struct messages *all, uint16_t type, const void *body, size_t size)
{
	struct nlmsghdr head = { .nlmsg_type = type };

	all->last = all->length;
	add_bytes(all, &head, sizeof(head));
	add_bytes(all, body, size);
}

static inline void add_attribute(struct messages *all, uint16_t type, const void *value,
				 size_t size)
{
	struct rtattr head = { .rta_len = (uint16_t)RTA_LENGTH(size), .rta_type = type };

	add_bytes(all, &head, sizeof(head));
	add_bytes(all, value, size);
}

static inline void add_number(struct messages *all, uint16_t type, uint32_t value)
{
	add_attribute(all, type, &value, sizeof(value));
}

/* A default route of the main table by that device and gateway, 10.0.0.`gateway`. */
static inline void add_default4(struct messages *all, uint32_t metric, uint32_t dev,
				uint8_t gateway)
{
	struct rtmsg head = { .rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN,
			      .rtm_type = RTN_UNICAST };
	const uint8_t via[4] = { 10, 0, 0, gateway };

	add_message(all, RTM_NEWROUTE, &head, sizeof(head));
	add_number(all, RTA_TABLE, RT_TABLE_MAIN);
	add_number(all, RTA_PRIORITY, metric);
	add_attribute(all, RTA_GATEWAY, via, sizeof(via));
	add_number(all, RTA_OIF, dev);
}

static inline void add_neighbour(struct messages *all, uint8_t family, uint16_t state,
				 const void *address, const uint8_t mac[6])
{
	struct ndmsg head = { .ndm_family = family, .ndm_ifindex = 7, .ndm_state = state };

	add_message(all, RTM_NEWNEIGH, &head, sizeof(head));
	add_attribute(all, NDA_DST, address, family == AF_INET ? 4 : 16);
	if (mac)
		add_attribute(all, NDA_LLADDR, mac, 6);
}

#endif
