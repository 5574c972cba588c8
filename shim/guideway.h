/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole contract of the library: calls, image structs, verdicts, counters.
 *
 * Every number in a struct here is host byte order unless its comment says otherwise. Addresses are
 * network order; an IPv4 address stands in the first 4 of its 16 bytes, the rest is 0.
 * Every call returns 0 (or a count) or -errno; where it takes `err`, that buffer of GW_ERR_SIZE
 * bytes then holds one sentence that says what is wrong and where.
 */
#ifndef GUIDEWAY_H
#define GUIDEWAY_H

#include <stddef.h>
#include <stdint.h>

#define GW_API __attribute__((visibility("default")))

#define GW_ERR_SIZE 256
#define GW_MAX_WORKERS 32
#define GW_MAX_PORTS 32
#define GW_MAX_VIPS 65536      /* VIP ids are below this */
#define GW_MAX_SERVERS 262144  /* slot ids are below this; slot id 0 means "no server" */
#define GW_MAX_OWN 64          /* addresses of the machine itself */
#define GW_MAX_TABLE 16777216  /* slots of one new-connection table */
#define GW_NONE UINT32_MAX

/* ---- Verdicts: what became of a packet. Each is a worker counter of the same name. The kernel
 *      sees the frames of an af_packet port too; on other ports nobody else takes what is left.
 *      ---- */
#define GW_VERDICTS(X) \
	X(FORWARDED, forwarded, "sent to a server") \
	X(RETURNED, returned, "sent from a server to a client, as coming from its VIP") \
	X(ANSWERED, answered, "answered: an ICMP echo request to a VIP") \
	X(HELD_FRAGMENT, held_fragment, \
	  "fragments that wait now for the first one of their datagram (a gauge)") \
	X(LEFT_NOT_MINE, left_not_mine, \
	  "left alone: the frame is for another MAC address") \
	X(LEFT_ETHERTYPE, left_ethertype, \
	  "left to the kernel, where it shares the port: neither IPv4 nor IPv6 (ARP and such)") \
	X(LEFT_NOT_VIP, left_not_vip, \
	  "left to the kernel, where it shares the port: no VIP holds the destination address") \
	X(LEFT_NO_FLOW, left_no_flow, \
	  "left to the kernel, where it shares the port: from a server, and nothing tells which " \
	  "VIP it answers for") \
	X(DROP_BAD_LENGTH, drop_bad_length, \
	  "dropped: the headers or the IP length do not fit the frame") \
	X(DROP_BAD_IP4_HEADER, drop_bad_ip4_header, \
	  "dropped: IPv4 version, header length or checksum is wrong") \
	X(DROP_BAD_IP6_HEADER, drop_bad_ip6_header, \
	  "dropped: IPv6 version or extension headers are wrong") \
	X(DROP_TTL, drop_ttl, "dropped: TTL or hop limit is 0") \
	X(DROP_TTL_EXPIRED, drop_ttl_expired, \
	  "dropped: TTL or hop limit ends here; \"time exceeded\" goes to the sender") \
	X(DROP_FRAGMENT, drop_fragment, \
	  "dropped: the first fragment of its datagram did not come, or too many wait for theirs") \
	X(DROP_NO_PORT, drop_no_port, \
	  "dropped: the prefix has VIPs by port, none for this protocol and port") \
	X(DROP_NO_SERVER, drop_no_server, "dropped: the VIP has no server with a weight") \
	X(DROP_NO_NEXT_HOP, drop_no_next_hop, "dropped: the server's next hop is not known yet") \
	X(DROP_NO_ROOM, drop_no_room, \
	  "dropped: no room for the outer header in the packet buffer") \
	X(DROP_TOO_BIG, drop_too_big, \
	  "dropped: does not fit the MTU on its way and may not be fragmented; its sender is " \
	  "told") \
	X(DROP_TX_FULL, drop_tx_full, "dropped: the port's transmit queue stayed full")

enum gw_verdict {
#define X(NAME, name, text) GW_##NAME,
	GW_VERDICTS(X)
#undef X
	GW_VERDICT_COUNT,
	GW_VERDICT_LEAVES = GW_ANSWERED /* up to here: the frame leaves through a port */
};

/* ---- Counters of a worker (besides one for every verdict, which stand first). ---- */
#define GW_WORKER_COUNTERS(X) \
	X(RX_PACKETS, rx_packets, "frames received from the interfaces") \
	X(RX_BYTES, rx_bytes, "bytes received from the interfaces") \
	X(TX_PACKETS, tx_packets, "frames sent") \
	X(TX_BYTES, tx_bytes, "bytes sent") \
	X(NEXT_PACKET, next_packet, "packets of flows that were remembered") \
	X(FIRST_PACKET, first_packet, "packets that began a flow, which is now remembered") \
	X(UNTRACKED_PACKET, untracked_packet, \
	  "packets steered by the table alone: no room to remember the flow") \
	X(RELATED_PACKET, related_packet, \
	  "ICMP errors about a flow, which went to the flow's server") \
	X(ICMP_SENT, icmp_sent, "ICMP errors sent: too big, time exceeded") \
	X(ICMP_LIMITED, icmp_limited, "ICMP errors not sent: more than 1000 in a second") \
	X(FRAGMENTED, fragmented, \
	  "packets sent in fragments, since they did not fit the MTU on their way") \
	X(MADE_LOST, made_lost, "fragments and ICMP errors that the port did not take") \
	X(FLOWS_EXPIRED, flows_expired, \
	  "remembered flows that ended by timeout or with their server") \
	X(BURSTS, bursts, "receive calls that returned packets") \
	X(LOOPS, loops, "turns of the polling loop") \
	X(SLEEPS, sleeps, "turns in which the idle worker slept") \
	X(BUSY_CYCLES, busy_cycles, "CPU cycles of turns that received packets") \
	X(IDLE_CYCLES, idle_cycles, "CPU cycles of turns that received none, sleep included")

enum gw_worker_counter {
	GW_W_VERDICT_LAST = GW_VERDICT_COUNT - 1,
#define X(NAME, name, text) GW_W_##NAME,
	GW_WORKER_COUNTERS(X)
#undef X
	GW_W_COUNT
};

/* ---- Counters of a VIP in one worker: 16 x u64, index by VIP id; the first 8 are one line. */
#define GW_VIP_COUNTERS(X) \
	X(PACKETS, packets, "packets forwarded for the VIP") \
	X(BYTES, bytes, "bytes of those packets, from the IP header on, before encapsulation") \
	X(NEXT_PACKET, next_packet, "packets of flows that were remembered") \
	X(FIRST_PACKET, first_packet, "packets that began a flow, which is now remembered") \
	X(UNTRACKED_PACKET, untracked_packet, \
	  "packets steered by the table alone: no room to remember the flow") \
	X(RELATED_PACKET, related_packet, \
	  "ICMP errors about a flow, which went to the flow's server") \
	X(NO_SERVER, no_server, "packets dropped because the VIP has no server with a weight") \
	X(NO_NEXT_HOP, no_next_hop, \
	  "packets dropped because the server's next hop is not known yet") \
	X(TOO_BIG, too_big, \
	  "packets dropped because they do not fit the MTU on their way and may not be " \
	  "fragmented") \
	X(TTL_EXPIRED, ttl_expired, "packets dropped because their TTL or hop limit ends here") \
	X(RETURN_PACKETS, return_packets, "packets from servers that left from the VIP") \
	X(RETURN_BYTES, return_bytes, "bytes of those packets, from the IP header on") \
	X(ANSWERED, answered, "ICMP echo requests answered")

enum gw_vip_counter {
#define X(NAME, name, text) GW_V_##NAME,
	GW_VIP_COUNTERS(X)
#undef X
	GW_V_COUNT,
	GW_V_STRIDE = 16
};

/* ---- Counters of a server in one worker: 8 x u64, index by slot id. ---- */
#define GW_SERVER_COUNTERS(X) \
	X(PACKETS, packets, "packets forwarded to the server") \
	X(BYTES, bytes, "bytes of those packets, from the IP header on, before encapsulation") \
	X(NEW_FLOWS, new_flows, "flows that began at the server") \
	X(FLOWS, flows, "flows now remembered for the server (a gauge)") \
	X(RETURN_PACKETS, return_packets, "packets from the server that left from its VIP") \
	X(RETURN_BYTES, return_bytes, "bytes of those packets, from the IP header on") \
	X(RETURN_FLOWS, return_flows, \
	  "ways back from the server now remembered beside flows (a gauge)")

enum gw_server_counter {
#define X(NAME, name, text) GW_S_##NAME,
	GW_SERVER_COUNTERS(X)
#undef X
	GW_S_COUNT,
	GW_S_STRIDE = 8
};

/* ---- Counters of a port in one worker (besides one for every verdict of frames that came there,
 *      which stand first): 32 x u64, index by port index. ---- */
#define GW_PORT_COUNTERS(X) \
	X(RX_PACKETS, rx_packets, "frames received from the interface") \
	X(RX_BYTES, rx_bytes, "bytes received from the interface") \
	X(TX_PACKETS, tx_packets, "frames sent to the interface") \
	X(TX_BYTES, tx_bytes, "bytes sent to the interface")

enum gw_port_counter {
	GW_P_VERDICT_LAST = GW_VERDICT_COUNT - 1,
#define X(NAME, name, text) GW_P_##NAME,
	GW_PORT_COUNTERS(X)
#undef X
	GW_P_COUNT,
	GW_P_STRIDE = 32
};

/* ---- The image: one flat block of bytes that holds a whole snapshot of the tables. ---- */
#define GW_IMAGE_MAGIC 0x4d495747u /* "GWIM" */
#define GW_IMAGE_VERSION 3u

/* How packets reach a server. The first five have VPP's numbers. The outer family of gre4 and gre6
 * is in their names; that of ipip and gue is the server's. */
enum gw_encap {
	GW_ENCAP_GRE4 = 0,
	GW_ENCAP_GRE6 = 1,
	GW_ENCAP_L3DSR = 2,
	GW_ENCAP_NAT4 = 3,
	GW_ENCAP_NAT6 = 4,
	GW_ENCAP_IPIP = 5, /* IPv4 or IPv6 in IPv4 or IPv6 (RFC 2003, 2473, 4213) */
	GW_ENCAP_GUE = 6,  /* generic UDP encapsulation, variant 1 (draft-ietf-intarea-gue) */
	GW_ENCAP_COUNT
};

/* Don't-fragment of the outer header, and with it whether a packet that does not fit is cut. An
 * IPv6 packet counts as one that has it set. */
enum gw_df { GW_DF_COPY = 0, GW_DF_SET = 1, GW_DF_CLEAR = 2 };

#define GW_PROTOCOL_ANY 255

/* Header, at offset 0. Offsets are from the image's start and multiples of 8. */
struct gw_image {
	uint32_t magic;
	uint32_t version;
	uint64_t length;        /* bytes, the whole image */
	uint64_t revision;
	uint8_t hash_key[16];   /* SipHash key of the flow hash */
	uint8_t ip4_src[16];    /* the node's own address: outer source over IPv4, source of "time
				   exceeded"; 0: none */
	uint8_t ip6_src[16];
	uint8_t ip4_entropy[16]; /* prefix that gre and ipip take outer sources from; by ..._len */
	uint8_t ip6_entropy[16];
	uint8_t ip4_entropy_len; /* 0: none, the source is ip4_src. Else 8..30 */
	uint8_t ip6_entropy_len; /* 0: none. Else 8..126 */
	uint16_t gue_port;      /* UDP destination port of gue */
	uint32_t timeout;       /* seconds without a packet after which a flow ends, 1..30000 */
	uint32_t buckets;       /* of each worker's established-connections table, power of two */
	uint32_t hop4, hop6;    /* index into the hops, or GW_NONE: the way to IPv4 and IPv6 clients
				   for packets from servers that no flow is remembered for */
	uint32_t reserved;
	uint32_t ports_off, ports_count;     /* struct gw_image_port */
	uint32_t vips_off, vips_count;       /* struct gw_image_vip */
	uint32_t keys_off, keys_count;       /* struct gw_image_key */
	uint32_t servers_off, servers_count; /* struct gw_image_server */
	uint32_t hops_off, hops_count;       /* struct gw_image_hop */
	uint64_t slots_off, slots_count;     /* uint32_t slot ids: all new-connection tables */
	uint32_t own_off, own_count;         /* struct gw_image_own */
};

/* A port that the workers poll. */
struct gw_image_port {
	uint32_t index;   /* what gw_port_open gave, or any below GW_MAX_PORTS in a simulation */
	uint8_t mac[6];   /* source MAC of what leaves there; all 0: any MAC is ours (simulation) */
	uint16_t mtu;     /* largest IP packet that leaves there; 0: any */
	uint32_t flags;   /* GW_PORT_* */
};
enum { GW_PORT_SNAT4 = 1, GW_PORT_SNAT6 = 2 }; /* what nat4, nat6 servers send leaves from VIPs */

struct gw_image_vip {
	uint8_t prefix[16];  /* host bits are 0 */
	uint8_t family;      /* 4 or 6 */
	uint8_t prefix_len;
	uint8_t protocol;    /* 6, 17, or GW_PROTOCOL_ANY together with port 0 */
	uint8_t encap;       /* enum gw_encap */
	uint16_t port;
	uint16_t flags;      /* GW_VIP_* */
	uint32_t id;         /* below GW_MAX_VIPS, stable while the VIP lives */
	uint32_t reserved;
	uint64_t table_off;  /* index into the slots */
	uint32_t table_len;  /* power of two, or 0: no server */
	uint32_t reserved2;
};
enum {
	GW_VIP_STICKY = 1, /* a flow is a client's address: all its packets go to one server */
	GW_VIP_ECHO = 2    /* ICMP echo requests are answered; else they go on like other packets */
};

/* Another key that leads to a VIP: the second protocol of a port that is for both, or a node
 * port. */
struct gw_image_key {
	uint8_t prefix[16];
	uint8_t family;
	uint8_t prefix_len;
	uint8_t protocol;    /* 6 or 17 */
	uint8_t node;        /* 1: the node's own address: its other packets are the kernel's */
	uint16_t port;
	uint16_t reserved;
	uint32_t vip;        /* index into the vips */
	uint32_t reserved2;
};

/* A server that a flow can be remembered for: those in a table, and removed ones with flows. */
struct gw_image_server {
	uint8_t address[16]; /* IPv4 for gre4, l3dsr, nat4; IPv6 for gre6, nat6; else any */
	uint32_t slot;       /* slot id, 1..GW_MAX_SERVERS-1, unique */
	uint32_t vip;        /* id of its VIP; the VIP itself may be gone from the image */
	uint32_t hop;        /* index into the hops, or GW_NONE: not known yet */
	uint8_t encap;       /* enum gw_encap, of its VIP */
	uint8_t family;      /* of the address: 4 or 6 */
	uint8_t ttl;         /* tunnels: of the outer header, 1..255; else 0 */
	uint8_t df;          /* tunnels: enum gw_df; else 0 */
	uint8_t dscp;        /* l3dsr: 0..63; else 0 */
	uint8_t reserved;
	uint16_t mtu;        /* largest IP packet on the way to it, as far as known; 0: the hop's */
	uint16_t target_port; /* nat: destination port at the server; 0: the packet's */
	uint16_t reserved2;
};

/* An address of this machine's kernel: what nat servers send there is the kernel's. */
struct gw_image_own {
	uint8_t address[16];
	uint8_t family;      /* 4 or 6 */
	uint8_t reserved[7];
};

struct gw_image_hop {
	uint8_t mac[6];
	uint16_t mtu;        /* bytes of IP packet that fit the link; 0: any */
	uint32_t port;       /* index of the port, one of the image's ports */
	uint32_t reserved;
};

/* ---- Opening, committing, closing. `struct gw` is one data plane; a process may hold one real
 *      one and any number of simulations. ---- */
struct gw;

struct gw_open_args {
	uint32_t workers;       /* 1..GW_MAX_WORKERS */
	uint32_t memory_mb;     /* for packet buffers; 0: a fitting default */
	uint32_t use_pci;       /* 1: probe the PCI bus (needed for pci: devices) */
	uint32_t sockets;       /* for queues of af_packet: so many are made while DPDK starts */
};

struct gw_open_info {
	uint32_t hugepages;     /* 1: packet buffers lie in hugepages */
	uint32_t workers;
	uint32_t cpus[GW_MAX_WORKERS]; /* where each worker is pinned; GW_NONE: not pinned */
	char dpdk[64];          /* DPDK's own version string */
};

struct gw_port_info {
	uint32_t index;
	uint32_t link_up;       /* 1: up */
	uint32_t link_mbps;     /* 0: unknown */
	uint16_t mtu;
	uint8_t mac[6];
	uint32_t held;          /* enum gw_held */
	char driver[32];
	uint64_t missed;        /* packets that came while its queues were full, since it is open;
				 * not all drivers count them */
};

/* What became of the kernel's interface that a port was opened on. */
enum gw_held {
	GW_HELD = 0,          /* it is there, or the kernel does not know it */
	GW_HELD_GONE = 1,     /* it is no more: nothing comes and nothing leaves */
	GW_HELD_REPLACED = 2  /* it is no more, and the port, closed, could be opened anew */
};

/* A worker that crashes writes what it knows to a file crash-<time>.txt of the folder before the
 * process ends: signal, worker, step, revision, packets. -ENAMETOOLONG. */
GW_API int gw_crash_watch(const char *folder, char *err);
/* Starts DPDK on a thread of the library's own, and the workers. Blocks: not for the main
 * thread. */
GW_API int gw_open(const struct gw_open_args *args, struct gw **out, struct gw_open_info *info,
		   char *err);
/* A data plane with one worker, no thread, no DPDK, no privilege; its clock stands at `seconds`. */
GW_API int gw_simulate(struct gw **out, char *err);
/* The clock never goes back: an earlier time changes nothing. Flows that end by it are gone. */
GW_API int gw_simulate_clock(struct gw *gw, uint32_t seconds);
/* The program once more, as it was started, with this variable (NAME=value) in its environment, in
 * the place of this process: returns only where that fails, -errno. */
GW_API int gw_again(const char *variable, char *err);
/* Stops the workers, closes the ports, frees everything. Blocks. */
GW_API int gw_close(struct gw *gw, char *err);

/* `device` as in the configuration: af_packet:eth1, af_xdp:eth1, tap:tap0, memif:/path,
 * pci:0000:01:00.0, null. `index`: where it is to be, if that is free; else, or with GW_NONE, it is
 * the first that is free. Blocks. A port is polled once an image names it. */
GW_API int gw_port_open(struct gw *gw, const char *device, uint32_t index,
			struct gw_port_info *info, char *err);
GW_API int gw_port_info(struct gw *gw, uint32_t index, struct gw_port_info *info, char *err);
/* Refused with -EBUSY while the committed image names the port. Blocks. */
GW_API int gw_port_close(struct gw *gw, uint32_t index, char *err);

/* Validates the whole image, swaps it in, waits until no worker uses the old one. Blocks.
 * -EINVAL: refused, `err` names the record; the old tables go on. */
GW_API int gw_commit(struct gw *gw, const void *image, uint64_t length, char *err);

/* ---- Established connections that outlive the process. ---- */
struct gw_flow_memory_info {
	uint32_t adopted;   /* tables that are the workers' again */
	uint32_t inherited; /* tables of another number of workers: looked into for the timeout */
	uint32_t refused;   /* and removed */
	uint32_t reserved;
	uint64_t flows;     /* that were found */
	char reason[GW_ERR_SIZE]; /* of the first that was refused */
};
/* Before the first commit: keeps the tables in this folder, which is made where its parent is there
 * (a tmpfs; nobody else's), and takes those that stand there, which hold the slot ids of an
 * earlier process. `discard`: 1: removes them. Blocks. -EBUSY: another process has the folder;
 * other errors: it cannot be used. Then flows end with this process. */
GW_API int gw_flow_memory(struct gw *gw, const char *folder, uint32_t discard,
			  struct gw_flow_memory_info *info, char *err);
/* A port as an earlier process had it. */
struct gw_resume_port {
	char device[128];
	uint32_t index;
	uint8_t mac[6];
	uint16_t reserved;
};
/* gw_open, gw_flow_memory, gw_port_open of all ports, and gw_commit, by what an earlier process
 * left: so that packets flow before anything else of the program runs. Above 0: they do, so many
 * milliseconds after the process began. 0: no port is open and nothing committed, and `err` says
 * why; data plane and flow memory are open all the same. -errno: nothing is open. Blocks. */
GW_API int gw_resume(const struct gw_open_args *args, const char *folder,
		     const struct gw_resume_port *ports, uint32_t count, const void *image,
		     uint64_t length, struct gw **out, struct gw_open_info *info,
		     struct gw_flow_memory_info *memory, char *err);
/* To be called every few seconds: lets go of tables of another number of workers whose flows have
 * ended. 1: some are left, and their flows are in no counter. Blocks. */
GW_API int gw_flow_settle(struct gw *gw);

/* ---- Handing over to another process. Block; -EINVAL: a simulation. ---- */
/* The workers rest: nothing is forwarded until the next commit. */
GW_API int gw_rest(struct gw *gw);
/* The same, and ports and flow memory are let go of: all is as after gw_open, but counters go on,
 * and so do flows that no folder holds. `shared`: 1: ports stay open that two processes can have,
 * which takes the kernel a while to close; then it is to be called once more. */
GW_API int gw_release(struct gw *gw, uint32_t shared);
/* Throws away what came in by open ports while no image was committed; how many packets. */
GW_API int gw_drain(struct gw *gw);

/* ---- Memory that a worker writes and anyone may read, from open to close. ---- */
enum gw_memory_kind {
	GW_MEMORY_WORKER = 0, /* GW_W_COUNT x u64 */
	GW_MEMORY_VIPS = 1,   /* GW_MAX_VIPS x GW_V_STRIDE x u64 */
	GW_MEMORY_SERVERS = 2, /* GW_MAX_SERVERS x GW_S_STRIDE x u64 */
	GW_MEMORY_PORTS = 3   /* GW_MAX_PORTS x GW_P_STRIDE x u64 */
};
GW_API int gw_memory(struct gw *gw, uint32_t kind, uint32_t worker, void **data, uint64_t *bytes);

/* ---- Remembered flows. ---- */
struct gw_flow {
	uint8_t src[16], dst[16];
	uint8_t family, protocol;
	uint16_t src_port, dst_port; /* 0 where the protocol has none */
	uint16_t worker;
	uint32_t vip;       /* id */
	uint32_t server;    /* slot id */
	uint32_t age;       /* seconds since its first packet */
	uint32_t idle;      /* seconds since its last packet */
};

struct gw_flow_query {
	uint64_t cursor;    /* in: 0 at first; out: where to go on, 0 when all were seen */
	uint32_t vip;       /* id, or GW_NONE: any */
	uint32_t worker;    /* or GW_NONE: any */
	uint8_t client[16]; /* the first client_len bits of the source count */
	uint8_t family;     /* of client; 0: any client */
	uint8_t client_len;
	uint16_t client_port; /* 0: any */
	uint32_t servers_count; /* bytes of `servers` */
	uint32_t either;    /* 1: the client or the server is enough; 0: both must fit */
	uint32_t reserved;
};
/* Writes at most `max` flows and returns how many. Looks at a bounded part of the tables a call.
 * `servers`: a byte for each slot id, not 0 where the server is wanted; NULL: any server. */
GW_API int gw_flows(struct gw *gw, struct gw_flow_query *query, const uint8_t *servers,
		    struct gw_flow *out, uint32_t max);

struct gw_table_use {
	uint64_t buckets, capacity, flows;
};
/* Of one worker; -EINVAL: there is no such one. */
GW_API int gw_table_use(struct gw *gw, uint32_t worker, struct gw_table_use *out);

/* ---- What routers behind the first hop said: what a tunnel sent did not fit. ---- */
struct gw_path_mtu {
	uint8_t address[16]; /* where that packet went: a server's */
	uint8_t family;
	uint8_t reserved;
	uint16_t mtu;        /* largest IP packet that fits there */
	uint32_t reserved2;
};
/* Writes what came since the last call, at most `max`, and returns how many. Anybody can send such
 * messages: whether to believe one is the caller's to say. When many come, the oldest are lost. */
GW_API int gw_path_mtus(struct gw *gw, struct gw_path_mtu *out, uint32_t max);

/* ---- Frames through the same steps, without any port. ---- */
enum gw_decided { GW_BY_NOTHING = 0, GW_BY_FLOW = 1, GW_BY_TABLE = 2 };

struct gw_frame_result {
	uint32_t verdict;   /* enum gw_verdict */
	uint32_t vip;       /* id, GW_NONE where none was found */
	uint32_t server;    /* slot id, 0 where none was found */
	uint32_t decided;   /* enum gw_decided */
	uint64_t hash;      /* flow hash, 0 where no VIP was found */
	uint32_t slot;      /* of the new-connection table that the hash points at, GW_NONE: none */
	uint32_t port;      /* where it leaves, GW_NONE where nothing does */
	uint64_t out_off;   /* where its bytes start in `out` */
	uint32_t out_len;   /* 0 where nothing leaves */
	uint32_t tracked;   /* 1: the flow is remembered after this packet */
	uint64_t made_off;  /* where the frames made because of it stand in `out`: ICMP errors,
			       fragments after the first (which is the frame itself). Each is a
			       port index, a length (both uint32_t) and the bytes, filled up to a
			       multiple of 8 */
	uint32_t made_len;  /* bytes of all that */
	uint32_t made_count;
};
#define GW_FRAME_GROWTH 64 /* a frame leaves at most this much longer than it came */
#define GW_MADE_BYTES (1u << 19) /* room for the frames that one burst of packets makes */
#define GW_FRAMES_SLACK (4u << 20) /* what gw_frames wants beyond the frames themselves */

/* Runs frames, frame i being frames[offsets[i] .. offsets[i+1]), through a simulation in order, and
 * returns how many: `count`, or as many as `out` had room for. It needs offsets[count] - offsets[0]
 * + count * GW_FRAME_GROWTH + GW_FRAMES_SLACK bytes, else -ENOSPC; only frames that make others
 * fill it sooner. A fragment that waits has its last verdict only if its first one comes in the
 * same call. -EINVAL on a real data plane or when offsets fall, -EMSGSIZE above 1 MiB a frame,
 * -ENODATA before the first commit. `ports`: the index of the port that each frame comes from;
 * NULL: the image's first. */
GW_API int gw_frames(struct gw *gw, const uint8_t *frames, const uint64_t *offsets,
		     const uint32_t *ports, uint32_t count, struct gw_frame_result *results,
		     uint8_t *out, uint64_t out_size);

/* What would happen to this one frame: remembers nothing, counts nothing. On a real data plane the
 * flow is looked for in every worker's table. It comes from the port whose MAC address it is for,
 * else from the first. `out` needs length + GW_FRAME_GROWTH + GW_FRAMES_SLACK bytes. Errors as for
 * gw_frames. */
GW_API int gw_trace(struct gw *gw, const uint8_t *frame, uint32_t length,
		    struct gw_frame_result *result, uint8_t *out, uint64_t out_size);

/* ---- Benchmark of the steps, on a simulation with a committed image. ---- */
enum gw_step { GW_STEP_PARSE, GW_STEP_VIP, GW_STEP_FLOW, GW_STEP_ENCAP, GW_STEP_COUNT };
enum gw_bench_mode { GW_BENCH_HIT = 0, GW_BENCH_FIRST = 1, GW_BENCH_TABLE = 2 };

struct gw_bench_args {
	uint32_t mode;      /* enum gw_bench_mode */
	uint32_t flows;     /* different flows, in shuffled order */
	uint32_t frame_len; /* bytes without FCS, 60 for the wire's 64 */
	uint32_t vip;       /* index into the image's VIPs: where the packets go */
	double seconds;     /* how long to measure */
	uint64_t seed;
};

struct gw_bench_result {
	uint64_t packets;
	uint64_t forwarded;
	uint64_t cycles;                     /* of the steps together, generator left out */
	uint64_t step_cycles[GW_STEP_COUNT];
	uint64_t generator_cycles;
	uint64_t tsc_hz;
};
/* Blocks for about `seconds` and the time to fill the tables; empties them afterwards. `frame_len`
 * is raised to what the headers need. */
GW_API int gw_bench(struct gw *gw, const struct gw_bench_args *args, struct gw_bench_result *result,
		    char *err);

/* ---- For an application server whose kernel has no tunnels: takes GRE, IPIP and GUE (variant 1,
 *      at that UDP port), each over IPv4 and IPv6, apart until *stop becomes non-zero, and hands
 *      the inner packets to a tun device. Blocks. ---- */
GW_API int gw_decap(const char *tun, uint16_t gue_port, const volatile uint32_t *stop,
		    uint64_t *packets, char *err);

/* ---- Tells the service manager: sends `text` to the unix datagram socket at `path`; one that
 *      begins with '@' is abstract. Never waits. ---- */
GW_API int gw_notify(const char *path, const char *text, char *err);

/* ---- Ends the connections that others have to this process at that unix socket (empty: none)
 *      and at that TCP port (0: none); listeners stay. Returns how many. Never waits. ---- */
GW_API int gw_hang_up(const char *path, uint16_t port, char *err);

/* ---- Whoever this process starts has none of the files that are open now, but the standard ones.
 *      Never waits. ---- */
GW_API int gw_inherit_nothing(char *err);

/* ---- What the kernel knows of the calling thread's network namespace. Block, a few seconds at the
 *      most; -ETIMEDOUT. ---- */
struct gw_route {
	uint8_t address[16]; /* in */
	uint8_t family;      /* in: 4 or 6 */
	uint8_t is_default;  /* in: 1: the family's default route is asked for, not an address */
	uint8_t type;        /* RTN_UNICAST ...; 0: there is no route */
	uint8_t via_family;  /* 0: no gateway */
	uint32_t index;      /* of the network device */
	uint32_t mtu;        /* largest IP packet, where the route has one of its own; else 0 */
	uint32_t metric;
	uint8_t via[16];     /* the gateway, which may be of the other family */
	char dev[16];        /* its name; empty: the route leads nowhere */
};
/* How packets would leave to each of them. Of default routes the one with the least metric, of
 * several equal ways the first that can be gone. -EINVAL: no such family. */
GW_API int gw_routes(struct gw_route *routes, uint32_t count, char *err);

struct gw_neighbour {
	uint8_t address[16];
	char dev[16];        /* empty: it is no more */
	uint32_t index;      /* of the network device */
	uint16_t state;      /* NUD_REACHABLE ... */
	uint8_t family;      /* 4 or 6 */
	uint8_t has_mac;     /* 1: it is known */
	uint8_t mac[6];
	uint16_t reserved;
};
/* Writes at most `max` entries of both families' tables, and returns how many there are. */
GW_API int gw_neighbours(struct gw_neighbour *out, uint32_t max, char *err);
/* Makes the kernel find out, or confirm, the MAC addresses of those (address, family and dev):
 * whether it could is seen in its table later. 1: by an empty datagram to each, for want of
 * privilege. */
GW_API int gw_resolve(struct gw_neighbour *neighbours, uint32_t count, char *err);

/* ---- Tables that TypeScript reads at load. ---- */
struct gw_abi_field {
	const char *name; /* "gw_image_vip.prefix_len", "GW_MAX_VIPS" */
	uint64_t value;   /* offset, or the constant; a struct's own name gives its size */
};
struct gw_abi_counter {
	const char *name;
	const char *text;
};
GW_API const struct gw_abi_field *gw_abi_fields(uint32_t *count);
/* kind: 0 worker (verdicts first), 1 VIP, 2 server, 3 verdicts, 4 steps of the benchmark, 5 port
 * (verdicts first) */
GW_API const struct gw_abi_counter *gw_abi_counters(uint32_t kind, uint32_t *count);
/* "guideway 0.1.0" */
GW_API const char *gw_version(void);
/* about.c: "DPDK 22.11.11", and its drivers for ports: "af_packet af_xdp ..." */
GW_API const char *gw_dpdk(void);
GW_API const char *gw_drivers(void);

#endif
