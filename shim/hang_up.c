/* SPDX-License-Identifier: Apache-2.0 */
/* Ends connections that the runtime has no call for: a server that was told to stop keeps those
 * whose requests do not end. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "error.h"
#include "open_files.h"

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

/* Where others reach us, and how many connections from there are no more. */
struct search {
	const char *path;
	uint16_t port;
	int count;
};

static void hang_up(int fd, void *with)
{
	struct search *search = with;
	union place own = { 0 };
	socklen_t length = sizeof(struct sockaddr_un);
	int listens = 0;
	socklen_t size = sizeof(listens);

	if (getsockname(fd, &own.any, &length) || !is_at(&own, search->path, search->port))
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) || listens)
		return;
	/* It stays open: whoever reads it sees its end, and closes it. */
	search->count += !shutdown(fd, SHUT_RDWR);
}

int gw_hang_up(const char *path, uint16_t port, char *err)
{
	struct search search = { .path = path, .port = port };
	int rc = gw_each_file(hang_up, &search);

	if (rc)
		return gw_error(err, -rc, "cannot read /proc/self/fd: %s", strerror(-rc));
	return search.count;
}
