/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a packet socket with two rings waits for three grace periods of the kernel's RCU, and
 * so does the end of a process that is killed, for each of its sockets, before anybody can start
 * the next one. A socket that is also under way in a message, to a socket that is itself in that
 * message, belongs to nobody then: kernels since 6.10 collect such messages aside, and the process
 * has ended by then. Older ones collect them at once, as if this were not.
 */
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "packet_socket.h"

#define FILES 2

union control {
	struct cmsghdr header; /* for the alignment */
	char bytes[CMSG_SPACE(FILES * sizeof(int))];
};

static struct msghdr message(struct iovec *part, union control *control)
{
	return (struct msghdr){ .msg_iov = part,
				.msg_iovlen = 1,
				.msg_control = control->bytes,
				.msg_controllen = sizeof(control->bytes) };
}

static int send_both(int by, int fd, int to)
{
	char byte = 0;
	struct iovec part = { &byte, 1 };
	union control control = { 0 };
	struct msghdr msg = message(&part, &control);
	struct cmsghdr *header = CMSG_FIRSTHDR(&msg);
	const int files[FILES] = { fd, to };

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(files));
	memcpy(CMSG_DATA(header), files, sizeof(files));
	return sendmsg(by, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 ? 0 : -1;
}

struct gw_linger gw_linger_begin(int fd)
{
	struct gw_linger none = { -1, -1 };
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair))
		return none;
	if (!send_both(pair[0], fd, pair[1]))
		return (struct gw_linger){ pair[0], pair[1] };
	close(pair[0]);
	close(pair[1]);
	return none;
}

void gw_linger_leave(struct gw_linger linger)
{
	if (linger.to < 0)
		return;
	close(linger.to);
	close(linger.by); /* the last one: with its end the kernel looks for what nobody has */
}

void gw_linger_end(struct gw_linger linger)
{
	char byte;
	struct iovec part = { &byte, 1 };
	union control control = { 0 };
	struct msghdr msg = message(&part, &control);
	struct cmsghdr *header;
	int files[FILES];

	if (linger.to < 0)
		return;
	if (recvmsg(linger.to, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) == 1) {
		header = CMSG_FIRSTHDR(&msg);
		if (header && header->cmsg_len == CMSG_LEN(sizeof(files))) {
			memcpy(files, CMSG_DATA(header), sizeof(files));
			for (int i = 0; i < FILES; i++)
				close(files[i]);
		}
	}
	gw_linger_leave(linger);
}
