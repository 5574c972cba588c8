/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's neighbour tables: read, and made to look for who is not there. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "netlink.h"

#define DISCARD 9 /* RFC 863 */

struct table {
	struct gw_neighbour *out;
	uint32_t max, count;
};

static void empty(void *context)
{
	((struct table *)context)->count = 0;
}

static int take_neighbour(const struct nlmsghdr *message, void *context)
{
	struct table *table = context;
	struct gw_neighbour neighbour;
	int rc = gw_netlink_neighbour(message, &neighbour);

	if (rc != 1)
		return rc;
	if (table->count < table->max)
		table->out[table->count] = neighbour;
	table->count++;
	return 0;
}

int gw_neighbours(struct gw_neighbour *out, uint32_t max, char *err)
{
	struct gw_netlink_question question = { .head.nlmsg_type = RTM_GETNEIGH };
	struct table table = { .out = out, .max = max };
	struct gw_netlink_names names = { 0 };
	struct ndmsg head = { .ndm_family = AF_UNSPEC };
	int rc;

	memcpy(question.body, &head, sizeof(head));
	rc = gw_netlink_dump(&question, NLMSG_LENGTH(sizeof(head)), empty, take_neighbour, &table);
	if (rc)
		return gw_error(err, -rc, "rtnetlink: neighbours: %s", strerror(-rc));
	for (uint32_t i = 0; i < table.count && i < max; i++)
		gw_netlink_name(&names, out[i].index, out[i].dev);
	return (int)table.count;
}

static uint32_t index_of(const struct gw_neighbour *neighbour)
{
	char dev[IF_NAMESIZE] = "";

	memcpy(dev, neighbour->dev, IF_NAMESIZE - 1);
	return if_nametoindex(dev);
}

/* As if a packet were to be sent there: the kernel finds out, or confirms, who that is. */
static size_t write_use(void *context, uint32_t index, struct gw_netlink_question *question)
{
	const struct gw_neighbour *neighbour = &((const struct gw_neighbour *)context)[index];
	struct ndmsg head = { .ndm_family = neighbour->family == 4 ? AF_INET : AF_INET6,
			      .ndm_ifindex = (int)index_of(neighbour), .ndm_flags = NTF_USE };

	if (!head.ndm_ifindex)
		return 0;
	question->head.nlmsg_type = RTM_NEWNEIGH;
	question->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE;
	memcpy(question->body, &head, sizeof(head));
	return gw_netlink_add(question, NLMSG_LENGTH(sizeof(head)), NDA_DST, neighbour->address,
			      neighbour->family == 4 ? 4 : 16);
}

/* One that cannot be looked for does not keep others from it. */
static int take_done(void *context, uint32_t index, const struct nlmsghdr *answer, int code)
{
	(void)context, (void)index, (void)answer;
	return code == -EPERM ? code : 0;
}

/* Nobody reads it, but to send it the kernel has to look for the neighbour. */
static void send_datagram(const struct gw_neighbour *to)
{
	struct sockaddr_in ip4 = { .sin_family = AF_INET, .sin_port = htons(DISCARD) };
	struct sockaddr_in6 ip6 = { .sin6_family = AF_INET6, .sin6_port = htons(DISCARD) };
	const void *address = to->family == 4 ? (const void *)&ip4 : (const void *)&ip6;
	int fd = socket(to->family == 4 ? AF_INET : AF_INET6,
			SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return;
	memcpy(&ip4.sin_addr, to->address, sizeof(ip4.sin_addr));
	memcpy(&ip6.sin6_addr, to->address, sizeof(ip6.sin6_addr));
	if (IN6_IS_ADDR_LINKLOCAL(&ip6.sin6_addr))
		ip6.sin6_scope_id = index_of(to);
	/* Whether it leaves shows in the neighbour table alone. */
	if (sendto(fd, "", 0, MSG_NOSIGNAL, address,
		   to->family == 4 ? sizeof(ip4) : sizeof(ip6)) < 0)
		errno = 0;
	close(fd);
}

int gw_resolve(struct gw_neighbour *neighbours, uint32_t count, char *err)
{
	struct gw_netlink_questions questions = { write_use, take_done, neighbours };
	int rc = gw_netlink_ask(&questions, count);

	if (!rc)
		return 0;
	if (rc != -EPERM)
		return gw_error(err, -rc, "rtnetlink: neighbours: %s", strerror(-rc));
	for (uint32_t i = 0; i < count; i++)
		send_datagram(&neighbours[i]);
	return 1;
}
