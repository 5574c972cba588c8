/**
 * The exported names of the library, each under its C declaration from `shim/guideway.h`.
 * `nonblocking` calls run on a thread of their own and give a promise; make them by `held`.
 *
 * @module
 */
export const SYMBOLS = {
  // int gw_open(const struct gw_open_args *args, struct gw **out, struct gw_open_info *info, char *err)
  gw_open: {
    parameters: ["buffer", "buffer", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },

  // int gw_crash_watch(const char *folder, char *err)
  gw_crash_watch: { parameters: ["buffer", "buffer"], result: "i32" },

  // int gw_simulate(struct gw **out, char *err)
  gw_simulate: { parameters: ["buffer", "buffer"], result: "i32" },

  // int gw_simulate_clock(struct gw *gw, uint32_t seconds)
  gw_simulate_clock: { parameters: ["pointer", "u32"], result: "i32" },

  // int gw_close(struct gw *gw, char *err)
  gw_close: { parameters: ["pointer", "buffer"], result: "i32", nonblocking: true },

  // int gw_port_open(struct gw *gw, const char *device, uint32_t index, struct gw_port_info *info, char *err)
  gw_port_open: {
    parameters: ["pointer", "buffer", "u32", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },

  // int gw_port_info(struct gw *gw, uint32_t index, struct gw_port_info *info, char *err)
  gw_port_info: { parameters: ["pointer", "u32", "buffer", "buffer"], result: "i32" },

  // int gw_port_close(struct gw *gw, uint32_t index, char *err)
  gw_port_close: { parameters: ["pointer", "u32", "buffer"], result: "i32", nonblocking: true },

  // int gw_commit(struct gw *gw, const void *image, uint64_t length, char *err)
  gw_commit: {
    parameters: ["pointer", "buffer", "u64", "buffer"],
    result: "i32",
    nonblocking: true,
  },

  // int gw_flow_memory(struct gw *gw, const char *folder, uint32_t discard, struct gw_flow_memory_info *info,
  //                    char *err)
  gw_flow_memory: {
    parameters: ["pointer", "buffer", "u32", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },

  // int gw_resume(const struct gw_open_args *args, const char *folder, const struct gw_resume_port *ports,
  //               uint32_t count, const void *image, uint64_t length, struct gw **out, struct gw_open_info *info,
  //               struct gw_flow_memory_info *memory, char *err)
  gw_resume: {
    parameters: [
      ...["buffer", "buffer", "buffer", "u32", "buffer", "u64"] as const,
      ...["buffer", "buffer", "buffer", "buffer"] as const,
    ],
    result: "i32",
    nonblocking: true,
  },

  // int gw_again(const char *variable, char *err)
  gw_again: { parameters: ["buffer", "buffer"], result: "i32" },

  // int gw_flow_settle(struct gw *gw)
  gw_flow_settle: { parameters: ["pointer"], result: "i32", nonblocking: true },

  // int gw_rest(struct gw *gw)
  gw_rest: { parameters: ["pointer"], result: "i32", nonblocking: true },

  // int gw_release(struct gw *gw, uint32_t shared)
  gw_release: { parameters: ["pointer", "u32"], result: "i32", nonblocking: true },

  // int gw_drain(struct gw *gw)
  gw_drain: { parameters: ["pointer"], result: "i32", nonblocking: true },

  // int gw_memory(struct gw *gw, uint32_t kind, uint32_t worker, void **data, uint64_t *bytes)
  gw_memory: { parameters: ["pointer", "u32", "u32", "buffer", "buffer"], result: "i32" },

  // int gw_flows(struct gw *gw, struct gw_flow_query *query, const uint8_t *servers, struct gw_flow *out,
  //              uint32_t max)
  gw_flows: { parameters: ["pointer", "buffer", "buffer", "buffer", "u32"], result: "i32" },

  // int gw_table_use(struct gw *gw, uint32_t worker, struct gw_table_use *out)
  gw_table_use: { parameters: ["pointer", "u32", "buffer"], result: "i32" },

  // int gw_path_mtus(struct gw *gw, struct gw_path_mtu *out, uint32_t max)
  gw_path_mtus: { parameters: ["pointer", "buffer", "u32"], result: "i32" },

  // int gw_frames(struct gw *gw, const uint8_t *frames, const uint64_t *offsets, const uint32_t *ports,
  //               uint32_t count, struct gw_frame_result *results, uint8_t *out, uint64_t out_size)
  gw_frames: {
    parameters: ["pointer", "buffer", "buffer", "buffer", "u32", "buffer", "buffer", "u64"],
    result: "i32",
  },

  // int gw_trace(struct gw *gw, const uint8_t *frame, uint32_t length,
  //              struct gw_frame_result *result, uint8_t *out, uint64_t out_size)
  gw_trace: {
    parameters: ["pointer", "buffer", "u32", "buffer", "buffer", "u64"],
    result: "i32",
  },

  // int gw_bench(struct gw *gw, const struct gw_bench_args *args, struct gw_bench_result *result, char *err)
  gw_bench: {
    parameters: ["pointer", "buffer", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },

  // int gw_decap(const char *tun, uint16_t gue_port, const volatile uint32_t *stop, uint64_t *packets,
  //              char *err)
  gw_decap: {
    parameters: ["buffer", "u16", "buffer", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },

  // int gw_notify(const char *path, const char *text, char *err)
  gw_notify: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },

  // int gw_hang_up(const char *path, uint16_t port, char *err)
  gw_hang_up: { parameters: ["buffer", "u16", "buffer"], result: "i32" },

  // int gw_inherit_nothing(char *err)
  gw_inherit_nothing: { parameters: ["buffer"], result: "i32" },

  // int gw_routes(struct gw_route *routes, uint32_t count, char *err)
  gw_routes: { parameters: ["buffer", "u32", "buffer"], result: "i32", nonblocking: true },

  // int gw_neighbours(struct gw_neighbour *out, uint32_t max, char *err)
  gw_neighbours: { parameters: ["buffer", "u32", "buffer"], result: "i32", nonblocking: true },

  // int gw_resolve(struct gw_neighbour *neighbours, uint32_t count, char *err)
  gw_resolve: { parameters: ["buffer", "u32", "buffer"], result: "i32", nonblocking: true },

  // const struct gw_abi_field *gw_abi_fields(uint32_t *count)
  gw_abi_fields: { parameters: ["buffer"], result: "pointer" },

  // const struct gw_abi_counter *gw_abi_counters(uint32_t kind, uint32_t *count)
  gw_abi_counters: { parameters: ["u32", "buffer"], result: "pointer" },

  // const char *gw_version(void)
  gw_version: { parameters: [], result: "pointer" },

  // const char *gw_dpdk(void)
  gw_dpdk: { parameters: [], result: "pointer" },

  // const char *gw_drivers(void)
  gw_drivers: { parameters: [], result: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The library's calls, typed by {@linkcode SYMBOLS}. */
export type Symbols = Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;
