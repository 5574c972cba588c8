/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guideway.h"

#include "check.h"

static void all_but_the_standard_ones(void)
{
	int socket_fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	int file = open("/dev/null", O_RDONLY);
	char err[GW_ERR_SIZE] = "";

	CHECK(socket_fd > 2 && file > 2);
	CHECK_EQUAL(fcntl(socket_fd, F_GETFD) | fcntl(file, F_GETFD), 0);
	CHECK_EQUAL(gw_inherit_nothing(err), 0);
	CHECK_EQUAL(fcntl(socket_fd, F_GETFD), FD_CLOEXEC);
	CHECK_EQUAL(fcntl(file, F_GETFD), FD_CLOEXEC);
	for (int fd = 0; fd <= 2; fd++)
		CHECK(fcntl(fd, F_GETFD) <= 0); /* open and inherited, or not open */
	close(socket_fd);
	close(file);
}

static const struct test tests[] = {
	{ "nobody inherits what is open but the standard files", all_but_the_standard_ones },
};

MAIN(tests)
