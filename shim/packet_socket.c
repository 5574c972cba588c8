/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The linker leads every socket, setsockopt and close of the library, DPDK's included, through
 * here: af_packet's sockets are set up inside the driver, with things that do not fit a load
 * balancer.
 * - It has the kernel put IPv4 fragments together. The whole datagram then exceeds the ring's
 *   frames and is cut off. Fragments are steered by their addresses here, and need no such help.
 * - It has the kernel hand packets to another worker's ring while one is full. That worker does not
 *   know their flows, and sends them to whom the table tells by then.
 * - It hands us the frames that the kernel itself sends.
 * - It is hooked to all interfaces before it is bound to its own, which costs a grace period.
 * - It waits for its rings, and for the end of a socket that it only asked with.
 */
#define _GNU_SOURCE /* dup3 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "packet_socket.h"

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif
#define MOST 64 /* sockets that wait to be taken */
#define FDS 1024
#define GROUP 0xffffu /* of a fanout's value */

int __real_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol);
int __real_setsockopt(int fd, int level, int name, const void *value, socklen_t size);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t size);
int __real_close(int fd);
int __wrap_close(int fd);

static const struct tpacket_req rings = { .tp_block_size = GW_RING_BLOCK,
					  .tp_block_nr = GW_RING_FRAMES /
							 (GW_RING_BLOCK / GW_RING_FRAME),
					  .tp_frame_size = GW_RING_FRAME,
					  .tp_frame_nr = GW_RING_FRAMES };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t made = PTHREAD_COND_INITIALIZER;
static int ready[MOST];              /* with the lock */
static uint32_t ready_count, making; /* with the lock */
static uint32_t unwanted;            /* with the lock: so many of those in the making */

static atomic_bool unbound[FDS];      /* by file: a packet socket that is bound to nothing */
static bool leaving;                    /* control */
static struct gw_linger left[MOST];     /* control: of sockets that were closed meanwhile */
static uint32_t left_count;             /* control */
static struct gw_linger lingers[FDS]; /* by file: of a bound one; 0 where there is none */
static _Thread_local int ringed = -1; /* has both rings; its driver knows of the first */

/* Signals belong to the program. */
static bool start(void *(*run)(void *), void *given)
{
	pthread_attr_t detached;
	sigset_t all, old;
	pthread_t thread;
	int rc;

	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&thread, &detached, run, given);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&detached);
	return rc == 0;
}

static void *close_one(void *fd)
{
	__real_close((int)(intptr_t)fd);
	return NULL;
}

/* Nobody waits for the end of a socket that received nothing. */
static int close_aside(int fd)
{
	return start(close_one, (void *)(intptr_t)fd) ? 0 : __real_close(fd);
}

/* As the driver would set it up; -1 where something of it fails. */
static int make(void)
{
	int version = TPACKET_V2, yes = 1;
	int fd = __real_socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (!__real_setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) &&
	    !__real_setsockopt(fd, SOL_PACKET, PACKET_LOSS, &yes, sizeof(yes)) &&
	    !__real_setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes)) &&
	    !__real_setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &rings, sizeof(rings)) &&
	    !__real_setsockopt(fd, SOL_PACKET, PACKET_TX_RING, &rings, sizeof(rings)))
		return fd;
	__real_close(fd);
	return -1;
}

static void *make_one(void *unused)
{
	int fd = make();
	bool keep;

	(void)unused;
	pthread_mutex_lock(&lock);
	making--;
	keep = fd >= 0 && !unwanted;
	unwanted -= unwanted ? 1 : 0;
	if (keep)
		ready[ready_count++] = fd;
	pthread_cond_broadcast(&made);
	pthread_mutex_unlock(&lock);
	if (fd >= 0 && !keep)
		__real_close(fd);
	return NULL;
}

/* With the lock held. */
static void make_more(uint32_t count)
{
	for (; count && ready_count + making < MOST; count--) {
		making++;
		if (start(make_one, NULL))
			continue;
		making--;
		return;
	}
}

void gw_sockets_have(uint32_t count)
{
	uint32_t there;

	pthread_mutex_lock(&lock);
	there = ready_count + making - unwanted;
	if (there < count)
		make_more(count - there);
	pthread_mutex_unlock(&lock);
}

void gw_sockets_drop(void)
{
	pthread_mutex_lock(&lock);
	while (ready_count)
		close_aside(ready[--ready_count]);
	unwanted = making;
	pthread_mutex_unlock(&lock);
}

void gw_sockets_leave(bool leave)
{
	leaving = leave;
	while (!leave && left_count)
		gw_linger_leave(left[--left_count]);
}

/* One of those that were made, or -1. */
static int take(void)
{
	int fd = -1;

	pthread_mutex_lock(&lock);
	while (!ready_count && making > unwanted)
		pthread_cond_wait(&made, &lock);
	if (ready_count)
		fd = ready[--ready_count];
	pthread_mutex_unlock(&lock);
	return fd;
}

/* The driver's socket becomes one that has its rings. */
static bool replace(int fd)
{
	int whole = take(), old;

	if (whole < 0)
		return false;
	old = dup(fd); /* else the end of the old one is waited for here */
	if (dup3(whole, fd, O_CLOEXEC) == fd) {
		__real_close(whole);
		if (old >= 0)
			close_aside(old);
		return true;
	}
	close_aside(whole);
	if (old >= 0)
		__real_close(old);
	return false;
}

static bool are_ours(const void *value, socklen_t size)
{
	return size == sizeof(rings) && !memcmp(value, &rings, sizeof(rings));
}

static void note_unbound(int fd, bool is)
{
	if (fd >= 0 && fd < FDS)
		atomic_store(&unbound[fd], is);
}

int __wrap_socket(int domain, int type, int protocol)
{
	int fd;

	if (domain != AF_PACKET || (protocol && protocol != htons(ETH_P_ALL)))
		return __real_socket(domain, type, protocol);
	/* Its protocol comes with the bind. */
	fd = __real_socket(domain, type | SOCK_CLOEXEC, 0);
	note_unbound(fd, true);
	return fd;
}

int __wrap_close(int fd)
{
	if (fd < 0 || fd >= FDS)
		return __real_close(fd);
	gw_missed_end(fd);
	if (atomic_exchange(&unbound[fd], false))
		return close_aside(fd);
	if (lingers[fd].to) {
		struct gw_linger linger = lingers[fd];

		lingers[fd] = (struct gw_linger){ 0 };
		if (leaving && left_count < MOST)
			left[left_count++] = linger;
		else
			gw_linger_end(linger);
	}
	return __real_close(fd);
}

/* The driver takes process id ^ interface: another process's port may have the same one. */
static unsigned int group_of(unsigned int group)
{
	return (group * 0x9e3779b1u + (unsigned int)getpid() * 0x85ebca6bu) >> 7 & GROUP;
}

static int join_fanout(int fd, const void *value)
{
	unsigned int fanout;
	int yes = 1;

	note_unbound(fd, false); /* the driver bound it just now */
	/* Kernels before 4.20 do not know it; those frames are then left as not ours. */
	(void)__real_setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes));
	memcpy(&fanout, value, sizeof(fanout));
	fanout = gw_fanout_by_flow(fanout);
	fanout = (fanout & ~GROUP) | group_of(fanout & GROUP);
	if (fd < FDS)
		lingers[fd] = gw_linger_begin(fd);
	gw_missed_begin(fd);
	return __real_setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &fanout, sizeof(fanout));
}

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	if (level != SOL_PACKET)
		return __real_setsockopt(fd, level, name, value, size);
	if (name == PACKET_FANOUT && size == sizeof(unsigned int))
		return join_fanout(fd, value);
	if (name == PACKET_RX_RING && are_ours(value, size) && replace(fd)) {
		ringed = fd;
		return 0;
	}
	if (name == PACKET_TX_RING && are_ours(value, size) && ringed == fd) {
		ringed = -1;
		return 0;
	}
	return __real_setsockopt(fd, level, name, value, size);
}
