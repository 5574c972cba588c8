/* SPDX-License-Identifier: Apache-2.0 */
/* A start that forwards at once, by what an earlier process had committed: all of gw_open,
 * gw_flow_memory, gw_port_open and gw_commit in one call, so that nobody who is busy has to be
 * asked in between. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "real.h"

#define STAT_START 22 /* field of /proc/self/stat: when the process began, in clock ticks */

/* Milliseconds from the process's beginning till now, at least 1. */
static int age_ms(void)
{
	FILE *file = fopen("/proc/self/stat", "re");
	char line[1024];
	struct timespec now;
	const char *at;
	int64_t age;

	clock_gettime(CLOCK_BOOTTIME, &now);
	at = file && fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	if (file)
		fclose(file);
	for (int field = 2; at && field < STAT_START; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return 1;
	age = now.tv_sec * 1000 + now.tv_nsec / 1000000 -
	      strtoll(at, NULL, 10) * 1000 / sysconf(_SC_CLK_TCK);
	return age < 1 || age > INT32_MAX ? 1 : (int)age;
}

static int open_one(struct gw *gw, const struct gw_resume_port *port, char *err)
{
	char unheard[GW_ERR_SIZE];
	struct gw_port_info info;
	int rc = gw_port_open(gw, port->device, port->index, &info, err);

	if (rc < 0)
		return rc;
	if (info.index == port->index && !memcmp(info.mac, port->mac, sizeof(info.mac)))
		return 0;
	gw_port_close(gw, info.index, unheard);
	return gw_error(err, ENODEV, "%s: not the port that it was: its MAC address is another",
			port->device);
}

static void close_ports(struct gw *gw, const struct gw_resume_port *ports, uint32_t count)
{
	char unheard[GW_ERR_SIZE];

	while (count)
		gw_port_close(gw, ports[--count].index, unheard);
}

static int forward(struct gw *gw, const struct gw_resume_port *ports, uint32_t count,
		   const void *image, uint64_t length, char *err)
{
	uint32_t opened = 0;
	int rc = 0;

	while (!rc && opened < count) {
		rc = open_one(gw, &ports[opened], err);
		opened += !rc;
	}
	if (!rc)
		rc = gw_commit(gw, image, length, err);
	if (rc)
		close_ports(gw, ports, opened);
	return rc;
}

static int resume(const struct gw_open_args *args, const char *folder,
		  const struct gw_resume_port *ports, uint32_t count, const void *image,
		  uint64_t length, struct gw **out, struct gw_open_info *info,
		  struct gw_flow_memory_info *memory, char *err)
{
	struct gw_real *real = NULL;
	int rc;

	gw_sockets_have(args->sockets);
	rc = gw_real_new(args, &real, err);
	if (rc)
		return rc;
	/* First: nobody else runs who has these flows. */
	rc = gw_flow_memory(&real->gw, folder, 0, memory, err);
	if (rc) {
		gw_sockets_drop();
		gw_real_free(real);
		return rc;
	}
	rc = gw_real_start(real, args, info, err);
	if (rc)
		return rc;
	*out = &real->gw;
	return forward(&real->gw, ports, count, image, length, err) ? 0 : age_ms();
}

/* Before all that the program does meanwhile, where the system lets us: packets are lost. */
int gw_resume(const struct gw_open_args *args, const char *folder,
	      const struct gw_resume_port *ports, uint32_t count, const void *image,
	      uint64_t length, struct gw **out, struct gw_open_info *info,
	      struct gw_flow_memory_info *memory, char *err)
{
	id_t self = (id_t)gettid();
	int rc, nice = getpriority(PRIO_PROCESS, self);

	(void)setpriority(PRIO_PROCESS, self, GW_NICE);
	rc = resume(args, folder, ports, count, image, length, out, info, memory, err);
	(void)setpriority(PRIO_PROCESS, self, nice);
	return rc;
}
