/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DPDK from start to end, on a thread of its own: rte_eal_init pins whoever calls it, and must not
 * pin a thread of the program. The thread then stays parked until the end. DPDK starts only once in
 * a process, so all that could fail and be tried another way is decided before.
 */
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>

#include "real.h"

#define MAX_ARGS 24
#define ARG_SIZE 64

struct eal {
	pthread_t thread;
	sem_t started, stop;
	int rc;
	int argc;
	char *argv[MAX_ARGS + 1];
	char text[MAX_ARGS][ARG_SIZE]; /* DPDK keeps pointers to its arguments */
};

static struct eal eal;
static atomic_bool used; /* DPDK was started in this process, maybe in vain */

__attribute__((format(printf, 1, 2))) static void add(const char *format, ...)
{
	va_list args;

	if (eal.argc == MAX_ARGS)
		return;
	va_start(args, format);
	vsnprintf(eal.text[eal.argc], ARG_SIZE, format, args);
	va_end(args);
	eal.argv[eal.argc] = eal.text[eal.argc];
	eal.argc++;
}

/* Whether the system hands out that many bytes in pages of this size right now. */
static bool can_map(uint64_t page, uint64_t bytes)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB;
	bool taken;
	void *pages;

	bytes = (bytes + page - 1) / page * page;
	pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		     flags | (__builtin_ctzll(page) << MAP_HUGE_SHIFT), -1, 0);
	if (pages == MAP_FAILED)
		return false;
	taken = gw_touch_huge(pages, bytes);
	munmap(pages, bytes);
	return taken;
}

static bool have_hugepages(uint64_t bytes)
{
	DIR *dir = opendir("/sys/kernel/mm/hugepages");
	struct dirent *entry;
	bool found = false;
	uint64_t kb;

	if (!dir)
		return false;
	while (!found && (entry = readdir(dir))) {
		if (sscanf(entry->d_name, "hugepages-%lukB", &kb) != 1 || !kb || kb & (kb - 1))
			continue;
		found = can_map(kb * 1024, bytes);
	}
	closedir(dir);
	return found;
}

static uint32_t first_cpu(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 0;
	for (uint32_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			return cpu;
	return 0;
}

static void set_args(const struct gw_eal_args *args, bool hugepages)
{
	add("guideway");
	add("--lcores=0@%u", first_cpu()); /* DPDK's own thread; workers are ours */
	if (hugepages) {
		add("--in-memory");
	} else {
		add("--no-huge");
		add("--no-shconf");
		add("-m");
		add("%u", args->memory_mb);
	}
	add("--file-prefix=guideway-%d", (int)getpid());
	add("--no-telemetry");
	add("--log-level=warning");
	if (args->use_pci) { /* an address without a NIC: only what is asked for later is probed */
		add("-a");
		add("0000:00:00.0");
	} else {
		add("--no-pci");
	}
	eal.argv[eal.argc] = NULL;
}

/* DPDK makes a folder for files that we told it not to write. Removed at once, so that even a
 * killed program leaves none. */
static void remove_runtime_dir(void)
{
	const char *dir = rte_eal_get_runtime_dir();

	if (dir && dir[0])
		rmdir(dir);
}

static void *run(void *unused)
{
	(void)unused;
	eal.rc = rte_eal_init(eal.argc, eal.argv) < 0 ? -(rte_errno ? rte_errno : EIO) : 0;
	remove_runtime_dir();
	sem_post(&eal.started);
	if (eal.rc)
		return NULL;
	while (sem_wait(&eal.stop))
		;
	rte_eal_cleanup();
	return NULL;
}

/* Signals belong to the program: none is delivered to this thread or to those it starts. */
static int start_thread(void)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&eal.thread, NULL, run, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

int gw_eal_start(const struct gw_eal_args *args, bool *hugepages, char *err)
{
	const char *reason;
	int rc;

	if (atomic_exchange(&used, true))
		return gw_error(err, EALREADY,
				"DPDK starts only once in a process, and it was started before");
	*hugepages = have_hugepages((uint64_t)args->memory_mb << 20);
	set_args(args, *hugepages);
	sem_init(&eal.started, 0, 0);
	sem_init(&eal.stop, 0, 0);
	gw_log_open();
	gw_log_begin();
	rc = start_thread();
	if (rc) {
		gw_log_end();
		return gw_error(err, rc, "No thread for DPDK: %s", strerror(rc));
	}
	while (sem_wait(&eal.started))
		;
	reason = gw_log_end();
	if (!eal.rc)
		return 0;
	pthread_join(eal.thread, NULL);
	return gw_error(err, -eal.rc, "DPDK does not start: %s (%s)", strerror(-eal.rc), reason);
}

void gw_eal_stop(void)
{
	sem_post(&eal.stop);
	pthread_join(eal.thread, NULL);
}
