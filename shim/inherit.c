/* SPDX-License-Identifier: Apache-2.0 */
/* Drivers and their libraries leave sockets, queues and memory to be inherited. Whoever has one of
 * those keeps the port from being free, and its other side from seeing its end. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

int gw_inherit_nothing(char *err)
{
	DIR *folder = opendir("/proc/self/fd");
	const struct dirent *entry;

	if (!folder)
		return gw_error(err, errno, "cannot read /proc/self/fd: %s", strerror(errno));
	while ((entry = readdir(folder))) {
		int fd = atoi(entry->d_name);

		if (fd > STDERR_FILENO)
			fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
	closedir(folder);
	return 0;
}
