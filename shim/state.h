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
	uint16_t flags;        /* GW_VIP_* */
	/* Its own key, which is what a flow of GW_VIP_STICKY has in place of its destination. */
	uint16_t port;
	uint8_t protocol, family;
	uint8_t prefix[16];
} GW_ALIGNED;

/* And in its flags: its servers translate, and its flows, not sticky, are hashed by nat_hash.h. */
#define GW_VIP_BY_CLIENT 0x8000

/* Slot of the VIP's new-connection table that a flow hash points at; GW_NONE: it has no server. */
static inline uint32_t gw_table_slot(const struct gw_vip *vip, uint64_t hash)
{
	return vip->table_len ? (uint32_t)(hash >> 32) & vip->table_mask : GW_NONE;
}

/* ABSENT: flows that point here have ended. */
enum gw_server_kind {
	GW_SERVER_ABSENT,
	GW_SERVER_GRE4, /* the tunnels, by outer family */
	GW_SERVER_GRE6,
	GW_SERVER_IPIP4,
	GW_SERVER_IPIP6,
	GW_SERVER_GUE4,
	GW_SERVER_GUE6,
	GW_SERVER_L3DSR, /* rewritten, not wrapped */
	GW_SERVER_NAT4,
	GW_SERVER_NAT6
};

/* How the flows of a server's VIP are hashed. Those of a sticky one, or of one that is gone, are
 * left as they are. */
enum gw_hash { GW_HASH_UNKNOWN, GW_HASH_PLAIN, GW_HASH_BY_CLIENT };

/* One cache line a server, found by slot id: all that sending to it needs. */
struct gw_server {
	uint32_t vip;     /* id */
	uint8_t kind;     /* enum gw_server_kind */
	uint8_t port;     /* where it leaves; GW_NO_HOP: next hop not known */
	uint16_t mtu;     /* largest IP packet on the way, the outer header included; 65535: any */
	uint8_t df;       /* tunnels: enum gw_df */
	uint8_t hash;     /* enum gw_hash */
	union {
		/* Tunnels: Ethernet and outer IP header, ready but for lengths, TOS, id, flags and
		 * IPv4 checksum (which is right for all of these being 0): 34 or 54 bytes. */
		uint8_t header[54];
		struct {
			uint8_t ether[14];
			uint8_t address[16];  /* of the server */
			uint16_t target_port; /* network order; 0: the packet's */
			uint8_t dscp;         /* l3dsr */
		} to;
	};
} GW_ALIGNED;
#define GW_NO_HOP 255

/* Bytes of the outer headers. */
static inline uint32_t gw_growth(uint8_t kind)
{
	static const uint8_t growth[] = { [GW_SERVER_GRE4] = 24,  [GW_SERVER_GRE6] = 44,
					  [GW_SERVER_IPIP4] = 20, [GW_SERVER_IPIP6] = 40,
					  [GW_SERVER_GUE4] = 28,  [GW_SERVER_GUE6] = 48,
					  [GW_SERVER_NAT6] = 0 };
	return growth[kind];
}
_Static_assert(sizeof(struct gw_server) == GW_CACHE_LINE, "a server is one cache line");

/* Where packets leave that no server's line sends. */
struct gw_hop {
	uint8_t port; /* GW_NO_HOP: not known */
	uint8_t dst_mac[6], src_mac[6];
};

struct gw_nat_index; /* nat_index.c: a server's address and port -> the VIP it answers for */
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
		uint16_t mtu;           /* largest IP packet that leaves there; 65535: any */
		uint16_t flags;         /* GW_PORT_* */
	} ports[GW_MAX_PORTS];
	uint8_t port_at[GW_MAX_PORTS]; /* port index -> place in ports[], GW_NO_HOP: not polled */
	uint32_t port_flags; /* of all ports together */
	uint32_t kinds;      /* bit 1 << kind for every kind of server here */
	uint16_t gue_port;   /* network order */
	uint8_t ip4_src[16], ip6_src[16]; /* the node's own addresses; all 0: none */
	/* Bits of outer sources that are taken from the flow hash; the rest stands in the servers'
	 * headers. 0: none. */
	uint32_t ip4_entropy;     /* network order */
	uint64_t ip6_entropy[2];  /* network order */
	uint8_t ip4_prefix[16], ip6_prefix[16]; /* and that rest */
	struct gw_hop ways[2];    /* to IPv4 and IPv6 clients that no flow is remembered for */
	struct gw_nat_index *nat; /* NULL: no nat4, no nat6 */
	struct gw_vip_index *index;
	struct gw_vip *vips;
	struct gw_vip_key *keys; /* of the VIPs, in the same order; the further keys behind them */
	uint32_t vips_count;
	struct gw_server *servers; /* by slot id; [0] is ABSENT */
	uint32_t servers_len;      /* slot ids at or above it are absent */
	bool gaps;                 /* so are some below it (besides 0) */
	uint32_t *slots;           /* all new-connection tables */
	uint64_t slots_count;
	struct {
		uint8_t address[16], family;
	} own[GW_MAX_OWN];         /* addresses of this machine's kernel */
	uint32_t own_count;
};

/* ---- Established connections: 6 flows a cache line, and their keys in 4 more that only a first
 *      packet and a reader touch. ---- */
#define GW_BUCKET_FLOWS 6
struct gw_bucket {
	uint32_t tag[GW_BUCKET_FLOWS];    /* upper half of the flow hash */
	uint32_t server[GW_BUCKET_FLOWS]; /* slot id; 0: free */
	uint16_t seen[GW_BUCKET_FLOWS];   /* seconds, modulo 2^16, of the last packet */
	uint16_t changes;                 /* counts up when an entry begins or ends (bucket.h) */
	uint16_t due;                     /* bit 1 << i: see gw_bucket_keep in bucket.h */
#define GW_SPILLED 0x8000                 /* and: flows that found no room are in others (flow.c) */
} GW_ALIGNED;
_Static_assert(sizeof(struct gw_bucket) == GW_CACHE_LINE, "a bucket is one cache line");

/* A bucket also holds ways back of servers that translate addresses (way.h). Their server has this
 * bit, and they are no flows. */
#define GW_WAY (UINT32_C(1) << 31)

/* born: seconds, modulo 2^23 (97 days): 16 bits here, the upper 7 beside the family bit. */
#define GW_KEY_IP6 0x80
struct gw_key {
	uint8_t src[16], dst[16];
	uint16_t src_port, dst_port;
	uint8_t protocol, family_born; /* GW_KEY_IP6 or 0; low 7 bits: born >> 16 */
	uint16_t born;
	/* Where answers go. One word, which readers see whole: it changes while the entry
	 * stands. */
	uint8_t mac[6]; /* who sent the client's packets to us */
	uint8_t port;   /* and where they came in */
	uint8_t copy;   /* ways: 1: of a peer's flow, under that flow's hash */
	/* When a packet of the client last told what answers need: gw_cycles. */
	uint64_t taught;
	uint8_t by_client; /* 1: hashed by nat_hash.h */
	/* A line each: a first packet waits for this memory, and six keys of 48 bytes have it wait
	 * for 1.35 lines on average. */
	uint8_t reserved[7];
} GW_ALIGNED;
_Static_assert(sizeof(struct gw_key) == GW_CACHE_LINE, "a key is one line");
_Static_assert(offsetof(struct gw_key, mac) % 8 == 0, "the last word is aligned");
struct gw_keys {
	struct gw_key key[GW_BUCKET_FLOWS];
};

struct gw_flow_file; /* flow_file.h */
struct gw_flow_table {
	struct gw_bucket *buckets; /* worker writes, readers read what may just be changing */
	struct gw_keys *keys;
	uint64_t hash_key[2];      /* that its flows were hashed with */
	uint32_t mask;             /* buckets - 1; nothing of it holds while buckets is NULL */
	uint32_t sweep;            /* next bucket to age */
	uint64_t flows;            /* remembered now */
	uint64_t ways;             /* ways back, remembered now */
	struct gw_flow_file *file; /* where they lie; NULL: in memory of the process */
};
#define GW_MAX_BUCKETS (1u << 26)
#define GW_MAX_TIMEOUT 30000 /* and each bucket is swept at least this often: seen never wraps */

/* ---- A worker ---- */
struct gw_fragments; /* fragment.c */
struct gw_made;      /* made.h */

#define GW_PATHS 64
struct gw_worker {
	uint32_t index;
	uint32_t now;                /* seconds; the loop sets it once a turn */
	struct gw_flow_table flows;
	uint64_t *counters;          /* GW_W_COUNT */
	uint64_t *vip_counters;      /* GW_MAX_VIPS x GW_V_STRIDE */
	uint64_t *server_counters;   /* GW_MAX_SERVERS x GW_S_STRIDE */
	uint64_t *port_counters;     /* GW_MAX_PORTS x GW_P_STRIDE */
	uint64_t *step_cycles;       /* GW_STEP_COUNT, set by the benchmark only */
	/* All workers, this one too, and their ancestors (flow_memory.h); others' tables are only
	 * read, and may be changing. */
	struct gw_worker *const *peers;
	uint32_t peers_count;
	bool peek;                   /* trace.c: has no flows, and looks at its peers' */
	bool seeks;                  /* flows that it does not remember may be its peers' */
	uint64_t stamp;              /* when the burst was taught from: gw_cycles, always more */
	const struct gw_packet *burst; /* its first packet */
	uint32_t burst_count;        /* and how many; for the report of a crash */
	uint8_t step;                /* enum gw_step that goes on; GW_STEP_COUNT: none */
	uint16_t ip_id;              /* of the next outer header that may be cut on its way */
	uint32_t icmp_second, icmp_left; /* ICMP errors that may still be sent in this second */
	struct gw_fragments *fragments;
	struct gw_made *made;        /* frames that the last burst made */
	/* path.c: the worker writes entry paths_count % GW_PATHS, then counts it. */
	struct gw_path_mtu *paths;
	_Atomic uint32_t paths_count;
	uint32_t paths_read;         /* control's: up to there it has read */
} GW_ALIGNED;

/* ---- Steps' shared entry points. Each step has its own header; these are for the callers. ---- */

/* worker.c: all steps over one burst (count <= GW_BURST) that came in by one port; afterwards every
 * packet has its verdict, worker->made holds the frames that were made on the way, and counters are
 * right except rx_*, tx_*, made_lost and drop_tx_full, which are the caller's. A packet with the
 * verdict held_fragment is the caller's to keep: see fragment.h. */
void gw_worker_burst(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		     struct gw_packet *packets, uint32_t count);
/* flow_table.c: ages `count` buckets from where the last call stopped. */
void gw_flow_sweep(struct gw_worker *worker, const struct gw_snapshot *snapshot, uint32_t count);
/* snapshot.c: a new snapshot of the image, or -EINVAL and the sentence in err; no partial
 * effects. */
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

#define GW_MAX_ANCESTORS 64
struct gw_flow_memory; /* flow_memory.h */

struct gw {
	bool simulated;
	uint32_t workers_count;
	uint32_t peers_count; /* with the ancestors, behind the workers: nobody runs them */
	struct gw_worker *workers[GW_MAX_WORKERS + GW_MAX_ANCESTORS];
	struct gw_flow_memory *memory; /* NULL: flows end with the process */
	/* Control writes; workers read it once a turn. NULL (before the first commit, and while
	 * tables are moved to another number of buckets): the worker touches neither packets nor
	 * flows, but goes on reporting its quiet points. */
	_Atomic(struct gw_snapshot *) snapshot;
	uint64_t calls;                 /* of gw_frames */
	struct gw_worker *peek;         /* trace.c: in the workers' place; or NULL */
	pthread_mutex_t lock;           /* one control call at a time; workers never take it */
	const struct gw_real_ops *ops;  /* NULL in a simulation */
	void *real;                     /* control.c: DPDK's part; NULL in a simulation */
};

/* dataplane.c: workers with empty counters and no flow table yet (the first commit makes it); and
 * the end of all that, with the snapshot. gw_open and gw_simulate give zeroed memory to gw_init. */
int gw_init(struct gw *gw, uint32_t workers_count, char *err);
void gw_fini(struct gw *gw);

#endif
