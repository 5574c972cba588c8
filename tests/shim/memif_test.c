/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "memif.h"

#include "check.h"

static struct sockaddr_un address;

static int listener(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	address.sun_family = AF_UNIX;
	snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/gw-memif-%d", getpid());
	CHECK(fd >= 0);
	CHECK(!bind(fd, (const struct sockaddr *)&address, sizeof(address)));
	CHECK(!listen(fd, 1));
	return fd;
}

static void listening(void)
{
	int fd = listener();

	CHECK(gw_memif_listens(address.sun_path));
	unlink(address.sun_path);
	CHECK(gw_memif_listens(address.sun_path)); /* as DPDK leaves it */
	close(fd);
	CHECK(!gw_memif_listens(address.sun_path));
}

static void left_behind(void)
{
	close(listener());
	CHECK(!gw_memif_listens(address.sun_path));
	CHECK(!access(address.sun_path, F_OK));
	gw_memif_clear(address.sun_path);
	CHECK(access(address.sun_path, F_OK));
	/* Anything but a socket is somebody's. */
	close(open(address.sun_path, O_CREAT | O_WRONLY, 0600));
	gw_memif_clear(address.sun_path);
	CHECK(!access(address.sun_path, F_OK));
	unlink(address.sun_path);
}

static void closed(void)
{
	int fd = listener(), other = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	gw_memif_close("/tmp/gw-memif-elsewhere");
	CHECK(gw_memif_listens(address.sun_path));
	gw_memif_close(address.sun_path);
	CHECK(!gw_memif_listens(address.sun_path));
	CHECK_EQUAL(fcntl(fd, F_GETFD), FD_CLOEXEC); /* its number is taken still */
	CHECK_EQUAL(fcntl(other, F_GETFD), 0);
	close(fd);
	close(other);
	unlink(address.sun_path);
}

static const struct test tests[] = {
	{ "somebody listens until the socket is closed, with its file or without", listening },
	{ "a socket is cleared away, another file is not", left_behind },
	{ "a listener is closed by its path, and its number stays taken", closed },
};

MAIN(tests)
