/* SPDX-License-Identifier: Apache-2.0 */
/* What an af_packet port's rings had no room for. The driver does not count it; the kernel does, by
 * socket, until somebody asks. */
#include <linux/if_packet.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/socket.h>

#include "packet_socket.h"

#define FDS 1024

/* By file; 0: no bound packet socket. Control writes it. */
static _Atomic uint32_t interface_of[FDS];
static _Atomic uint64_t missed_by[FDS]; /* whoever asks writes it */

void gw_missed_begin(int fd)
{
	struct sockaddr_ll address = { 0 };
	socklen_t size = sizeof(address);

	if (fd < 0 || fd >= FDS || getsockname(fd, (struct sockaddr *)&address, &size))
		return;
	atomic_store(&missed_by[fd], 0);
	atomic_store(&interface_of[fd], (uint32_t)address.sll_ifindex);
}

void gw_missed_end(int fd)
{
	if (fd >= 0 && fd < FDS)
		atomic_store(&interface_of[fd], 0);
}

uint64_t gw_missed_at(uint32_t ifindex)
{
	uint64_t sum = 0;

	for (int fd = 0; ifindex && fd < FDS; fd++) {
		struct tpacket_stats since = { 0 };
		socklen_t size = sizeof(since);

		if (atomic_load(&interface_of[fd]) != ifindex)
			continue;
		/* Asking sets the kernel's count to 0. */
		if (!getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &since, &size))
			atomic_fetch_add(&missed_by[fd], since.tp_drops);
		sum += atomic_load(&missed_by[fd]);
	}
	return sum;
}
