/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of libnuma that DPDK calls, by the kernel's own calls, so that libnuma need not be
 * there at run time. Hidden: nobody else sees them. Only nodes that fit one set of GW_NODES bits
 * are known, which is what the kernel of a common distribution is built for. */
#include <numa.h>
#include <numaif.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GW_NODES 1024
#define LONG_BITS (8 * sizeof(unsigned long))

int numa_available(void)
{
	return get_mempolicy(NULL, NULL, 0, NULL, 0) ? -1 : 0;
}

struct bitmask *numa_allocate_nodemask(void)
{
	struct bitmask *mask = calloc(1, sizeof(*mask) + GW_NODES / 8);

	if (!mask)
		return NULL;
	mask->size = GW_NODES;
	mask->maskp = (unsigned long *)(mask + 1);
	return mask;
}

void numa_bitmask_free(struct bitmask *mask)
{
	free(mask);
}

/* -1: the node of the CPU that asks. */
void numa_set_preferred(int node)
{
	unsigned long nodes[GW_NODES / LONG_BITS] = { 0 };

	if (node < 0 || node >= GW_NODES) {
		numa_set_localalloc();
		return;
	}
	nodes[(unsigned int)node / LONG_BITS] = 1UL << ((unsigned int)node % LONG_BITS);
	(void)set_mempolicy(MPOL_PREFERRED, nodes, GW_NODES + 1);
}

void numa_set_localalloc(void)
{
	(void)set_mempolicy(MPOL_DEFAULT, NULL, 0);
}

long get_mempolicy(int *mode, unsigned long *nodes, unsigned long max, void *address,
		   unsigned int flags)
{
	return syscall(SYS_get_mempolicy, mode, nodes, max, address, flags);
}

long set_mempolicy(int mode, const unsigned long *nodes, unsigned long max)
{
	return syscall(SYS_set_mempolicy, mode, nodes, max);
}
