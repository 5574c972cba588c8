/* SPDX-License-Identifier: Apache-2.0 */
/* Drivers and their libraries leave sockets, queues and memory to be inherited. Whoever has one of
 * those keeps the port from being free, and its other side from seeing its end. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "open_files.h"

static void keep(int fd, void *unused)
{
	(void)unused;
	if (fd > STDERR_FILENO)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int gw_inherit_nothing(char *err)
{
	int rc = gw_each_file(keep, NULL);

	return rc ? gw_error(err, -rc, "cannot read /proc/self/fd: %s", strerror(-rc)) : 0;
}
