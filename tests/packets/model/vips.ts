/**
 * Destination -> VIP: the longest prefix that holds the address decides, then protocol and port.
 *
 * @module
 */
import type { Snapshot, SnapshotVip } from "../../../lib/dataplane.ts";
import { text } from "./bits.ts";

/** All that stands at one prefix. */
export interface Entry {
  /** The VIP of all ports. */
  all: SnapshotVip | null;
  /** By "protocol/port". */
  ports: Map<string, SnapshotVip>;
  /** Gets echo requests. Null: the node's own address, and what no port takes is its kernel's. */
  echo: SnapshotVip | null;
}

interface Key {
  prefix: Uint8Array;
  prefixLength: number;
  protocol: number;
  port: number;
}

/** Finds VIPs in one snapshot. */
export class Vips {
  readonly #entries = new Map<string, Entry>();
  readonly #lengths: Record<4 | 16, number[]> = { 4: [], 16: [] };

  constructor({ vips, keys }: Snapshot) {
    for (const vip of vips) {
      const entry = this.#add(vip, vip);
      if (vip.port === 0) entry.all = vip;
      if (vip.port === 0 || entry.echo === null) entry.echo = vip;
    }
    for (const key of keys) {
      const entry = this.#add(key, vips[key.vip]!);
      if (!key.node) entry.echo ??= vips[key.vip]!;
    }
    for (const lengths of Object.values(this.#lengths)) lengths.sort((a, b) => b - a);
  }

  #add(key: Key, vip: SnapshotVip): Entry {
    const size = key.prefix.length as 4 | 16;
    const lengths = this.#lengths[size];
    if (!lengths.includes(key.prefixLength)) lengths.push(key.prefixLength);
    const name = `${text(key.prefix)}/${key.prefixLength}`;
    const entry = this.#entries.get(name) ??
      { all: null, ports: new Map(), echo: null };
    this.#entries.set(name, entry);
    if (key.port !== 0) entry.ports.set(`${key.protocol}/${key.port}`, vip);
    return entry;
  }

  /** What stands at the longest prefix that holds the address. */
  at(address: Uint8Array): Entry | null {
    for (const length of this.#lengths[address.length as 4 | 16]) {
      const found = this.#entries.get(`${text(cut(address, length))}/${length}`);
      if (found) return found;
    }
    return null;
  }
}

/** The VIP of a protocol and port, or the verdict where there is none. */
export function choose(entry: Entry | null, protocol: number, port: number): SnapshotVip | string {
  if (entry === null) return "left_not_vip";
  const vip = entry.ports.get(`${protocol}/${port}`) ?? entry.all;
  return vip ?? (entry.echo === null ? "left_not_vip" : "drop_no_port");
}

/** The address with all bits behind the first `length` 0. */
function cut(address: Uint8Array, length: number): Uint8Array {
  return address.map((byte, i) => {
    const bits = Math.min(Math.max(length - i * 8, 0), 8);
    return byte & (0xff << (8 - bits));
  });
}
