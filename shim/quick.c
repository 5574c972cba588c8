/* SPDX-License-Identifier: Apache-2.0 */
/* What DPDK asks slowly at its start, asked faster: the linker leads its calls here. */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

uint64_t __real_get_tsc_freq(void);
uint64_t __wrap_get_tsc_freq(void);
unsigned int __real_eal_cpu_socket_id(unsigned int cpu);
unsigned int __wrap_eal_cpu_socket_id(unsigned int cpu);

#ifdef __x86_64__
#include <x86intrin.h>

#define NS 1000000000ull
#define WAIT_NS 4000000
#define ROUND_HZ 10000000ull /* as DPDK rounds it */
#define TRIES 16

/* The two clocks at one time. */
struct moment {
	uint64_t cycles, ns;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
}

/* Of some looks the one that nothing came in between. */
static struct moment look(void)
{
	struct moment best = { 0 };
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = __rdtsc(), ns = now_ns(), after = __rdtsc();

		if (after - before >= least)
			continue;
		least = after - before;
		best = (struct moment){ before + least / 2, ns };
	}
	return best;
}

/* Where the CPU does not tell, DPDK counts for 100 ms. With looks that are exact to some 100 ns a
 * few are enough. */
uint64_t __wrap_get_tsc_freq(void)
{
	const struct timespec wait = { .tv_nsec = WAIT_NS };
	struct moment first = look(), last;
	double hz;

	nanosleep(&wait, NULL);
	last = look();
	hz = (double)(last.cycles - first.cycles) * (double)NS / (double)(last.ns - first.ns);
	return ((uint64_t)hz + ROUND_HZ / 2) / ROUND_HZ * ROUND_HZ;
}
#else
uint64_t __wrap_get_tsc_freq(void)
{
	return __real_get_tsc_freq();
}
#endif

/* DPDK looks for a CPU that is not there at each of 32 nodes, and for each of 128 CPUs. */
unsigned int __wrap_eal_cpu_socket_id(unsigned int cpu)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/topology", cpu);
	return access(path, F_OK) ? 0 : __real_eal_cpu_socket_id(cpu);
}
