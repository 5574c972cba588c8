/* SPDX-License-Identifier: Apache-2.0 */
/* Names, offsets and sizes for whoever calls through FFI, who reads them at load instead of
 * repeating them; and proof that no struct holds padding that nobody named. */
#include "state.h"

#define VERSION "guideway 0.1.0"
#define LENGTH(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

/* Every struct of the contract with its size, and its fields F(struct, field). */
#define STRUCTS(X) X(gw_image, 192, GW_IMAGE) X(gw_image_port, 16, GW_IMAGE_PORT) \
	X(gw_image_vip, 48, GW_IMAGE_VIP) X(gw_image_key, 32, GW_IMAGE_KEY) \
	X(gw_image_server, 40, GW_IMAGE_SERVER) \
	X(gw_image_hop, 16, GW_IMAGE_HOP) X(gw_image_own, 24, GW_IMAGE_OWN) \
	X(gw_open_args, 16, GW_OPEN_ARGS) \
	X(gw_open_info, 200, GW_OPEN_INFO) X(gw_port_info, 64, GW_PORT_INFO) \
	X(gw_resume_port, 140, GW_RESUME_PORT) \
	X(gw_flow, 56, GW_FLOW) X(gw_flow_query, 48, GW_FLOW_QUERY) \
	X(gw_flow_memory_info, 280, GW_FLOW_MEMORY_INFO) \
	X(gw_table_use, 24, GW_TABLE_USE) X(gw_path_mtu, 24, GW_PATH_MTU) \
	 X(gw_frame_result, 64, GW_FRAME_RESULT) \
	X(gw_bench_args, 32, GW_BENCH_ARGS) X(gw_bench_result, 72, GW_BENCH_RESULT) \
	X(gw_route, 64, GW_ROUTE) X(gw_neighbour, 48, GW_NEIGHBOUR)
#define GW_IMAGE(F, T) F(T, magic) F(T, version) F(T, length) F(T, revision) F(T, hash_key) \
	F(T, ip4_src) F(T, ip6_src) F(T, ip4_entropy) F(T, ip6_entropy) F(T, ip4_entropy_len) \
	F(T, ip6_entropy_len) F(T, gue_port) F(T, timeout) F(T, buckets) F(T, hop4) F(T, hop6) \
	F(T, reserved) F(T, ports_off) F(T, ports_count) F(T, vips_off) F(T, vips_count) \
	F(T, keys_off) F(T, keys_count) F(T, servers_off) F(T, servers_count) \
	F(T, hops_off) F(T, hops_count) F(T, slots_off) F(T, slots_count) \
	F(T, own_off) F(T, own_count)
#define GW_IMAGE_PORT(F, T) F(T, index) F(T, mac) F(T, mtu) F(T, flags)
#define GW_IMAGE_VIP(F, T) F(T, prefix) F(T, family) F(T, prefix_len) F(T, protocol) F(T, encap) \
	F(T, port) F(T, flags) F(T, id) F(T, reserved) F(T, table_off) F(T, table_len) \
	F(T, reserved2)
#define GW_IMAGE_KEY(F, T) F(T, prefix) F(T, family) F(T, prefix_len) F(T, protocol) F(T, node) \
	F(T, port) F(T, reserved) F(T, vip) F(T, reserved2)
#define GW_IMAGE_SERVER(F, T) F(T, address) F(T, slot) F(T, vip) F(T, hop) F(T, encap) \
	F(T, family) F(T, ttl) F(T, df) F(T, dscp) F(T, reserved) F(T, mtu) F(T, target_port) \
	F(T, reserved2)
#define GW_IMAGE_HOP(F, T) F(T, mac) F(T, mtu) F(T, port) F(T, reserved)
#define GW_IMAGE_OWN(F, T) F(T, address) F(T, family) F(T, reserved)
#define GW_OPEN_ARGS(F, T) F(T, workers) F(T, memory_mb) F(T, use_pci) F(T, sockets)
#define GW_OPEN_INFO(F, T) F(T, hugepages) F(T, workers) F(T, cpus) F(T, dpdk)
#define GW_PORT_INFO(F, T) F(T, index) F(T, link_up) F(T, link_mbps) F(T, mtu) F(T, mac) \
	F(T, held) F(T, driver) F(T, missed)
#define GW_RESUME_PORT(F, T) F(T, device) F(T, index) F(T, mac) F(T, reserved)
#define GW_FLOW(F, T) F(T, src) F(T, dst) F(T, family) F(T, protocol) F(T, src_port) \
	F(T, dst_port) F(T, worker) F(T, vip) F(T, server) F(T, age) F(T, idle)
#define GW_FLOW_QUERY(F, T) F(T, cursor) F(T, vip) F(T, worker) F(T, client) \
	F(T, family) F(T, client_len) F(T, client_port) F(T, servers_count) F(T, either) \
	F(T, reserved)
#define GW_TABLE_USE(F, T) F(T, buckets) F(T, capacity) F(T, flows)
#define GW_FLOW_MEMORY_INFO(F, T) F(T, adopted) F(T, inherited) F(T, refused) F(T, reserved) \
	F(T, flows) F(T, reason)
#define GW_PATH_MTU(F, T) F(T, address) F(T, family) F(T, reserved) F(T, mtu) F(T, reserved2)
#define GW_FRAME_RESULT(F, T) F(T, verdict) F(T, vip) F(T, server) F(T, decided) F(T, hash) \
	F(T, slot) F(T, port) F(T, out_off) F(T, out_len) F(T, tracked) F(T, made_off) \
	F(T, made_len) F(T, made_count)
#define GW_BENCH_ARGS(F, T) F(T, mode) F(T, flows) F(T, frame_len) F(T, vip) F(T, seconds) \
	F(T, seed)
#define GW_BENCH_RESULT(F, T) F(T, packets) F(T, forwarded) F(T, cycles) F(T, step_cycles) \
	F(T, generator_cycles) F(T, tsc_hz)
#define GW_ROUTE(F, T) F(T, address) F(T, family) F(T, is_default) F(T, type) F(T, via_family) \
	F(T, index) F(T, mtu) F(T, metric) F(T, via) F(T, dev)
#define GW_NEIGHBOUR(F, T) F(T, address) F(T, dev) F(T, index) F(T, state) F(T, family) \
	F(T, has_mac) F(T, mac) F(T, reserved)

#define CONSTANTS(X) X(GW_ERR_SIZE) X(GW_MAX_WORKERS) X(GW_MAX_PORTS) X(GW_MAX_VIPS) \
	X(GW_MAX_SERVERS) X(GW_MAX_OWN) X(GW_MAX_TABLE) X(GW_MAX_BUCKETS) X(GW_MAX_TIMEOUT) \
	X(GW_NONE) X(GW_IMAGE_MAGIC) X(GW_IMAGE_VERSION) X(GW_ENCAP_GRE4) X(GW_ENCAP_GRE6) \
	X(GW_ENCAP_L3DSR) X(GW_ENCAP_NAT4) X(GW_ENCAP_NAT6) X(GW_ENCAP_IPIP) X(GW_ENCAP_GUE) \
	X(GW_DF_COPY) X(GW_DF_SET) X(GW_DF_CLEAR) X(GW_PORT_SNAT4) X(GW_PORT_SNAT6) \
	X(GW_VIP_STICKY) X(GW_VIP_ECHO) X(GW_P_COUNT) X(GW_P_STRIDE) X(GW_MEMORY_PORTS) \
	X(GW_MADE_BYTES) X(GW_FRAMES_SLACK) \
	X(GW_PROTOCOL_ANY) X(GW_VERDICT_COUNT) X(GW_W_COUNT) X(GW_V_COUNT) X(GW_V_STRIDE) \
	X(GW_S_COUNT) X(GW_S_STRIDE) X(GW_MEMORY_WORKER) X(GW_MEMORY_VIPS) X(GW_MEMORY_SERVERS) \
	X(GW_BY_NOTHING) X(GW_BY_FLOW) X(GW_BY_TABLE) X(GW_FRAME_GROWTH) X(GW_STEP_PARSE) \
	X(GW_STEP_VIP) X(GW_STEP_FLOW) X(GW_STEP_ENCAP) X(GW_STEP_COUNT) X(GW_BENCH_HIT) \
	X(GW_BENCH_FIRST) X(GW_BENCH_TABLE) X(GW_HELD) X(GW_HELD_GONE) X(GW_HELD_REPLACED)

/* The size that callers rely on, which is the sum of the fields: nothing hides between them. */
#define SUM(type, field) +sizeof(((struct type *)0)->field)
#define X(type, size, FIELDS) \
	_Static_assert(sizeof(struct type) == (size), #type " has another size"); \
	_Static_assert((0 FIELDS(SUM, type)) == (size), #type " has padding");
STRUCTS(X)
#undef X

static const struct gw_abi_field fields[] = {
#define FIELD(type, field) { #type "." #field, offsetof(struct type, field) },
#define X(type, size, FIELDS) { #type, size }, FIELDS(FIELD, type)
	STRUCTS(X)
#undef X
#define X(name) { #name, name },
	CONSTANTS(X)
#undef X
#define X(NAME, name, text) { "GW_" #NAME, GW_##NAME },
	GW_VERDICTS(X)
#undef X
};

#define X(NAME, name, text) { #name, text },
static const struct gw_abi_counter verdicts[] = { GW_VERDICTS(X) };
static const struct gw_abi_counter workers[] = { GW_VERDICTS(X) GW_WORKER_COUNTERS(X) };
static const struct gw_abi_counter ports[] = { GW_VERDICTS(X) GW_PORT_COUNTERS(X) };
static const struct gw_abi_counter vips[] = { GW_VIP_COUNTERS(X) };
static const struct gw_abi_counter servers[] = { GW_SERVER_COUNTERS(X) };
#undef X
static const struct gw_abi_counter steps[] = {
	[GW_STEP_PARSE] = { "parse", "headers checked and read" },
	[GW_STEP_VIP] = { "vip", "destination address looked up" },
	[GW_STEP_FLOW] = { "flow", "flow hashed and found, or table asked and flow remembered" },
	[GW_STEP_ENCAP] = { "encap", "outer headers written, counters added" },
};
_Static_assert(LENGTH(workers) == GW_W_COUNT && LENGTH(vips) == GW_V_COUNT &&
		       LENGTH(servers) == GW_S_COUNT && LENGTH(ports) == GW_P_COUNT &&
		        LENGTH(steps) == GW_STEP_COUNT,
	       "every counter has a name");
_Static_assert(GW_V_COUNT <= (int)GW_V_STRIDE && GW_S_COUNT <= (int)GW_S_STRIDE &&
		       GW_P_COUNT <= (int)GW_P_STRIDE,
	       "a row holds its counters");

GW_API const struct gw_abi_field *gw_abi_fields(uint32_t *count)
{
	*count = LENGTH(fields);
	return fields;
}

GW_API const struct gw_abi_counter *gw_abi_counters(uint32_t kind, uint32_t *count)
{
	static const struct {
		const struct gw_abi_counter *counters;
		uint32_t count;
	} kinds[] = {
		{ workers, LENGTH(workers) },   { vips, LENGTH(vips) },
		{ servers, LENGTH(servers) },   { verdicts, LENGTH(verdicts) },
		{ steps, LENGTH(steps) },       { ports, LENGTH(ports) },
	};

	*count = kind < LENGTH(kinds) ? kinds[kind].count : 0;
	return kind < LENGTH(kinds) ? kinds[kind].counters : NULL;
}

GW_API const char *gw_version(void)
{
	return VERSION;
}
