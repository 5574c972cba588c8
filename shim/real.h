/* SPDX-License-Identifier: Apache-2.0 */
/* The data plane that polls ports: what its files share. Only files that see DPDK include this. */
#ifndef GW_REAL_H
#define GW_REAL_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <rte_mempool.h>
#include <rte_rcu_qsbr.h>
#include <rte_version.h>

#include "error.h"
#include "packet_socket.h"
#include "state.h"

#define GW_DEVICE_SIZE 128
#define GW_DESCRIPTORS 1024 /* of a queue, where the driver does not want another number */
#define GW_NICE -10 /* where the system lets us: packets are lost while others have the CPU */
/* The largest IP packet that fits a place of af_packet's rings with tags and the ring's own header
 * (the driver drops longer ones in silence). */
#define GW_RING_MTU 1920

/* A port. Control writes it before an image can name it; workers read it while one does. */
struct gw_port {
	bool open;
	bool software;    /* no hardware behind it: idle workers may sleep */
	bool kernel_sends; /* and the kernel drops, without a word, what exceeds its MTU */
	uint32_t unmerged; /* GW_MERGE_* that were switched off for the time the port is open */
	_Atomic uint16_t mtu; /* longest IP packet that leaves; 0: any. Control follows the
				 kernel's */
	uint16_t dpdk;    /* DPDK's number of it */
	bool joins;       /* another process's port over memif */
	bool calls;       /* as its client, which never calls again by itself */
	bool answered;    /* and its link was up */
	bool lends;       /* to the kernel, many packet buffers: takes the large pool */
	struct rte_mempool *pools[2]; /* usual, large; kept when the port closes, and for the next
					 one here: other ports may still send buffers of them */
	char device[GW_DEVICE_SIZE];    /* as in the configuration */
	char interface[16];             /* the kernel's name for it; empty: it has none */
	uint32_t ifindex;  /* its number when the port was opened */
	bool makes;        /* the driver makes the interface, and can do so again */
	bool gone;         /* it was seen to be no more; for ever, whatever comes under its name */
	char bus[8], name[GW_DEVICE_SIZE]; /* as DPDK calls it */
};

/* A worker's thread. */
struct gw_thread {
	struct gw_real *real;
	struct gw_worker *worker; /* this thread alone writes it while it runs */
	pthread_t thread;
	uint32_t cpu;             /* GW_NONE: not pinned */
	bool running;             /* control: it was started and must be joined */
	int rc;                   /* thread, before `ready` is posted: -errno */
	sem_t ready;
};

struct gw_real {
	struct gw gw;
	atomic_bool stop;             /* control writes, workers read once a turn */
	struct rte_rcu_qsbr *quiet;   /* workers report their quiet points here */
	bool use_pci;
	struct gw_thread threads[GW_MAX_WORKERS];
	struct gw_port ports[GW_MAX_PORTS];
};

static inline struct gw_real *gw_real_of(struct gw *gw)
{
	return gw->real;
}

/* control.c: one that is not started; the same ended; its start, which frees it where it fails. */
int gw_real_new(const struct gw_open_args *args, struct gw_real **out, char *err);
void gw_real_free(struct gw_real *real);
int gw_real_start(struct gw_real *real, const struct gw_open_args *args, struct gw_open_info *info,
		  char *err);

/* eal.c: DPDK from start to end, on a thread of its own. Starts once in a process. */
struct gw_eal_args {
	uint32_t memory_mb; /* for packet buffers */
	bool use_pci;
};
int gw_eal_start(const struct gw_eal_args *args, bool *hugepages, char *err);
void gw_eal_stop(void);

/* log.c: DPDK's own words. The first lines since gw_log_begin are kept for the sentence of an
 * error; outside of begin and end they go to stderr. */
void gw_log_open(void);
/* log.c: also what the libraries of af_xdp say, once they are loaded. */
void gw_log_take_xdp(void);
void gw_log_begin(void);
const char *gw_log_end(void);

/* device.c: `device` of the configuration -> what DPDK calls it and its driver's arguments. */
struct gw_device {
	const char *text;  /* in: as in the configuration */
	uint32_t index;    /* in: of the port */
	uint32_t queues;   /* in: one for each worker */
	bool use_pci;      /* in */
	struct gw_port *port;
	char args[GW_DEVICE_SIZE + 128];
};
int gw_device_parse(struct gw_device *device, char *err);
/* kernel.c: what the kernel says of its interface; -errno where it has none of that name. */
int gw_kernel_interface(const char *name, struct gw_port_info *info);
/* kernel.c: receive queues of the interface, 0: unknown. */
uint32_t gw_kernel_queues(const char *name);
/* kernel.c: whether the kernel and its driver melt received packets into larger ones (which would
 * fit no ring and no link here); returns which of the two changed. */
enum { GW_MERGE_GRO = 1, GW_MERGE_LRO = 2 };
uint32_t gw_kernel_set_merging(const char *name, uint32_t which, bool on);
/* port.c: a device becomes the port of that index, or -errno and err; and its end. */
int gw_port_start(struct gw_real *real, uint32_t index, const char *device, char *err);
void gw_port_stop(struct gw_port *port);
void gw_port_describe(struct gw_port *port, uint32_t index, struct gw_port_info *info);
/* port.c: what may have changed outside: the kernel's MTU. */
void gw_port_refresh(struct gw_port *port);
/* port.c: has the kernel merge nothing on the port's interface, also after another process that had
 * the interface open gave merging back at its end. */
void gw_port_unmerge(struct gw_port *port);
/* pool.c: the port has packet buffers: full queues, full caches and the bursts on their way. */
int gw_pool_make(const struct gw_real *real, struct gw_port *port, uint32_t index, char *err);
void gw_pools_free(struct gw_real *real);
/* ports.c: closes whatever is open, and frees the packet buffers. No worker runs. */
void gw_ports_end(struct gw_real *real);

/* threads.c */
int gw_threads_start(struct gw_real *real, char *err);
void gw_threads_stop(struct gw_real *real);

/* poll.c: a worker from start to stop. */
void gw_poll(struct gw_thread *self);

struct rte_mbuf;
/* transmit.c: sends what the steps let leave, keeps fragments that wait, frees the rest, and keeps
 * the counters true. `in`: the port that all came in by. */
void gw_transmit(struct gw_thread *self, const struct gw_snapshot *snapshot,
		 struct gw_packet *packets, struct rte_mbuf **mbufs, uint8_t in, uint32_t count);
/* transmit.c: sends the frames that the burst made. */
void gw_transmit_made(struct gw_thread *self);

#endif
