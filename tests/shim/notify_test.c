/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "guideway.h"

#include "check.h"

/* A socket that listens at an address of that length; the caller closes it. */
static int listener(const struct sockaddr_un *address, size_t length)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0);
	CHECK(!bind(fd, (const struct sockaddr *)address,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)));
	return fd;
}

static void expect(int fd, const char *text)
{
	char got[64] = "";

	CHECK_EQUAL((size_t)recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT), strlen(text));
	CHECK(!strcmp(got, text));
	CHECK(recv(fd, got, sizeof(got), MSG_DONTWAIT) < 0);
	close(fd);
}

static void by_path(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char err[GW_ERR_SIZE] = "";
	int fd;

	snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/gw-notify-%d", getpid());
	fd = listener(&address, strlen(address.sun_path) + 1);
	CHECK_EQUAL(gw_notify(address.sun_path, "READY=1\nSTATUS=all is well", err), 0);
	expect(fd, "READY=1\nSTATUS=all is well");
	unlink(address.sun_path);
	CHECK(gw_notify(address.sun_path, "READY=1", err) < 0);
	CHECK(strstr(err, "cannot send to /tmp/gw-notify-") && strstr(err, "No such file"));
}

static void abstract(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char name[64], err[GW_ERR_SIZE] = "";
	int fd;

	snprintf(name, sizeof(name), "@gw-notify-%d", getpid());
	memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
	fd = listener(&address, strlen(name));
	CHECK_EQUAL(gw_notify(name, "WATCHDOG=1", err), 0);
	expect(fd, "WATCHDOG=1");
	CHECK(gw_notify(name, "WATCHDOG=1", err) < 0);
	CHECK(strstr(err, "Connection refused"));
}

static void no_path(void)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1], err[GW_ERR_SIZE] = "";

	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	CHECK(gw_notify(path, "READY=1", err) < 0);
	CHECK(strstr(err, "not the path of a notification socket: /xxx"));
	CHECK(gw_notify("", "READY=1", err) < 0);
	CHECK(gw_notify("vsock:2:1", "READY=1", err) < 0);
	CHECK(strstr(err, "vsock:2:1"));
}

/* What nobody reads fills the socket's queue: then it is told, not waited for. */
static void nobody_reads(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char name[64], err[GW_ERR_SIZE] = "";
	int fd, rc = 0;

	snprintf(name, sizeof(name), "@gw-notify-full-%d", getpid());
	memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
	fd = listener(&address, strlen(name));
	for (int i = 0; i < 100000 && !rc; i++)
		rc = gw_notify(name, "WATCHDOG=1", err);
	CHECK(rc < 0);
	CHECK(strstr(err, "temporarily unavailable"));
	close(fd);
}

static const struct test tests[] = {
	{ "a socket with a path is told in one datagram", by_path },
	{ "an abstract socket, too", abstract },
	{ "what is no path of a socket is named", no_path },
	{ "a manager that does not read holds up nobody", nobody_reads },
};

MAIN(tests)
