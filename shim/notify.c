/* SPDX-License-Identifier: Apache-2.0 */
/* The service manager's notification socket (sd_notify(3)), which no library is needed for. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"

/* The length of the address; 0 where the path does not fit one. */
static socklen_t address_of(const char *path, struct sockaddr_un *address)
{
	size_t length = strlen(path);

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if ((path[0] != '/' && path[0] != '@') || length >= sizeof(address->sun_path))
		return 0;
	memcpy(address->sun_path, path, length);
	if (path[0] == '@') /* an abstract name has no end of its own: its length tells */
		address->sun_path[0] = '\0';
	else
		length++;
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

int gw_notify(const char *path, const char *text, char *err)
{
	struct sockaddr_un address;
	socklen_t length = address_of(path, &address);
	int code = 0, fd;

	if (!length)
		return gw_error(err, EINVAL, "not the path of a notification socket: %s", path);
	/* Never waits: a manager that does not read must not hold up who forwards. */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return gw_error(err, errno, "cannot make a socket: %s", strerror(errno));
	if (sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, length) < 0)
		code = errno;
	close(fd);
	return code ? gw_error(err, code, "cannot send to %s: %s", path, strerror(code)) : 0;
}
