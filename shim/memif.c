/* SPDX-License-Identifier: Apache-2.0 */
#include "memif.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "open_files.h"

#define LISTENS 0x10000 /* flag in /proc/net/unix */

/* The kernel's list is read, since DPDK's server ends its program when somebody connects and goes
 * away at once. */
bool gw_memif_listens(const char *path)
{
	FILE *list = fopen("/proc/net/unix", "re");
	char line[256], name[128];
	unsigned int flags;
	bool there = false;

	if (!list)
		return false;
	while (!there && fgets(line, sizeof(line), list))
		there = sscanf(line, "%*s %*s %*s %x %*s %*s %*s %127s", &flags, name) == 2 &&
			flags & LISTENS && !strcmp(name, path);
	fclose(list);
	return there;
}

void gw_memif_clear(const char *path)
{
	struct stat about;

	if (!lstat(path, &about) && S_ISSOCK(about.st_mode))
		unlink(path);
}

static bool is_listener(int fd, const char *path)
{
	struct sockaddr_un own = { 0 };
	socklen_t length = sizeof(own);
	int listens = 0;
	socklen_t size = sizeof(listens);

	if (getsockname(fd, (struct sockaddr *)&own, &length) || own.sun_family != AF_UNIX ||
	    strncmp(own.sun_path, path, sizeof(own.sun_path)))
		return false;
	return !getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) && listens;
}

/* What never happens takes a listener's number: DPDK still waits for events there, and must not
 * find another file of ours. */
static void mute(int fd, void *with)
{
	int never = is_listener(fd, with) ? eventfd(0, EFD_CLOEXEC) : -1;

	if (never < 0)
		return;
	dup2(never, fd);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	close(never);
}

void gw_memif_close(const char *path)
{
	gw_each_file(mute, (void *)(uintptr_t)path);
}
