/**
 * What the benchmark forwards by: one VIP, as in the tables that this is compared with.
 *
 * @module
 */
import { type Config, parseConfig } from "../config.ts";
import { ENCAP_KINDS } from "../config/encaps.ts";
import type { Encap } from "../dataplane.ts";

/** How large the tables are. */
export interface BenchSize {
  servers: number;
  /** Slots of the new-connection table, a power of two. */
  newLength: number;
  /** Of the established-connections table, a power of two. */
  buckets: number;
}

/** The packets of an encap's benchmark. */
export interface BenchTraffic {
  /** Of the packets; the servers' follows from the encap. */
  family: 4 | 6;
  /** Bytes on the wire, with the frame check sequence: 64, or what the headers need. */
  frameBytes: number;
}

/** TCP, as small as it comes. */
export function benchTraffic(encap: Encap): BenchTraffic {
  return ENCAP_KINDS[encap].vips === 6
    ? { family: 6, frameBytes: 14 + 40 + 20 + 4 }
    : { family: 4, frameBytes: 64 };
}

/** One VIP, a prefix; of nat a port of it, whose ways back are known, without which nobody would run it. */
export function benchConfig(encap: Encap, size: BenchSize): Config {
  return parseConfig({
    conf: {
      ip4_src_address: "192.0.2.10",
      ip6_src_address: "2001:db8::10",
      buckets: size.buckets,
      timeout: 30_000,
    },
    interfaces: {
      net0: { device: "null", snat: encap === "nat4" || encap === "nat6" ? [encap] : [] },
    },
    vips: [{
      prefix: benchTraffic(encap).family === 6 ? "2002::/16" : "90.0.0.0/8",
      encap,
      new_len: size.newLength,
      ...(ENCAP_KINDS[encap].kind === "nat"
        ? { protocol: "tcp", port: 80, target_port: 8080 }
        : {}),
      ...(encap === "l3dsr" ? { dscp: 7 } : {}),
      servers: Array.from({ length: size.servers }, (_, i) => ({ address: server(encap, i + 1) })),
    }],
  });
}

/** IPv4 where the encap takes it. */
function server(encap: Encap, i: number): string {
  return ENCAP_KINDS[encap].servers === 6
    ? `2001:db8:1::${(i >> 16).toString(16)}:${(i & 0xffff).toString(16)}`
    : `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
}
