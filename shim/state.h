/* SPDX-License-Identifier: Apache-2.0 */
/* What the workers forward by (snapshot: control writes it once, workers only read it) and what a
 * worker owns (tables and counters: it alone writes them). Knows nothing of DPDK. */
#ifndef GW_STATE_H
#define GW_STATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "guideway.h"
#include "packet.h"

#define GW_CACHE_LINE 64
#define GW_ALIGNED __attribute__((aligned(GW_CACHE_LINE)))
#define gw_likely(x) __builtin_expect(!!(x), 1)
#define gw_unlikely(x) __builtin_expect(!!(x), 0)

/* ---- Snapshot ---- */

struct gw_vip {
	const uint32_t *table; /* slot ids */
	uint32_t table_mask;   /* length - 1 */
	uint32_t table_len;    /* 0: no server */
	uint32_t id;
	uint32_t flags;
};

/* Slot of the VIP's new-connection table that a flow hash points at; GW_NONE: it has no server. */
static inline uint32_t gw_table_slot(const struct gw_vip *vip, uint64_t hash)
{
	return vip->table_len ? (uint32_t)(hash >> 32) & vip->table_mask : GW_NONE;
}

/* One cache line a server, found by slot id: all that encap needs. The outer header is ready but for
 * lengths, GRE protocol and IPv4 checksum (which is right for an outer length of 0). */
enum { GW_SERVER_ABSENT = 0, GW_SERVER_GRE4 = 1, GW_SERVER_GRE6 = 2 };
struct gw_server {
	uint32_t vip;     /* id */
	uint8_t kind;     /* above; ABSENT: flows that point here have ended */
	uint8_t port;     /* where it leaves; GW_NO_HOP: next hop not known */
	uint8_t header[58]; /* Ethernet, outer IP, GRE: 38 bytes for gre4, 58 for gre6 */
} GW_ALIGNED;
#define GW_NO_HOP 255
_Static_assert(sizeof(struct gw_server) == GW_CACHE_LINE, "a server is one cache line");

struct gw_vip_index; /* vip_index.c: prefix, protocol and port -> VIP */
struct gw_vip_key;

struct gw_snapshot {
	uint64_t revision;
	uint64_t hash_key[2];
	uint32_t timeout;
	uint32_t buckets;
	uint32_t ports_count;
	struct {
		uint8_t index, any_mac; /* any_mac: take frames for any MAC address (simulation) */
		uint8_t mac[6];
	} ports[GW_MAX_PORTS];
	uint8_t port_at[GW_MAX_PORTS]; /* port index -> place in ports[], GW_NO_HOP: not polled */
	struct gw_vip_index *index;
	struct gw_vip *vips;
	struct gw_vip_key *keys; /* of the VIPs, in the same order */
	uint32_t vips_count;
	struct gw_server *servers; /* by slot id; [0] is ABSENT */
	uint32_t servers_len;      /* slot ids at or above it are absent */
	uint32_t *slots;           /* all new-connection tables */
	uint64_t slots_count;
};

/* ---- Established connections: 6 flows a cache line, and their keys in 4 more that only a first
 *      packet and a reader touch. ---- */
#define GW_BUCKET_FLOWS 6
struct gw_bucket {
	uint32_t tag[GW_BUCKET_FLOWS];    /* upper half of the flow hash */
	uint32_t server[GW_BUCKET_FLOWS]; /* slot id; 0: free */
	uint16_t seen[GW_BUCKET_FLOWS];   /* seconds, modulo 2^16, of the last packet */
	uint16_t reserved[2];
} GW_ALIGNED;
_Static_assert(sizeof(struct gw_bucket) == GW_CACHE_LINE, "a bucket is one cache line");

/* born: seconds, modulo 2^23 (97 days): 16 bits here, the upper 7 beside the family bit. */
#define GW_KEY_IP6 0x80
struct gw_key {
	uint8_t src[16], dst[16];
	uint16_t src_port, dst_port;
	uint8_t protocol, family_born; /* GW_KEY_IP6 or 0; low 7 bits: born >> 16 */
	uint16_t born;
};
_Static_assert(sizeof(struct gw_key) == 40, "six keys and 16 bytes are 4 lines");
struct gw_keys {
	struct gw_key key[GW_BUCKET_FLOWS];
	uint8_t reserved[16];
} GW_ALIGNED;
_Static_assert(sizeof(struct gw_keys) == 4 * GW_CACHE_LINE, "the keys of a bucket are 4 lines");

struct gw_flow_table {
	struct gw_bucket *buckets; /* worker writes, readers read what may just be changing */
	struct gw_keys *keys;
	uint64_t hash_key[2];      /* that its flows were hashed with */
	uint32_t mask;             /* buckets - 1; nothing of it holds while buckets is NULL */
	uint32_t sweep;            /* next bucket to age */
	uint64_t flows;            /* remembered now */
};
#define GW_MAX_BUCKETS (1u << 26)
#define GW_MAX_TIMEOUT 30000 /* and each bucket is swept at least this often: seen never wraps */

/* ---- A worker ---- */
struct gw_worker {
	uint32_t index;
	uint32_t now;                /* seconds; the loop sets it once a turn */
	struct gw_flow_table flows;
	uint64_t *counters;          /* GW_W_COUNT */
	uint64_t *vip_counters;      /* GW_MAX_VIPS x GW_V_STRIDE */
	uint64_t *server_counters;   /* GW_MAX_SERVERS x GW_S_STRIDE */
	uint64_t *step_cycles;       /* GW_STEP_COUNT, set by the benchmark only */
} GW_ALIGNED;

/* ---- Steps' shared entry points. Each step has its own header; these are for the callers. ---- */

/* worker.c: all steps over one burst (count <= GW_BURST); afterwards every packet has its verdict,
 * and counters are right except rx_*, tx_*, drop_tx_full and drop_too_big, which are the caller's. */
void gw_worker_burst(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		     struct gw_packet *packets, uint32_t count);
/* worker.c: the same for one packet with nothing remembered or counted; the flow is looked for in
 * every given worker's table. */
void gw_worker_peek(struct gw_worker *const *workers, uint32_t workers_count,
		    const struct gw_snapshot *snapshot, struct gw_packet *packet,
		    uint32_t *table_slot);
/* flow_table.c: ages `count` buckets from where the last call stopped. */
void gw_flow_sweep(struct gw_worker *worker, const struct gw_snapshot *snapshot, uint32_t count);
/* snapshot.c: a new snapshot of the image, or -EINVAL and the sentence in err; no partial effects. */
int gw_snapshot_build(const void *image, uint64_t length, struct gw_snapshot **out, char *err);
void gw_snapshot_free(struct gw_snapshot *snapshot);
/* memory.c: memory of a worker (hugepages where the system gives them), all zero. */
int gw_worker_init(struct gw_worker *worker, uint32_t index, char *err);
void gw_worker_free(struct gw_worker *worker);
/* memory.c: zeroed pages, and giving them back; NULL: none left. `huge` asks for hugepages. */
void *gw_map(size_t bytes, bool huge);
void gw_unmap(void *pages, size_t bytes);
/* memory.c: takes the hugepages of a fresh mapping now. False: they are promised, but not for us: a
 * cgroup's limit shows only at the first touch, and then as a bus error. */
bool gw_touch_huge(void *pages, size_t bytes);

/* ---- A data plane: the part that a simulation and a real one share. control.c embeds it. ---- */
struct gw;

/* What control.c adds to the shared calls. All are called with gw->lock held, but close. */
struct gw_real_ops {
	/* Whether this snapshot can run here (its ports are open ...): 0 or -errno and err. */
	int (*check)(struct gw *gw, const struct gw_snapshot *next, char *err);
	/* Called after gw->snapshot was exchanged: starts polling new ports, and returns when no
	 * worker can still use the snapshot that was there before. */
	void (*quiesce)(struct gw *gw);
	/* gw_close of a real data plane: stops all, calls gw_fini, frees. */
	int (*close)(struct gw *gw, char *err);
};

struct gw {
	bool simulated;
	uint32_t workers_count;
	struct gw_worker *workers[GW_MAX_WORKERS];
	/* Control writes; workers read it once a turn. NULL (before the first commit, and while tables
	 * are moved to another number of buckets): the worker touches neither packets nor flows, but
	 * goes on reporting its quiet points. */
	_Atomic(struct gw_snapshot *) snapshot;
	pthread_mutex_t lock;           /* one control call at a time; workers never take it */
	const struct gw_real_ops *ops;  /* NULL in a simulation */
	void *real;                     /* control.c: DPDK's part; NULL in a simulation */
};

/* dataplane.c: workers with empty counters and no flow table yet (the first commit makes it); and the
 * end of all that, with the snapshot. gw_open and gw_simulate give zeroed memory to gw_init. */
int gw_init(struct gw *gw, uint32_t workers_count, char *err);
void gw_fini(struct gw *gw);

#endif
