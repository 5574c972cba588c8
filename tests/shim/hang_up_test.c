/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "guideway.h"

#include "check.h"

/* Both ends of a connection, and who listens. */
struct line {
	int listener, client, accepted;
};

static struct line connected(int family, struct sockaddr *address, socklen_t length)
{
	struct line line = { .listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0),
			     .client = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0) };

	CHECK(line.listener >= 0 && line.client >= 0);
	CHECK(!bind(line.listener, address, length));
	CHECK(!listen(line.listener, 4));
	CHECK(!getsockname(line.listener, address, &length));
	CHECK(!connect(line.client, address, length));
	line.accepted = accept(line.listener, NULL, NULL);
	CHECK(line.accepted >= 0);
	return line;
}

static void hung_up(const struct line *line)
{
	char byte;

	CHECK_EQUAL(recv(line->client, &byte, 1, MSG_DONTWAIT), 0);
	CHECK_EQUAL(recv(line->accepted, &byte, 1, MSG_DONTWAIT), 0);
}

static void goes_on(const struct line *line)
{
	char byte = 'a';

	CHECK_EQUAL(send(line->client, "b", 1, MSG_NOSIGNAL), 1);
	CHECK_EQUAL(recv(line->accepted, &byte, 1, MSG_DONTWAIT), 1);
	CHECK_EQUAL(byte, 'b');
}

static void end(struct line *line)
{
	close(line->listener);
	close(line->client);
	close(line->accepted);
}

static struct line by_path(struct sockaddr_un *address, const char *name)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path, sizeof(address->sun_path), "/tmp/gw-%s-%d", name, getpid());
	return connected(AF_UNIX, (struct sockaddr *)address, sizeof(*address));
}

static void at_a_path_alone(void)
{
	struct sockaddr_un one, other;
	struct line ours = by_path(&one, "hang-up"), others = by_path(&other, "hang-on");
	char err[GW_ERR_SIZE] = "";

	CHECK_EQUAL(gw_hang_up(one.sun_path, 0, err), 1);
	hung_up(&ours);
	goes_on(&others);
	/* Whoever listens there still does. */
	CHECK(!connect(others.client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
		       (struct sockaddr *)&one, sizeof(one)));
	unlink(one.sun_path);
	unlink(other.sun_path);
	end(&ours);
	end(&others);
}

static void at_a_port_alone(void)
{
	struct sockaddr_in one = { .sin_family = AF_INET };
	struct sockaddr_in6 other = { .sin6_family = AF_INET6 };
	struct line ours, others;
	char err[GW_ERR_SIZE] = "";

	one.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	other.sin6_addr = in6addr_loopback;
	ours = connected(AF_INET, (struct sockaddr *)&one, sizeof(one));
	others = connected(AF_INET6, (struct sockaddr *)&other, sizeof(other));
	CHECK_EQUAL(gw_hang_up("", ntohs(one.sin_port), err), 1);
	hung_up(&ours);
	goes_on(&others);
	CHECK_EQUAL(gw_hang_up("", ntohs(other.sin6_port), err), 1);
	hung_up(&others);
	end(&ours);
	end(&others);
}

static void nowhere(void)
{
	struct sockaddr_un address;
	struct line line = by_path(&address, "hang-up");
	char err[GW_ERR_SIZE] = "";

	CHECK_EQUAL(gw_hang_up("", 0, err), 0);
	goes_on(&line);
	unlink(address.sun_path);
	end(&line);
}

static const struct test tests[] = {
	{ "connections at a unix socket end, those at others and its listener do not",
	  at_a_path_alone },
	{ "connections at a port end, of either family, those at others do not", at_a_port_alone },
	{ "without a place none does", nowhere },
};

MAIN(tests)
