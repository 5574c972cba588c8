import type { SnapshotHop } from "../dataplane.ts";
import { parseMac } from "../net.ts";
import type { NextHop } from "../next_hops.ts";
import type { Ports } from "../ports.ts";

/** Different next hops, each once. */
export class Hops {
  readonly list: SnapshotHop[] = [];
  readonly #ports: Ports;
  readonly #indices = new Map<string, number>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Null: the next hop is not known. */
  index(next: NextHop | undefined): number | null {
    const hop = next?.hop;
    const port = hop && this.#ports.get(hop.interface)?.info;
    if (!hop || !port) return null;
    const key = `${hop.interface} ${hop.mac}`;
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.list.length);
    return this.list.push({ mac: parseMac(hop.mac), port: port.index, mtu: port.mtu }) - 1;
  }
}
