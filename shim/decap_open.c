/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include "bytes.h"
#include "decap.h"
#include "error.h"

#define SOCKET_BUFFER (4 << 20)
#ifndef UDP_NO_CHECK6_RX
#define UDP_NO_CHECK6_RX 102
#endif

static const struct {
	int family, type, protocol;
	enum gw_tunnel tunnel;
	const char *name;
} KINDS[GW_DECAP_SOCKETS] = {
	{ AF_INET, SOCK_RAW, IPPROTO_GRE, GW_TUNNEL_GRE, "GRE over IPv4" },
	{ AF_INET6, SOCK_RAW, IPPROTO_GRE, GW_TUNNEL_GRE, "GRE over IPv6" },
	{ AF_INET, SOCK_RAW, IPPROTO_IPIP, GW_TUNNEL_IPIP, "IPv4 in IPv4" },
	{ AF_INET, SOCK_RAW, IPPROTO_IPV6, GW_TUNNEL_IPIP, "IPv6 in IPv4" },
	{ AF_INET6, SOCK_RAW, IPPROTO_IPIP, GW_TUNNEL_IPIP, "IPv4 in IPv6" },
	{ AF_INET6, SOCK_RAW, IPPROTO_IPV6, GW_TUNNEL_IPIP, "IPv6 in IPv6" },
	{ AF_INET, SOCK_DGRAM, IPPROTO_UDP, GW_TUNNEL_GUE, "GUE over IPv4" },
	{ AF_INET6, SOCK_DGRAM, IPPROTO_UDP, GW_TUNNEL_GUE, "GUE over IPv6" },
};

enum gw_tunnel gw_decap_tunnel(int which)
{
	return KINDS[which].tunnel;
}

bool gw_decap_outer(int which)
{
	return KINDS[which].family == AF_INET && KINDS[which].type == SOCK_RAW;
}

static int open_tun(const char *name, int *fd, char *err)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };

	if (!name[0] || strlen(name) >= IFNAMSIZ || strchr(name, '/') || strchr(name, '%'))
		return gw_error(err, EINVAL, "\"%.32s\" is not the name of an interface", name);
	*fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (*fd < 0)
		return gw_error(err, errno, "/dev/net/tun: %s", strerror(errno));
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (!ioctl(*fd, TUNSETIFF, &request))
		return 0;
	return gw_error(err, errno, "The tun device %s cannot be opened: %s", name,
			errno == EBUSY ? "somebody else has it open" : strerror(errno));
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

/* Guideway sends UDP over IPv6 without a checksum, as RFC 6935 allows tunnels to. */
static int bind_gue(int fd, int family, uint16_t port)
{
	struct sockaddr_in6 ip6 = { .sin6_family = AF_INET6, .sin6_port = gw_be16(port) };
	struct sockaddr_in ip4 = { .sin_family = AF_INET, .sin_port = gw_be16(port) };
	int yes = 1;

	if (family == AF_INET)
		return bind(fd, (const struct sockaddr *)&ip4, sizeof(ip4));
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes)) ||
	    setsockopt(fd, IPPROTO_UDP, UDP_NO_CHECK6_RX, &yes, sizeof(yes)))
		return -1;
	return bind(fd, (const struct sockaddr *)&ip6, sizeof(ip6));
}

/* -1 in *fd: the kernel has no IPv6. */
static int open_socket(int which, uint16_t gue_port, int *fd, char *err)
{
	int size = SOCKET_BUFFER, family = KINDS[which].family, type = KINDS[which].type;

	*fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, KINDS[which].protocol);
	if (*fd < 0 && family == AF_INET6 && errno == EAFNOSUPPORT)
		return 0;
	if (*fd < 0)
		return gw_error(err, errno, "No socket for %s: %s", KINDS[which].name,
				strerror(errno));
	if (setsockopt(*fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		(void)setsockopt(*fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (type == SOCK_DGRAM && bind_gue(*fd, family, gue_port))
		return gw_error(err, errno, "UDP port %u for %s: %s", gue_port, KINDS[which].name,
				strerror(errno));
	return 0;
}

/* The tun device comes last: with its carrier it says that packets are taken. */
int gw_decap_open(struct gw_decap *decap, const char *tun, uint16_t gue_port, char *err)
{
	int rc = 0;

	decap->tun = -1;
	for (int i = 0; i < GW_DECAP_SOCKETS; i++)
		decap->sockets[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	for (int i = 0; !rc && i < GW_DECAP_SOCKETS; i++)
		rc = open_socket(i, gue_port, &decap->sockets[i].fd, err);
	if (!rc)
		rc = open_tun(tun, &decap->tun, err);
	if (!rc)
		rc = set_up(tun, err);
	if (rc)
		gw_decap_close(decap);
	return rc;
}

void gw_decap_close(struct gw_decap *decap)
{
	for (int i = 0; i < GW_DECAP_SOCKETS; i++) {
		if (decap->sockets[i].fd >= 0)
			close(decap->sockets[i].fd);
	}
	if (decap->tun >= 0)
		close(decap->tun);
}
