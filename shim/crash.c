/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of a crash. It is written by the thread that crashed, inside its signal handler: with
 * system calls alone, without a lock, and piece by piece, so that a second fault keeps what was
 * written. Bytes of packets are read by a system call, too: pointers may be what is broken.
 * Faults of other threads are those of whoever had the signals before.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "crash.h"
#include "error.h"

#define STACK (64 * 1024)
#define BYTES_MOST 192 /* of a packet */

static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))
static const char *const names[] = { "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT" };
static const char *const steps[] = { "parse", "vip", "flow", "encap" };
_Static_assert(sizeof(steps) / sizeof(steps[0]) == GW_STEP_COUNT, "a name for every step");

/* Written once, before any worker runs. */
static char folder[3072];
static struct sigaction before[SIGNALS];

/* Of this thread. */
static __thread const struct gw_worker *watched;
static __thread struct gw *watched_gw;

struct out {
	int file;
	char line[512];
	size_t used;
};

static void flush(struct out *out)
{
	for (size_t at = 0; at < out->used;) {
		ssize_t n = write(out->file, out->line + at, out->used - at);

		if (n <= 0)
			break;
		at += (size_t)n;
	}
	out->used = 0;
}

static void put(struct out *out, const char *text)
{
	for (; *text; text++) {
		if (out->used == sizeof(out->line))
			flush(out);
		out->line[out->used++] = *text;
	}
}

static void put_number(struct out *out, uint64_t value, unsigned base, unsigned digits)
{
	char text[32];
	size_t at = sizeof(text) - 1;

	text[at] = 0;
	do {
		text[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value || sizeof(text) - 1 - at < digits);
	put(out, text + at);
}

static void put_fact(struct out *out, const char *name, uint64_t value)
{
	put(out, name);
	put_number(out, value, 10, 1);
	put(out, "\n");
}

/* How many of the bytes could be read, without a fault. */
static size_t peek(void *to, const void *from, size_t length)
{
	struct iovec local = { to, length }, remote = { (void *)(uintptr_t)from, length };
	ssize_t n = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);

	return n > 0 ? (size_t)n : 0;
}

static void put_packet(struct out *out, uint32_t at, const struct gw_packet *from)
{
	uint8_t bytes[BYTES_MOST];
	struct gw_packet p;
	size_t length;

	if (peek(&p, from, sizeof(p)) < sizeof(p))
		return;
	length = peek(bytes, p.data, p.data_len < BYTES_MOST ? p.data_len : BYTES_MOST);
	put(out, "packet ");
	put_number(out, at, 10, 1);
	put(out, ", verdict ");
	put_number(out, p.verdict, 10, 1);
	put(out, ", server ");
	put_number(out, p.server, 10, 1);
	put(out, ", ");
	put_number(out, p.frame_len, 10, 1);
	put(out, length ? " bytes:" : " bytes, which cannot be read");
	for (size_t i = 0; i < length; i++) {
		put(out, " ");
		put_number(out, bytes[i], 16, 2);
	}
	put(out, "\n");
	flush(out);
}

static uint64_t place_of(const void *context)
{
#if defined(__x86_64__)
	return (uint64_t)((const ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	return ((const ucontext_t *)context)->uc_mcontext.pc;
#else
	(void)context;
	return 0;
#endif
}

static void report(struct out *out, const char *name, const siginfo_t *info, const void *context)
{
	const struct gw_worker *worker = watched;
	const struct gw_snapshot *snapshot = atomic_load(&watched_gw->snapshot);

	put(out, gw_version());
	put(out, " crashed: ");
	put(out, name);
	put(out, ", address 0x");
	put_number(out, (uint64_t)(uintptr_t)info->si_addr, 16, 1);
	put(out, ", instruction 0x");
	put_number(out, place_of(context), 16, 1);
	put(out, ", the library's code begins near 0x");
	put_number(out, (uint64_t)(uintptr_t)gw_crash_thread, 16, 1);
	put(out, "\n");
	put_fact(out, "worker ", worker->index);
	put(out, "step ");
	put(out, worker->step < GW_STEP_COUNT ? steps[worker->step] : "none");
	put(out, "\n");
	flush(out);
	put_fact(out, "revision ", snapshot ? snapshot->revision : 0);
	flush(out);
	if (worker->step >= GW_STEP_COUNT)
		return;
	put_fact(out, "packets of the burst ", worker->burst_count);
	for (uint32_t i = 0; i < worker->burst_count && i < GW_BURST; i++)
		put_packet(out, i, worker->burst + i);
}

static void open_report(struct out *out)
{
	char path[sizeof(folder) + 64];
	struct out name = { .file = -1 };

	put(&name, "/crash-");
	put_number(&name, (uint64_t)time(NULL), 10, 1);
	put(&name, ".txt");
	memcpy(path, folder, strlen(folder));
	memcpy(path + strlen(folder), name.line, name.used);
	path[strlen(folder) + name.used] = 0;
	out->file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (out->file < 0)
		out->file = STDERR_FILENO;
}

static void on_fault(int number, siginfo_t *info, void *context)
{
	struct out out = { .file = -1 };

	for (size_t i = 0; i < SIGNALS; i++) {
		if (signals[i] != number)
			continue;
		if (watched) {
			open_report(&out);
			report(&out, names[i], info, context);
			fsync(out.file);
		}
		sigaction(number, &before[i], NULL);
	}
	/* The instruction is tried again, and whoever had the signal before hears of it; an abort
	 * comes again by itself. */
}

GW_API int gw_crash_watch(const char *where, char *err)
{
	struct sigaction action = { .sa_sigaction = on_fault,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK };

	if (strlen(where) >= sizeof(folder))
		return gw_error(err, ENAMETOOLONG, "the folder for crash reports: too long");
	if (folder[0]) {
		strcpy(folder, where);
		return 0;
	}
	strcpy(folder, where);
	for (size_t i = 0; i < SIGNALS; i++)
		if (sigaction(signals[i], &action, &before[i]))
			return gw_error(err, errno, "%s cannot be watched", names[i]);
	return 0;
}

/* The thread may have all signals blocked, and the kernel ends a process at once whose fault is. */
int gw_crash_thread(const struct gw_worker *worker, struct gw *gw)
{
	stack_t stack = { .ss_size = STACK }, old = { 0 };
	sigset_t faults;

	watched = NULL;
	watched_gw = gw;
	if (!worker) {
		stack.ss_flags = SS_DISABLE;
		sigaltstack(&stack, &old);
		free(old.ss_sp);
		return 0;
	}
	stack.ss_sp = malloc(STACK);
	if (!stack.ss_sp)
		return -ENOMEM;
	sigaltstack(&stack, NULL);
	sigemptyset(&faults);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaddset(&faults, signals[i]);
	pthread_sigmask(SIG_UNBLOCK, &faults, NULL);
	watched = worker;
	return 0;
}

#ifdef GW_CRASH_TEST
/* A build for tests has a way to crash: SIGUSR2, and the next burst does. */
static volatile sig_atomic_t wanted;

static void want(int number)
{
	(void)number;
	wanted = 1;
}

static __attribute__((constructor)) void listen(void)
{
	signal(SIGUSR2, want);
}

void gw_crash_if_wanted(void)
{
	if (wanted)
		*(volatile int *)8 = 0;
}
#endif
