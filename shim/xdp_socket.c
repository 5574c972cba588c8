/* SPDX-License-Identifier: Apache-2.0 */
#include "xdp_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "open_files.h"

#define SOCKETS 1024
#define AGAIN_US 5000
#define AGAIN_MOST 200

/* Control's own. A file number is used again; the inode tells whether it still is that socket. */
static struct {
	int fd;
	ino_t inode; /* 0: this place is free */
	uint32_t port;
} known[SOCKETS];

/* Its inode; 0: no AF_XDP socket. */
static ino_t xdp_inode(int fd)
{
	int domain = 0;
	socklen_t size = sizeof(domain);
	struct stat about;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) || domain != AF_XDP)
		return 0;
	return fstat(fd, &about) ? 0 : about.st_ino;
}

static void keep(int fd, void *with)
{
	const uint32_t *port = with;
	ino_t inode = xdp_inode(fd);
	uint32_t place = SOCKETS;

	if (!inode)
		return;
	for (uint32_t i = 0; i < SOCKETS; i++) {
		if (known[i].inode == inode)
			return;
		if (!known[i].inode)
			place = i;
	}
	if (place == SOCKETS)
		return;
	/* libxdp leaves it to be inherited: whoever this process starts would hold the queue. */
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	known[place].fd = fd;
	known[place].inode = inode;
	known[place].port = *port;
}

void gw_xdp_keep(uint32_t port)
{
	gw_each_file(keep, &port);
}

void gw_xdp_close(uint32_t port)
{
	for (uint32_t i = 0; i < SOCKETS; i++) {
		if (!known[i].inode || known[i].port != port)
			continue;
		if (xdp_inode(known[i].fd) == known[i].inode)
			close(known[i].fd);
		known[i].inode = 0;
	}
}

/* libxdp's, as drivers call it; not there in a build without. */
struct xsk_socket;
struct xsk_umem;
struct xsk_ring_cons;
struct xsk_ring_prod;
struct xsk_socket_config;
int __real_xsk_socket__create(struct xsk_socket **socket, const char *interface, uint32_t queue,
			      struct xsk_umem *umem, struct xsk_ring_cons *rx,
			      struct xsk_ring_prod *tx, const struct xsk_socket_config *config)
	__attribute__((weak));
int __wrap_xsk_socket__create(struct xsk_socket **socket, const char *interface, uint32_t queue,
			      struct xsk_umem *umem, struct xsk_ring_cons *rx,
			      struct xsk_ring_prod *tx, const struct xsk_socket_config *config);

/* The kernel gives a queue free some milliseconds after its socket was closed. */
int __wrap_xsk_socket__create(struct xsk_socket **socket, const char *interface, uint32_t queue,
			      struct xsk_umem *umem, struct xsk_ring_cons *rx,
			      struct xsk_ring_prod *tx, const struct xsk_socket_config *config)
{
	for (int time = 0;; time++) {
		int rc = __real_xsk_socket__create(socket, interface, queue, umem, rx, tx, config);

		if (rc != -EBUSY || time == AGAIN_MOST)
			return rc;
		usleep(AGAIN_US);
	}
}
