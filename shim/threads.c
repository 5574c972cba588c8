/* SPDX-License-Identifier: Apache-2.0 */
/* The workers' threads: named, pinned, known to DPDK (whose buffer caches go by thread). */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <rte_errno.h>
#include <rte_lcore.h>

#include "crash.h"
#include "real.h"

/* CPUs from the last allowed one downwards, so that the first ones stay for the program; with more
 * workers than CPUs they go round again. Nothing is pinned where there is a single CPU. */
static void choose_cpus(struct gw_real *real)
{
	uint32_t allowed[CPU_SETSIZE], count = 0;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		CPU_ZERO(&set);
	for (uint32_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			allowed[count++] = cpu;
	for (uint32_t i = 0; i < real->gw.workers_count; i++)
		real->threads[i].cpu = count < 2 ? GW_NONE : allowed[count - 1 - i % count];
}

static void pin(struct gw_thread *self)
{
	cpu_set_t set;

	if (self->cpu == GW_NONE)
		return;
	CPU_ZERO(&set);
	CPU_SET(self->cpu, &set);
	if (pthread_setaffinity_np(pthread_self(), sizeof(set), &set))
		self->cpu = GW_NONE;
}

static void *run(void *arg)
{
	struct gw_thread *self = arg;
	struct rte_rcu_qsbr *quiet = self->real->quiet;
	char name[16];

	snprintf(name, sizeof(name), "gw-worker-%u", self->worker->index);
	pthread_setname_np(pthread_self(), name);
	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), GW_NICE);
	pin(self); /* before DPDK notes where its thread runs */
	self->rc = rte_thread_register() ? -rte_errno : 0;
	if (!self->rc)
		rte_rcu_qsbr_thread_register(quiet, self->worker->index);
	sem_post(&self->ready);
	if (self->rc)
		return NULL;
	(void)gw_crash_thread(self->worker, &self->real->gw);
	gw_poll(self);
	(void)gw_crash_thread(NULL, NULL);
	rte_rcu_qsbr_thread_unregister(quiet, self->worker->index);
	rte_thread_unregister();
	return NULL;
}

/* Signals belong to the program. */
static int start(struct gw_thread *thread)
{
	sigset_t all, old;
	int rc;

	sem_init(&thread->ready, 0, 0);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&thread->thread, NULL, run, thread);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (rc)
		return -rc;
	thread->running = true;
	while (sem_wait(&thread->ready))
		;
	return thread->rc;
}

int gw_threads_start(struct gw_real *real, char *err)
{
	int rc;

	choose_cpus(real);
	for (uint32_t i = 0; i < real->gw.workers_count; i++) {
		real->threads[i].real = real;
		real->threads[i].worker = real->gw.workers[i];
		rc = start(&real->threads[i]);
		if (rc) {
			gw_threads_stop(real);
			return gw_error(err, -rc, "Worker %u does not start: %s", i, strerror(-rc));
		}
	}
	return 0;
}

void gw_threads_stop(struct gw_real *real)
{
	atomic_store(&real->stop, true);
	for (uint32_t i = 0; i < real->gw.workers_count; i++) {
		if (!real->threads[i].running)
			continue;
		pthread_join(real->threads[i].thread, NULL);
		sem_destroy(&real->threads[i].ready);
		real->threads[i].running = false;
	}
}
