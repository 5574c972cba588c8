/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The linker leads every setsockopt of the library, DPDK's included, through here: af_packet's
 * sockets are set up inside the driver, with two things that do not fit a load balancer. - It has
 * the kernel put IPv4 fragments together. The whole datagram then exceeds the ring's frames   and
 * is cut off. Fragments are steered by their addresses here, and need no such help. - It hands us
 * the frames that the kernel itself sends.
 */
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

int __real_setsockopt(int fd, int level, int name, const void *value, socklen_t size);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t size);

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	unsigned int fanout;
	int yes = 1;

	if (level != SOL_PACKET || name != PACKET_FANOUT || size != sizeof(fanout))
		return __real_setsockopt(fd, level, name, value, size);
	/* Kernels before 4.20 do not know it; those frames are then left as not ours. */
	(void)__real_setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes));
	memcpy(&fanout, value, sizeof(fanout));
	fanout &= ~((unsigned int)PACKET_FANOUT_FLAG_DEFRAG << 16);
	return __real_setsockopt(fd, level, name, &fanout, sizeof(fanout));
}
