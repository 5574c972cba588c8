/* SPDX-License-Identifier: Apache-2.0 */
/* The real data plane: opened, told about a commit, closed. */
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <rte_eal.h>

#include "real.h"

#define MEMORY_BASE_MB 256
#define MEMORY_WORKER_MB 64
#define QUIET_POLL_US 20

/* Enough for buffers of some ports; ordinary memory is only taken when it is used. */
static uint32_t memory_mb(const struct gw_open_args *args)
{
	return args->memory_mb ? args->memory_mb :
				 MEMORY_BASE_MB + (args->workers - 1) * MEMORY_WORKER_MB;
}

static int check(struct gw *gw, const struct gw_snapshot *next, char *err)
{
	struct gw_real *real = gw_real_of(gw);

	for (uint32_t i = 0; i < next->ports_count; i++) {
		uint32_t index = next->ports[i].index;

		if (!real->ports[index].open)
			return gw_error(err, EINVAL, "ports[%u].index: no port %u is open", i,
					index);
		gw_port_refresh(&real->ports[index]);
	}
	gw_sockets_drop();
	return 0;
}

/* Sleeping workers are offline and need no waiting for; busy ones report every turn. */
static void quiesce(struct gw *gw)
{
	struct rte_rcu_qsbr *quiet = gw_real_of(gw)->quiet;
	uint64_t token;

	/* A worker that wakes up sees the new pointer, or is seen here. */
	atomic_thread_fence(memory_order_seq_cst);
	token = rte_rcu_qsbr_start(quiet);
	while (!rte_rcu_qsbr_check(quiet, token, false))
		usleep(QUIET_POLL_US);
}

static int close_real(struct gw *gw, char *err)
{
	struct gw_real *real = gw_real_of(gw);

	(void)err;
	gw_threads_stop(real);
	gw_ports_end(real);
	gw_sockets_drop();
	gw_eal_stop();
	gw_real_free(real);
	return 0;
}

static const struct gw_real_ops ops = { .check = check, .quiesce = quiesce, .close = close_real };

static int make_quiet(struct gw_real *real)
{
	size_t size = rte_rcu_qsbr_get_memsize(GW_MAX_WORKERS);

	real->quiet = aligned_alloc(RTE_CACHE_LINE_SIZE,
				    RTE_ALIGN_CEIL(size, (size_t)RTE_CACHE_LINE_SIZE));
	if (!real->quiet)
		return -ENOMEM;
	return rte_rcu_qsbr_init(real->quiet, GW_MAX_WORKERS);
}

static int start(struct gw_real *real, const struct gw_open_args *args, struct gw_open_info *info,
		 char *err)
{
	struct gw_eal_args eal = { .memory_mb = memory_mb(args), .use_pci = args->use_pci };
	bool hugepages;
	int rc;

	if (make_quiet(real))
		return gw_error(err, ENOMEM, "No memory for the data plane");
	gw_sockets_have(args->sockets);
	rc = gw_eal_start(&eal, &hugepages, err);
	if (rc)
		return rc;
	rc = gw_threads_start(real, err);
	if (rc) {
		gw_eal_stop();
		return rc;
	}
	info->hugepages = hugepages;
	return 0;
}

static void describe(const struct gw_real *real, struct gw_open_info *info)
{
	info->workers = real->gw.workers_count;
	for (uint32_t i = 0; i < GW_MAX_WORKERS; i++)
		info->cpus[i] = i < info->workers ? real->threads[i].cpu : GW_NONE;
	snprintf(info->dpdk, sizeof(info->dpdk), "%s", rte_version());
}

int gw_real_new(const struct gw_open_args *args, struct gw_real **out, char *err)
{
	struct gw_real *real;
	int rc;

	if (!args->workers || args->workers > GW_MAX_WORKERS)
		return gw_error(err, EINVAL, "workers: %u is not in 1..%d", args->workers,
				GW_MAX_WORKERS);
	real = aligned_alloc(GW_CACHE_LINE, RTE_ALIGN_CEIL(sizeof(*real), (size_t)GW_CACHE_LINE));
	if (!real)
		return gw_error(err, ENOMEM, "No memory for the data plane");
	memset(real, 0, sizeof(*real));
	rc = gw_init(&real->gw, args->workers, err);
	if (rc) {
		free(real);
		return rc;
	}
	real->gw.real = real;
	real->gw.ops = &ops;
	real->use_pci = args->use_pci;
	*out = real;
	return 0;
}

void gw_real_free(struct gw_real *real)
{
	gw_fini(&real->gw);
	free(real->quiet);
	free(real);
}

int gw_real_start(struct gw_real *real, const struct gw_open_args *args, struct gw_open_info *info,
		  char *err)
{
	int rc;

	memset(info, 0, sizeof(*info));
	rc = start(real, args, info, err);
	if (rc) {
		gw_sockets_drop();
		gw_real_free(real);
		return rc;
	}
	describe(real, info);
	return 0;
}

int gw_open(const struct gw_open_args *args, struct gw **out, struct gw_open_info *info, char *err)
{
	struct gw_real *real = NULL;
	int rc = gw_real_new(args, &real, err);

	if (rc)
		return rc;
	rc = gw_real_start(real, args, info, err);
	if (!rc)
		*out = &real->gw;
	return rc;
}
