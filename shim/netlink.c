/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to the kernel, and its answers. The kernel answers while it is given the question, so
 * that answers that do not come were lost: then it is asked again. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "clock.h"
#include "netlink.h"

#define BATCH 32            /* under way at a time: their answers fit the queue of any socket */
#define TRIES 5
#define WAIT_SECONDS 2      /* for an answer */
#define DUMP_SECONDS 10     /* for a table */
#define RECEIVE_BYTES 32768 /* the kernel sends no more in one piece */

struct batch {
	const struct gw_netlink_questions *questions;
	uint32_t first;
	uint32_t wanted; /* a bit for each of those that have no answer yet */
};

struct dump {
	gw_netlink_take take;
	void *context;
	uint32_t interrupted;
};

static int open_socket(void)
{
	struct timeval wait = { .tv_sec = WAIT_SECONDS };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), code;

	if (fd < 0)
		return -errno;
	if (!setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) &&
	    !setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)))
		return fd;
	code = errno;
	close(fd);
	return -code;
}

static int send_all(int fd, const void *bytes, size_t length)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t sent;

	do
		sent = sendto(fd, bytes, length, 0, (struct sockaddr *)&kernel, sizeof(kernel));
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/* Waits for the next piece and gives its messages to `take`. */
static int receive(int fd, int flags, uint32_t until, gw_netlink_take take, void *context)
{
	_Alignas(struct nlmsghdr) uint8_t bytes[RECEIVE_BYTES];
	struct sockaddr_nl from = { .nl_family = AF_NETLINK };
	struct iovec place = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	struct msghdr piece = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &place,
				.msg_iovlen = 1 };
	ssize_t length = recvmsg(fd, &piece, flags);

	if (length < 0 && errno != EINTR)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (gw_seconds() > until)
		return -ETIMEDOUT;
	if (length < 0 || from.nl_pid) /* another process may send, too */
		return 0;
	if (piece.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	return gw_netlink_each(bytes, (size_t)length, take, context);
}

size_t gw_netlink_add(struct gw_netlink_question *question, size_t length, uint16_t type,
		      const void *value, size_t size)
{
	struct rtattr head = { .rta_len = (uint16_t)RTA_LENGTH(size), .rta_type = type };
	size_t at = RTA_ALIGN(length);

	if (at + RTA_SPACE(size) > sizeof(*question))
		return length;
	memcpy((uint8_t *)question + at, &head, sizeof(head));
	memcpy((uint8_t *)question + at + RTA_LENGTH(0), value, size);
	return at + RTA_LENGTH(size);
}

static int take_answer(const struct nlmsghdr *message, void *context)
{
	struct batch *batch = context;
	const struct gw_netlink_questions *questions = batch->questions;
	uint32_t at = message->nlmsg_seq - 1 - batch->first;
	int rc;

	if (at >= BATCH || !(batch->wanted >> at & 1))
		return 0;
	batch->wanted &= ~(1u << at);
	rc = questions->take(questions->context, batch->first + at, message,
			     message->nlmsg_type == NLMSG_ERROR ? gw_netlink_code(message) : 0);
	return rc ? rc : !batch->wanted;
}

/* Those that are wanted, in one piece. */
static int send_batch(int fd, struct batch *batch)
{
	_Alignas(struct nlmsghdr) uint8_t bytes[BATCH * sizeof(struct gw_netlink_question)];
	size_t length = 0;

	for (uint32_t i = 0; i < BATCH; i++) {
		struct gw_netlink_question question;
		size_t size = 0;

		memset(&question, 0, sizeof(question));
		if (batch->wanted >> i & 1)
			size = batch->questions->write(batch->questions->context, batch->first + i,
						       &question);
		if (!size) {
			batch->wanted &= ~(1u << i);
			continue;
		}
		question.head.nlmsg_len = (uint32_t)size;
		question.head.nlmsg_seq = batch->first + i + 1;
		memcpy(bytes + length, &question, NLMSG_ALIGN(size));
		length += NLMSG_ALIGN(size);
	}
	return length ? send_all(fd, bytes, length) : 0;
}

/* 0, or 1 when nothing is wanted any more, or -errno. A queue that is full loses answers and says
 * so once: what is in it is taken before -ENOBUFS is told. */
static int take_batch(int fd, struct batch *batch)
{
	uint32_t until = gw_seconds() + WAIT_SECONDS;
	int rc = 0, lost = 0;

	while (!rc && batch->wanted) {
		rc = receive(fd, lost ? MSG_DONTWAIT : 0, until, take_answer, batch);
		if (rc == -ENOBUFS) {
			lost = 1;
			rc = 0;
		}
	}
	return lost && rc == -ETIMEDOUT ? -ENOBUFS : rc;
}

/* What was lost is asked again, as long as some answers come. */
static int ask_batch(int fd, struct batch *batch)
{
	int rc = 0;

	for (int i = 0; i < TRIES; i++) {
		uint32_t wanted = batch->wanted;

		rc = send_batch(fd, batch);
		if (!rc)
			rc = take_batch(fd, batch);
		if (rc != -ENOBUFS)
			return rc < 0 ? rc : 0;
		if (batch->wanted != wanted)
			i = -1;
	}
	return rc;
}

int gw_netlink_ask(const struct gw_netlink_questions *questions, uint32_t count)
{
	int fd = open_socket(), rc = 0;

	if (fd < 0)
		return fd;
	for (uint32_t first = 0; first < count && !rc; first += BATCH) {
		uint32_t left = count - first;
		struct batch batch = { .questions = questions, .first = first,
				       .wanted = left >= BATCH ? UINT32_MAX : (1u << left) - 1 };

		rc = ask_batch(fd, &batch);
	}
	close(fd);
	return rc;
}

static int take_entry(const struct nlmsghdr *message, void *context)
{
	struct dump *dump = context;
	int rc;

	if (message->nlmsg_seq != 1)
		return 0;
	dump->interrupted |= message->nlmsg_flags & NLM_F_DUMP_INTR;
	if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) {
		rc = gw_netlink_code(message);
		return rc ? rc : 1;
	}
	return dump->take(message, dump->context);
}

/* 0 or -errno; -EINTR: the table changed meanwhile. On a socket of its own, since what is left of
 * one that failed goes with it. */
static int dump_once(const struct gw_netlink_question *question, struct dump *dump)
{
	uint32_t until = gw_seconds() + DUMP_SECONDS;
	int fd = open_socket(), strict = 1, rc;

	if (fd < 0)
		return fd;
	/* So that the kernel itself leaves out what was not asked for; older ones cannot. */
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &strict, sizeof(strict));
	rc = send_all(fd, question, question->head.nlmsg_len);
	while (!rc)
		rc = receive(fd, 0, until, take_entry, dump);
	close(fd);
	return rc < 0 ? rc : dump->interrupted ? -EINTR : 0;
}

int gw_netlink_dump(struct gw_netlink_question *question, size_t length,
		    void (*begin)(void *context), gw_netlink_take take, void *context)
{
	int rc = 0;

	question->head.nlmsg_len = (uint32_t)length;
	question->head.nlmsg_seq = 1;
	question->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	for (int i = 0; i < TRIES; i++) {
		struct dump dump = { .take = take, .context = context };

		begin(context);
		rc = dump_once(question, &dump);
		if (rc != -EINTR && rc != -ENOBUFS)
			return rc;
	}
	/* A table that changes all the time is never of one moment; what is wanted was in it. */
	return rc == -EINTR ? 0 : rc;
}

void gw_netlink_name(struct gw_netlink_names *names, uint32_t index, char dev[IF_NAMESIZE])
{
	uint32_t at = index % 16;

	memset(dev, 0, IF_NAMESIZE);
	if (!index)
		return;
	if (names->index[at] != index) {
		memset(names->dev[at], 0, IF_NAMESIZE);
		if (!if_indextoname(index, names->dev[at]))
			memset(names->dev[at], 0, IF_NAMESIZE);
		names->index[at] = index;
	}
	memcpy(dev, names->dev[at], IF_NAMESIZE);
}
