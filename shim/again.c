/* SPDX-License-Identifier: Apache-2.0 */
/* The same program once more, in the place of this process: DPDK starts only once in one. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"
#include "guideway.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif
#define FIRST_FILE 3
#define PIECE 65536

/* A whole file of /proc with a 0 byte behind it; NULL: errno. */
static char *read_all(const char *path, size_t *length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *bytes = NULL, *more;
	size_t size = 0;
	ssize_t got;

	if (fd < 0)
		return NULL;
	do {
		more = realloc(bytes, size + PIECE + 1);
		got = more ? read(fd, more + size, PIECE) : -1;
		bytes = more ? more : bytes;
		size += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	close(fd);
	if (got < 0) {
		free(bytes);
		return NULL;
	}
	bytes[size] = '\0';
	*length = size;
	return bytes;
}

/* The strings that stand one behind the other, and `last` where there is one. */
static char **list(char *bytes, size_t length, char *last)
{
	size_t count = 0;
	char **strings;

	for (size_t i = 0; i < length; i++)
		count += !bytes[i];
	strings = calloc(count + 2, sizeof(*strings));
	if (!strings)
		return NULL;
	for (size_t i = 0, at = 0; at < length; at += strlen(bytes + at) + 1)
		strings[i++] = bytes + at;
	for (size_t i = 0; last && i <= count; i++)
		if (!strings[i]) {
			strings[i] = last;
			break;
		}
	return strings;
}

GW_API int gw_again(const char *variable, char *err)
{
	size_t words_length = 0, env_length = 0;
	char *words = read_all("/proc/self/cmdline", &words_length);
	char *env = read_all("/proc/self/environ", &env_length);
	char **argv = words ? list(words, words_length, NULL) : NULL;
	char *more = strdup(variable);
	char **envp = env && more ? list(env, env_length, more) : NULL;
	int rc = argv && envp ? 0 : ENOMEM;

	if (!rc) {
		(void)syscall(SYS_close_range, FIRST_FILE, ~0u, CLOSE_RANGE_CLOEXEC);
		execve("/proc/self/exe", argv, envp);
		rc = errno;
	}
	free(argv);
	free(envp);
	free(more);
	free(words);
	free(env);
	return gw_error(err, rc, "The program cannot be started again: %s", strerror(rc));
}
