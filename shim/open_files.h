/* SPDX-License-Identifier: Apache-2.0 */
/* The files that this process has open, whoever opened them. */
#ifndef GW_OPEN_FILES_H
#define GW_OPEN_FILES_H

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

/* Calls `act` with the number of each; -errno where they cannot be listed. */
static inline int gw_each_file(void (*act)(int fd, void *with), void *with)
{
	DIR *folder = opendir("/proc/self/fd");
	const struct dirent *entry;

	if (!folder)
		return -errno;
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			act(atoi(entry->d_name), with);
	closedir(folder);
	return 0;
}

#endif
