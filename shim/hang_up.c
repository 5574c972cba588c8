/* SPDX-License-Identifier: Apache-2.0 */
/* Ends connections that the runtime has no call for: a server that was told to stop keeps those
 * whose requests do not end. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "error.h"

/* An address as the kernel gives it. */
union place {
	char bytes[sizeof(struct sockaddr_un) + 1]; /* a path need not have an end of its own */
	struct sockaddr any;
	struct sockaddr_in ip4;
	struct sockaddr_in6 ip6;
};

/* Whether its near end is where others reach us: of our own connections it is the far one. */
static int is_at(const union place *own, const char *path, uint16_t port)
{
	const char *own_path = own->bytes + offsetof(struct sockaddr_un, sun_path);

	switch (own->any.sa_family) {
	case AF_UNIX:
		return path[0] && !strcmp(own_path, path);
	case AF_INET:
		return port && ntohs(own->ip4.sin_port) == port;
	case AF_INET6:
		return port && ntohs(own->ip6.sin6_port) == port;
	default:
		return 0;
	}
}

/* 1: it was a connection from others, and is no more. */
static int hang_up(int fd, const char *path, uint16_t port)
{
	union place own = { 0 };
	socklen_t length = sizeof(struct sockaddr_un);
	int listens = 0;
	socklen_t size = sizeof(listens);

	if (getsockname(fd, &own.any, &length) || !is_at(&own, path, port))
		return 0;
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) || listens)
		return 0;
	/* It stays open: whoever reads it sees its end, and closes it. */
	return !shutdown(fd, SHUT_RDWR);
}

int gw_hang_up(const char *path, uint16_t port, char *err)
{
	DIR *folder = opendir("/proc/self/fd");
	const struct dirent *entry;
	int count = 0;

	if (!folder)
		return gw_error(err, errno, "cannot read /proc/self/fd: %s", strerror(errno));
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			count += hang_up(atoi(entry->d_name), path, port);
	closedir(folder);
	return count;
}
