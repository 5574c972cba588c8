/**
 * Ways back: which address and port of the VIP a client sent to, and where its packets came from. The client's flow
 * tells; for sticky VIPs, whose flows stand for many connections, it is learned from their packets, by the server's end.
 *
 * @module
 */
import type { Snapshot, SnapshotServer, SnapshotVip } from "../../../lib/dataplane.ts";
import { same, text } from "./bits.ts";
import type { End, Ends } from "./ends.ts";
import { type Flow, type FlowKey, flowKey, type Flows, type Router } from "./flows.ts";
import { hasPorts } from "./packet.ts";
import { choose, type Vips } from "./vips.ts";

export interface Way extends Router {
  /** What the client sent to. */
  vip: End;
  server: number;
  /** Id of the server's VIP. */
  vipId: number;
}

interface Remembered extends Way {
  seen: number;
  client: End;
  protocol: number;
  taught: number;
}

type Ending = Pick<Remembered, "vip" | "server" | "protocol">;

export class Ways {
  vips: Vips | null = null;
  #ends!: Ends;
  #timeout = 0;
  #servers = new Map<number, SnapshotServer>();
  #ways = new Map<string, Remembered>();

  constructor(readonly flows: Flows) {}

  /** New tables. Where flows move to another table, ways move to where their servers' packets come from now. */
  commit({ servers, timeout }: Snapshot, vips: Vips, ends: Ends, moved: boolean): void {
    this.vips = vips;
    this.#ends = ends;
    this.#timeout = timeout;
    this.#servers = new Map(servers.map((server) => [server.slot, server]));
    if (!moved) return;
    const ways = [...this.#ways.values()].filter(({ server }) => this.#servers.has(server));
    this.#ways = new Map(ways.map((way) => [this.#name(this.#endOf(way), way), way]));
  }

  #name(server: End, { client, protocol }: { client: End; protocol: number }): string {
    const ends = [server, client].map(({ address, port }) => `${text(address)} ${port}`);
    return [...ends, protocol].join(" ");
  }

  /** Where the server's packets of a way come from. */
  #endOf({ server: slot, vip, protocol }: Ending): End {
    const { address, targetPort } = this.#servers.get(slot)!;
    return { address, port: hasPorts(protocol) ? targetPort || vip.port : 0 };
  }

  learn(client: End, protocol: number, taught: number, way: Way): void {
    const learned = {
      ...way,
      seen: this.flows.now,
      taught,
      client,
      protocol,
    };
    this.#ways.set(this.#name(this.#endOf(learned), learned), learned);
  }

  /** The way of a packet: the one that was taught last. It is kept alive, and its flow. */
  find(server: End, client: End, protocol: number): Way | null {
    const flows = this.flows.of(client, protocol).filter((flow) =>
      this.#leads({ vip: endOf(flow), server: flow.server, protocol }, server)
    );
    const flow = flows.toSorted((a, b) => b.taught - a.taught)[0];
    const learned = !flow || this.#ends.sticky(server, protocol)
      ? this.#learned(server, client, protocol)
      : null;
    if (learned && !(flow && flow.taught > learned.taught)) return this.#use(learned);
    if (!flow) return null;
    flow.seen = this.flows.now;
    const { vip } = this.#servers.get(flow.server)!;
    return { vip: endOf(flow), server: flow.server, vipId: vip, ...flow.router };
  }

  #learned(server: End, client: End, protocol: number): Remembered | null {
    const way = this.#ways.get(this.#name(server, { client, protocol }));
    return way && !this.#hasEnded(way) && this.#leads(way, server) ? way : null;
  }

  #use(way: Remembered): Way {
    way.seen = this.flows.now;
    if (this.#hasFlow(way)) this.flows.keep(this.flows.hash(this.#flowOf(way)!));
    return way;
  }

  /** Whether the way's server still translates, at that end. */
  #leads(way: Ending, { address, port }: End): boolean {
    const server = this.#servers.get(way.server);
    if (!server || !server.encap.startsWith("nat")) return false;
    return same(server.address, address) && this.#endOf(way).port === port;
  }

  /** The VIP of a way; null: by now its packets would go to another one. */
  #vipOf({ vip, vipId, protocol }: Remembered): SnapshotVip | null {
    const entry = this.vips!.at(vip.address);
    const found = choose(entry, protocol, vip.port);
    const known = typeof found !== "string" ? found : hasPorts(protocol) ? null : entry?.echo;
    return known?.id === vipId ? known : null;
  }

  #flowOf(way: Remembered): FlowKey | null {
    const vip = this.#vipOf(way);
    const ports: [number, number] = [way.client.port, way.vip.port];
    return vip &&
      flowKey(vip, way.client.address, way.vip.address, ports, way.protocol);
  }

  /** Whether the client's own flow is alive. */
  #hasFlow(way: Remembered): boolean {
    const flow = this.#flowOf(way);
    return flow !== null && this.flows.find(this.flows.hash(flow), way.vipId) === way.server;
  }

  /** No packet used it for the timeout, and no flow needs it. */
  #hasEnded(way: Remembered): boolean {
    if (!this.flows.present(way.server)) return true;
    return this.flows.now - way.seen > this.#timeout && !this.#hasFlow(way);
  }

  /** Forgets what has ended. */
  sweep(): void {
    for (const [name, way] of this.#ways) if (this.#hasEnded(way)) this.#ways.delete(name);
  }

  count(server: number): number {
    return [...this.#ways.values()].filter((way) => way.server === server).length;
  }
}

/** What the flow's client sends to. */
function endOf({ key }: Flow): End {
  return { address: key.destination, port: key.ports[1] };
}
