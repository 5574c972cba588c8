/* SPDX-License-Identifier: Apache-2.0 */
/* DPDK's log: its first complaint becomes the reason in our sentence; what it says while nothing is
 * being started or opened goes to stderr. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include <rte_log.h>

#include "real.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool keeping;
static char first[160];

/* The text of a log line without its end: "EAL: no such device". */
static void keep(const char *text, size_t size)
{
	if (first[0])
		return;
	if (size >= sizeof(first))
		size = sizeof(first) - 1;
	memcpy(first, text, size);
	first[size] = '\0';
	first[strcspn(first, "\r\n")] = '\0';
}

static ssize_t write_log(void *cookie, const char *text, size_t size)
{
	(void)cookie;
	pthread_mutex_lock(&lock);
	if (keeping)
		keep(text, size);
	else
		fwrite(text, 1, size, stderr);
	pthread_mutex_unlock(&lock);
	return (ssize_t)size;
}

void gw_log_open(void)
{
	FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){ .write = write_log });

	if (!stream)
		return;
	setvbuf(stream, NULL, _IOLBF, BUFSIZ);
	rte_openlog_stream(stream);
}

void gw_log_begin(void)
{
	pthread_mutex_lock(&lock);
	keeping = true;
	first[0] = '\0';
	pthread_mutex_unlock(&lock);
}

const char *gw_log_end(void)
{
	pthread_mutex_lock(&lock);
	keeping = false;
	pthread_mutex_unlock(&lock);
	return first[0] ? first : "DPDK gives no reason";
}
