/**
 * Servers that translate, and the VIPs that their addresses and ports may answer for.
 *
 * @module
 */
import type { Snapshot, SnapshotServer, SnapshotVip } from "../../../lib/dataplane.ts";
import { same, text } from "./bits.ts";
import { hasPorts } from "./packet.ts";

/** One end of a flow; the port is 0 where the protocol has none. */
export interface End {
  address: Uint8Array;
  port: number;
}

export class Ends {
  readonly #servers: SnapshotServer[];

  constructor(readonly tables: Snapshot) {
    this.#servers = tables.servers.filter(({ encap }) => encap.startsWith("nat"));
  }

  isServer(address: Uint8Array): boolean {
    return this.#servers.some((server) => same(server.address, address));
  }

  #vipOf({ vip: id }: SnapshotServer): SnapshotVip | null {
    return this.tables.vips.find((vip) => vip.id === id) ?? null;
  }

  /** Servers that a packet from this end can be of: those of its own port, and those of all ports. */
  of({ address, port }: End, protocol: number): { own: SnapshotServer[]; all: SnapshotServer[] } {
    const here = this.#servers.filter((server) => same(server.address, address));
    return {
      own: here.filter((server) =>
        hasPorts(protocol) && port !== 0 && server.targetPort === port &&
        this.#takes(server, protocol)
      ),
      all: here.filter((server) => server.targetPort === 0),
    };
  }

  /** Whether the server's VIP is for the protocol; of one that is gone nobody knows. */
  #takes(server: SnapshotServer, protocol: number): boolean {
    const vip = this.#vipOf(server);
    if (!vip) return true;
    const { vips, keys } = this.tables;
    const more = keys.filter((key) => vips[key.vip] === vip).map((key) => key.protocol);
    return [vip.protocol, ...more].includes(protocol);
  }

  /** What clients of the server send to; null: to one of the addresses of a prefix. */
  #source(one: SnapshotServer, server: End): End | null {
    const vip = this.#vipOf(one);
    if (!vip || vip.prefixLength !== vip.prefix.length * 8) return null;
    return { address: vip.prefix, port: vip.port || server.port };
  }

  #hasNodePort(server: SnapshotServer): boolean {
    const { vips, keys } = this.tables;
    return keys.some((key) => key.node && vips[key.vip]!.id === server.vip);
  }

  /** The VIP's end where only one is possible, and one of its servers. */
  only(server: End, protocol: number): { vip: End; server: SnapshotServer } | null {
    const { own, all } = this.of(server, protocol);
    if (own.length > 0 && all.length > 0) return null;
    const possible = [...own, ...all];
    const sources = possible.map((one) => this.#source(one, server));
    const [first] = sources;
    if (!first || sources.some((end) => !end || nameOf(end) !== nameOf(first))) return null;
    if (possible.some((one) => this.#hasNodePort(one))) return null;
    return { vip: first, server: possible[0]! };
  }

  /** Whether it may be that of a server of a sticky VIP. */
  sticky(server: End, protocol: number): boolean {
    const { own, all } = this.of(server, protocol);
    return [...own, ...all].some((one) => this.#vipOf(one)?.sticky);
  }
}

function nameOf({ address, port }: End): string {
  return `${text(address)} ${port}`;
}
