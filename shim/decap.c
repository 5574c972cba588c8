/* SPDX-License-Identifier: Apache-2.0 */
/* For an application server whose kernel has no GRE: raw sockets take the tunnel's packets, a tun
 * device hands what was inside to the kernel. Knows nothing of DPDK. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include "bytes.h"
#include "error.h"

#define LOOK_AT_STOP_MS 100
#define SOCKET_BUFFER (4 << 20)
#define BATCH 64
enum { GRE_CHECKSUM = 0x8000, GRE_KEY = 0x2000, GRE_SEQUENCE = 0x1000, GRE_REFUSED = 0x4007 };

struct decap {
	int tun;
	struct pollfd sockets[2]; /* IPv4, IPv6; fd -1: the kernel has none */
	uint8_t packet[65536];
};

static int open_tun(const char *name, char *err)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd;

	if (!name[0] || strlen(name) >= IFNAMSIZ || strchr(name, '/') || strchr(name, '%'))
		return gw_error(err, EINVAL, "\"%.32s\" is not the name of an interface", name);
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return gw_error(err, errno, "/dev/net/tun: %s", strerror(errno));
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (!ioctl(fd, TUNSETIFF, &request))
		return fd;
	gw_error(err, errno, "The tun device %s cannot be opened: %s", name,
		 errno == EBUSY ? "somebody else has it open" : strerror(errno));
	close(fd);
	return -errno;
}

static int set_up(const char *name, char *err)
{
	struct ifreq request = { 0 };
	int rc = 0, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return gw_error(err, errno, "No socket: %s", strerror(errno));
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(fd, SIOCGIFFLAGS, &request))
		rc = -errno;
	request.ifr_flags |= IFF_UP;
	if (!rc && ioctl(fd, SIOCSIFFLAGS, &request))
		rc = -errno;
	close(fd);
	return rc ? gw_error(err, -rc, "%s cannot be set up: %s", name, strerror(-rc)) : 0;
}

static int open_raw(int family, char *err)
{
	int size = SOCKET_BUFFER;
	int fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_GRE);

	if (fd < 0)
		return gw_error(err, errno, "No raw socket for GRE over IPv%d: %s",
				family == AF_INET ? 4 : 6, strerror(errno));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return fd;
}

/* Where the inner packet begins in a GRE packet, or -1 when it is not one that we take. */
static int gre_payload(const uint8_t *gre, size_t length)
{
	uint16_t flags, type;
	size_t at = 4;

	if (length < 4)
		return -1;
	flags = gw_be16(gw_load16(gre));
	type = gw_be16(gw_load16(gre + 2));
	if (flags & GRE_REFUSED)
		return -1;
	at += flags & GRE_CHECKSUM ? 4 : 0;
	at += flags & GRE_KEY ? 4 : 0;
	at += flags & GRE_SEQUENCE ? 4 : 0;
	if (length <= at)
		return -1;
	if ((type == 0x0800 && gre[at] >> 4 == 4) || (type == 0x86dd && gre[at] >> 4 == 6))
		return (int)at;
	return -1;
}

/* A raw IPv4 socket gives the IP header, too; an IPv6 one does not. */
static size_t outer_header(const struct decap *decap, int which, size_t length)
{
	size_t header = which == 0 ? (decap->packet[0] & 15u) * 4u : 0;

	return header <= length ? header : length;
}

/* Hands on what waits at a socket; -errno when the tun device is gone. */
static int drain(struct decap *decap, int which, uint64_t *packets)
{
	for (int i = 0; i < BATCH; i++) {
		ssize_t got = recv(decap->sockets[which].fd, decap->packet, sizeof(decap->packet),
				   MSG_DONTWAIT);
		size_t header;
		int at;

		if (got <= 0)
			return 0;
		header = outer_header(decap, which, (size_t)got);
		at = gre_payload(decap->packet + header, (size_t)got - header);
		if (at < 0)
			continue;
		header += (size_t)at;
		if (write(decap->tun, decap->packet + header, (size_t)got - header) >= 0)
			__atomic_fetch_add(packets, 1, __ATOMIC_RELAXED);
		else if (errno == EBADFD || errno == ENODEV)
			return -errno;
	}
	return 0;
}

static int loop(struct decap *decap, const char *tun, const volatile uint32_t *stop,
		uint64_t *packets, char *err)
{
	while (!*stop) {
		if (poll(decap->sockets, 2, LOOK_AT_STOP_MS) < 0 && errno != EINTR)
			return gw_error(err, errno, "Waiting for packets: %s", strerror(errno));
		for (int i = 0; i < 2; i++) {
			int rc = decap->sockets[i].fd < 0 ? 0 : drain(decap, i, packets);

			if (rc)
				return gw_error(err, -rc, "The tun device %s is gone", tun);
		}
	}
	return 0;
}

static int open_sockets(struct decap *decap, char *err)
{
	int ip4 = open_raw(AF_INET, err), ip6;

	if (ip4 < 0)
		return ip4;
	ip6 = open_raw(AF_INET6, NULL); /* a kernel without IPv6 has none */
	decap->sockets[0] = (struct pollfd){ .fd = ip4, .events = POLLIN };
	decap->sockets[1] = (struct pollfd){ .fd = ip6 < 0 ? -1 : ip6, .events = POLLIN };
	return 0;
}

int gw_decap(const char *tun, const volatile uint32_t *stop, uint64_t *packets, char *err)
{
	struct decap decap;
	int rc;

	decap.tun = open_tun(tun, err);
	if (decap.tun < 0)
		return decap.tun;
	rc = set_up(tun, err);
	if (!rc)
		rc = open_sockets(&decap, err);
	if (!rc) {
		rc = loop(&decap, tun, stop, packets, err);
		close(decap.sockets[0].fd);
		if (decap.sockets[1].fd >= 0)
			close(decap.sockets[1].fd);
	}
	close(decap.tun);
	return rc;
}
