/**
 * The records of an image, one array after the other.
 *
 * @module
 */
import type { DfPolicy, Encap, Snapshot } from "../lib/dataplane.ts";
import type { ImageWriter } from "./image_writer.ts";
import type { Layout } from "./layout.ts";

/** An image that is being written. */
export interface Target {
  write: ImageWriter;
  layout: Layout;
}

/** The ports that the workers poll. */
export function writePorts({ write, layout }: Target, snapshot: Snapshot, start: number): void {
  const at = layout.gw_image_port;
  const { GW_PORT_SNAT4, GW_PORT_SNAT6 } = layout.constants;
  snapshot.ports.forEach((port, i) => {
    const base = start + i * at.size;
    write.u32(base + at.index, port.index);
    write.raw(base + at.mac, port.mac, 6);
    write.u16(base + at.mtu, port.mtu);
    const snat4 = port.snat.includes("nat4") ? GW_PORT_SNAT4 : 0;
    const snat6 = port.snat.includes("nat6") ? GW_PORT_SNAT6 : 0;
    write.u32(base + at.flags, snat4 | snat6);
  });
}

/** VIPs; their tables stand one behind the other in the slots. */
export function writeVips({ write, layout }: Target, snapshot: Snapshot, start: number): void {
  const at = layout.gw_image_vip;
  const { GW_VIP_STICKY, GW_VIP_ECHO } = layout.constants;
  let table = 0;
  snapshot.vips.forEach((vip, i) => {
    const base = start + i * at.size;
    write.address(base + at.prefix, base + at.family, vip.prefix);
    write.u8(base + at.prefix_len, vip.prefixLength);
    write.u8(base + at.protocol, vip.protocol);
    write.u8(base + at.encap, encapNumber(vip.encap, layout));
    write.u16(base + at.port, vip.port);
    write.u16(base + at.flags, (vip.sticky ? GW_VIP_STICKY : 0) | (vip.echo ? GW_VIP_ECHO : 0));
    write.u32(base + at.id, vip.id);
    write.u64(base + at.table_off, table);
    write.u32(base + at.table_len, vip.table.length);
    table += vip.table.length;
  });
}

/** Further keys that lead to VIPs. */
export function writeKeys({ write, layout }: Target, snapshot: Snapshot, start: number): void {
  const at = layout.gw_image_key;
  snapshot.keys.forEach((key, i) => {
    const base = start + i * at.size;
    write.address(base + at.prefix, base + at.family, key.prefix);
    write.u8(base + at.prefix_len, key.prefixLength);
    write.u8(base + at.protocol, key.protocol);
    write.u8(base + at.node, key.node ? 1 : 0);
    write.u16(base + at.port, key.port);
    write.u32(base + at.vip, key.vip);
  });
}

/** Servers. */
export function writeServers({ write, layout }: Target, snapshot: Snapshot, start: number): void {
  const at = layout.gw_image_server;
  snapshot.servers.forEach((server, i) => {
    const base = start + i * at.size;
    write.address(base + at.address, base + at.family, server.address);
    write.u32(base + at.slot, server.slot);
    write.u32(base + at.vip, server.vip);
    write.u32(base + at.hop, server.hop ?? layout.constants.GW_NONE);
    write.u8(base + at.encap, encapNumber(server.encap, layout));
    write.u8(base + at.ttl, server.ttl);
    write.u8(base + at.df, dfNumber(server.df, layout));
    write.u8(base + at.dscp, server.dscp);
    write.u16(base + at.mtu, server.mtu);
    write.u16(base + at.target_port, server.targetPort);
  });
}

/** Next hops. */
export function writeHops({ write, layout }: Target, snapshot: Snapshot, start: number): void {
  const at = layout.gw_image_hop;
  snapshot.hops.forEach((hop, i) => {
    const base = start + i * at.size;
    write.raw(base + at.mac, hop.mac, 6);
    write.u16(base + at.mtu, hop.mtu);
    write.u32(base + at.port, hop.port);
  });
}

/** Addresses of this machine's kernel. */
export function writeOwn({ write, layout }: Target, snapshot: Snapshot, start: number): void {
  const at = layout.gw_image_own;
  snapshot.own.forEach((address, i) => {
    const base = start + i * at.size;
    write.address(base + at.address, base + at.family, address);
  });
}

const ENCAP_CONSTANTS = {
  gre4: "GW_ENCAP_GRE4",
  gre6: "GW_ENCAP_GRE6",
  l3dsr: "GW_ENCAP_L3DSR",
  nat4: "GW_ENCAP_NAT4",
  nat6: "GW_ENCAP_NAT6",
  ipip: "GW_ENCAP_IPIP",
  gue: "GW_ENCAP_GUE",
} as const satisfies Record<Encap, keyof Layout["constants"]>;

function encapNumber(encap: Encap, layout: Layout): number {
  return layout.constants[ENCAP_CONSTANTS[encap]];
}

const DF_CONSTANTS = {
  copy: "GW_DF_COPY",
  set: "GW_DF_SET",
  clear: "GW_DF_CLEAR",
} as const satisfies Record<DfPolicy, keyof Layout["constants"]>;

function dfNumber(df: DfPolicy, layout: Layout): number {
  return layout.constants[DF_CONSTANTS[df]];
}
