/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The linker leads every ioctl of the library, DPDK's included, through here. When a port starts,
 * DPDK gives the interface the MAC address that it has, and the kernel then forgets all neighbours
 * there: at every start the next hops would have to be found anew before a packet leaves. An
 * address that is the interface's already is not set.
 */
#include <net/if.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>

#define ETHER_BYTES 6

int __real_ioctl(int fd, unsigned long request, void *argument);
int __wrap_ioctl(int fd, unsigned long request, ...);

static bool has_address(int fd, const struct ifreq *wanted)
{
	struct ifreq now = { 0 };

	memcpy(now.ifr_name, wanted->ifr_name, sizeof(now.ifr_name));
	return !__real_ioctl(fd, SIOCGIFHWADDR, &now) &&
	       now.ifr_hwaddr.sa_family == wanted->ifr_hwaddr.sa_family &&
	       !memcmp(now.ifr_hwaddr.sa_data, wanted->ifr_hwaddr.sa_data, ETHER_BYTES);
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list list;
	void *argument;

	va_start(list, request);
	argument = va_arg(list, void *);
	va_end(list);
	if (request == SIOCSIFHWADDR && has_address(fd, argument))
		return 0;
	return __real_ioctl(fd, request, argument);
}
