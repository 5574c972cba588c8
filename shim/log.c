/* SPDX-License-Identifier: Apache-2.0 */
/* DPDK's log: its first complaints become the reason in our sentence; what it says while nothing is
 * being started or opened goes to stderr. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#ifdef GW_XDP
#include <bpf/libbpf.h>
#include <xdp/libxdp.h>
#endif
#include <rte_log.h>

#include "real.h"

#define KEPT 2 /* the first lines lie closest to the cause; the rest follows from it */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool keeping;
static uint32_t lines;
static char kept[200];

/* Adds a log line, without its end: "EAL: no such device; ...". */
static void keep(const char *text, size_t size)
{
	size_t used = strlen(kept);
	const char *end = memchr(text, '\n', size);

	if (lines == KEPT)
		return;
	snprintf(kept + used, sizeof(kept) - used, "%s%.*s", lines ? "; " : "",
		 (int)(end ? end - text : (ssize_t)size), text);
	lines++;
}

static void take(const char *text, size_t size)
{
	pthread_mutex_lock(&lock);
	if (keeping)
		keep(text, size);
	else
		fwrite(text, 1, size, stderr);
	pthread_mutex_unlock(&lock);
}

#ifdef GW_XDP
/* These two libraries of af_xdp would write to stderr on their own. */
static int print(int level, const char *format, va_list args)
{
	char text[256];

	if (level > 0) /* information and debugging; warnings are 0 */
		return 0;
	vsnprintf(text, sizeof(text), format, args);
	take(text, strlen(text));
	return 0;
}

static int print_bpf(enum libbpf_print_level level, const char *format, va_list args)
{
	return print(level, format, args);
}

static int print_xdp(enum libxdp_print_level level, const char *format, va_list args)
{
	return print(level, format, args);
}
#endif

void gw_log_take_xdp(void)
{
#ifdef GW_XDP
	libbpf_set_print(print_bpf);
	libxdp_set_print(print_xdp);
#endif
}

static ssize_t write_log(void *cookie, const char *text, size_t size)
{
	(void)cookie;
	take(text, size);
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
	kept[0] = '\0';
	lines = 0;
	pthread_mutex_unlock(&lock);
}

const char *gw_log_end(void)
{
	pthread_mutex_lock(&lock);
	keeping = false;
	pthread_mutex_unlock(&lock);
	return kept[0] ? kept : "DPDK gives no reason";
}
