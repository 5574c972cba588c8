/**
 * Where each field of the library's structs lies. The numbers are written once, in C; they are read
 * when the library is loaded, and a name that the library does not know ends the start.
 *
 * @module
 */
import type { Symbols } from "./symbols.ts";
import { ERR_SIZE } from "./error.ts";

const STRUCTS = {
  gw_image: [
    "magic",
    "version",
    "length",
    "revision",
    "hash_key",
    "ip4_src",
    "ip6_src",
    "timeout",
    "buckets",
    "ports_off",
    "ports_count",
    "vips_off",
    "vips_count",
    "servers_off",
    "servers_count",
    "hops_off",
    "hops_count",
    "slots_off",
    "slots_count",
  ],
  gw_image_port: ["index", "mac"],
  gw_image_vip: [
    "prefix",
    "family",
    "prefix_len",
    "protocol",
    "encap",
    "port",
    "flags",
    "id",
    "table_off",
    "table_len",
  ],
  gw_image_server: ["address", "slot", "vip", "hop", "encap"],
  gw_image_hop: ["mac", "mtu", "port"],
  gw_open_args: ["workers", "memory_mb", "use_pci"],
  gw_open_info: ["hugepages", "workers", "cpus", "dpdk"],
  gw_port_info: ["index", "link_up", "link_mbps", "mtu", "mac", "held", "driver"],
  gw_flow: [
    "src",
    "dst",
    "family",
    "protocol",
    "src_port",
    "dst_port",
    "worker",
    "vip",
    "server",
    "age",
    "idle",
  ],
  gw_flow_query: ["cursor", "vip", "server"],
  gw_table_use: ["buckets", "capacity", "flows"],
  gw_frame_result: [
    "verdict",
    "vip",
    "server",
    "decided",
    "hash",
    "slot",
    "port",
    "out_off",
    "out_len",
    "tracked",
  ],
  gw_bench_args: ["mode", "flows", "frame_len", "vip", "seconds", "seed"],
  gw_bench_result: [
    "packets",
    "forwarded",
    "cycles",
    "step_cycles",
    "generator_cycles",
    "tsc_hz",
  ],
} as const;

const CONSTANTS = [
  "GW_ERR_SIZE",
  "GW_MAX_WORKERS",
  "GW_MAX_PORTS",
  "GW_MAX_VIPS",
  "GW_MAX_SERVERS",
  "GW_MAX_TABLE",
  "GW_NONE",
  "GW_IMAGE_MAGIC",
  "GW_IMAGE_VERSION",
  "GW_ENCAP_GRE4",
  "GW_ENCAP_GRE6",
  "GW_PROTOCOL_ANY",
  "GW_W_COUNT",
  "GW_V_STRIDE",
  "GW_S_STRIDE",
  "GW_MEMORY_WORKER",
  "GW_MEMORY_VIPS",
  "GW_MEMORY_SERVERS",
  "GW_BY_FLOW",
  "GW_BY_TABLE",
  "GW_FRAME_GROWTH",
  "GW_STEP_COUNT",
  "GW_BENCH_HIT",
  "GW_BENCH_FIRST",
  "GW_BENCH_TABLE",
  "GW_HELD",
  "GW_HELD_REPLACED",
] as const;

type Structs = typeof STRUCTS;

/** Offset of each field, and `size` of the whole struct, in bytes. */
export type StructLayout<Field extends string> = Readonly<Record<Field | "size", number>>;

/** All structs by name, and the header's constants under `constants`. */
export type Layout =
  & { readonly [S in keyof Structs]: StructLayout<Structs[S][number]> }
  & { readonly constants: Readonly<Record<typeof CONSTANTS[number], number>> };

/** True on every machine that this runs on; named so that the byte order is not a bare `true`. */
export const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/**
 * Picks the offsets, sizes and constants that this side uses.
 *
 * @param fields name → value, as the library exports them
 * @throws {Error} naming every name that is missing, or a constant that does not fit.
 */
export function layoutOf(fields: ReadonlyMap<string, number>): Layout {
  const missing: string[] = [];
  const value = (name: string): number => {
    const found = fields.get(name);
    if (found === undefined) missing.push(name);
    return found ?? 0;
  };
  const layout: Record<string, Record<string, number>> = {};
  for (const [struct, names] of Object.entries(STRUCTS)) {
    const offsets: Record<string, number> = { size: value(struct) };
    for (const name of names) offsets[name] = value(`${struct}.${name}`);
    layout[struct] = offsets;
  }
  layout.constants = Object.fromEntries(CONSTANTS.map((name) => [name, value(name)]));
  if (missing.length > 0) {
    throw new Error(
      `The library is of another version than this program: it does not know ${
        missing.join(", ")
      }. Run \`deno task build\`.`,
    );
  }
  const checked = layout as unknown as Layout;
  if (checked.constants.GW_ERR_SIZE > ERR_SIZE) {
    throw new Error(
      `The library writes error texts of ${checked.constants.GW_ERR_SIZE} bytes; ` +
        `this program keeps ${ERR_SIZE}. Run \`deno task build\`.`,
    );
  }
  return checked;
}

/** Reads the library's own table of names and values. */
export function readFields(symbols: Symbols): Map<string, number> {
  const count = new Uint32Array(1);
  const table = symbols.gw_abi_fields(count);
  const fields = new Map<string, number>();
  if (table === null) return fields;
  const view = new Deno.UnsafePointerView(table);
  for (let i = 0; i < count[0]!; i++) {
    const name = view.getPointer(i * 16);
    if (name === null) continue;
    const key = new Deno.UnsafePointerView(name).getCString();
    fields.set(key, Number(view.getBigUint64(i * 16 + 8)));
  }
  return fields;
}
