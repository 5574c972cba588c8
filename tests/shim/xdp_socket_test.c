/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "xdp_socket.h"

#include "check.h"

static int is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* As libxdp makes them: whoever this process starts would have them, too. */
static int xdp_socket(void)
{
	int fd = socket(AF_XDP, SOCK_RAW, 0);

	CHECK(fd >= 0);
	CHECK_EQUAL(fcntl(fd, F_GETFD), 0);
	return fd;
}

static void each_port_has_its_own(void)
{
	int other = socket(AF_UNIX, SOCK_STREAM, 0);
	int one = xdp_socket(), two;

	gw_xdp_keep(1);
	two = xdp_socket();
	gw_xdp_keep(2);
	CHECK_EQUAL(fcntl(one, F_GETFD), FD_CLOEXEC);
	CHECK_EQUAL(fcntl(two, F_GETFD), FD_CLOEXEC);
	CHECK_EQUAL(fcntl(other, F_GETFD), 0);

	gw_xdp_close(2);
	CHECK(!is_open(two) && is_open(one) && is_open(other));
	gw_xdp_close(1);
	CHECK(!is_open(one) && is_open(other));
	close(other);
}

/* A driver that closes it, and somebody else's file under its number. */
static void what_is_closed_already_is_left_alone(void)
{
	int fd = xdp_socket();

	gw_xdp_keep(1);
	close(fd);
	CHECK_EQUAL(socket(AF_UNIX, SOCK_STREAM, 0), fd);
	gw_xdp_close(1);
	CHECK(is_open(fd));
	close(fd);

	fd = xdp_socket();
	gw_xdp_keep(1);
	close(fd);
	CHECK_EQUAL(xdp_socket(), fd);
	gw_xdp_close(1);
	CHECK(is_open(fd));
	close(fd);
}

static const struct test tests[] = {
	{ "each port's sockets are closed with it, and nobody inherits them",
	  each_port_has_its_own },
	{ "what is closed already is left alone, and who has its number now",
	  what_is_closed_already_is_left_alone },
};

/* Without privilege, or in a kernel without them, there are none. */
static int can_be_made(void)
{
	int fd = socket(AF_XDP, SOCK_RAW, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0 || (errno != EPERM && errno != EAFNOSUPPORT);
}

int main(void)
{
	return can_be_made() ? run_tests(tests, sizeof(tests) / sizeof(tests[0])) : 0;
}
