/**
 * Remembered flows. A flow has ended when its time is over or its server is absent; it counts for nothing while its
 * server belongs to another VIP than the packet's.
 *
 * @module
 */
import type { Snapshot, SnapshotVip } from "../../../lib/dataplane.ts";
import { same } from "./bits.ts";
import { flowHash, natHash } from "./siphash.ts";

/** What a flow is known by, as it is hashed. */
export interface FlowKey {
  source: Uint8Array;
  destination: Uint8Array;
  ports: [number, number];
  protocol: number;
  /** Hashed as the flows of a VIP are that translates. */
  byClient: boolean;
}

/** Where a client's packets come from. */
export interface Router {
  port: number;
  mac: Uint8Array;
}

export interface Flow {
  key: FlowKey;
  server: number;
  seen: number;
  /** The same of its client's packets. */
  met: number;
  router: Router;
  /** Which packet of its client told where that is. */
  taught: number;
}

export class Flows {
  now = 0;
  /** Whether a bucket may ever have been full. */
  crowded = false;
  #tables: Snapshot | null = null;
  #servers = new Map<number, number>();
  #flows = new Map<string, Flow>();

  /** Told of every flow that ends. */
  constructor(readonly ended: (server: number) => void) {}

  /** New tables; another hash key or number of buckets moves the flows (true), and what has ended is left behind. */
  commit(tables: Snapshot): boolean {
    const old = this.#tables;
    this.#tables = tables;
    this.#servers = new Map(tables.servers.map(({ slot, vip }) => [slot, vip]));
    if (!old) return false;
    const fits = old.buckets === tables.buckets && same(old.hashKey, tables.hashKey);
    if (fits && !isRehashed(old, tables)) return false;
    this.sweep();
    const flows = [...this.#flows.values()];
    for (const { key, server } of flows) {
      key.byClient = isByClient(tables, server) ?? key.byClient;
    }
    this.#flows = new Map(flows.map((flow) => [this.#place(this.hash(flow.key)), flow]));
    return true;
  }

  hash({ source, destination, ports, protocol, byClient }: FlowKey): bigint {
    const hash = byClient ? natHash : flowHash;
    return hash(this.#tables!.hashKey, source, destination, ports, protocol);
  }

  /** Bucket and tag: two flows that agree in both are one. */
  #place(hash: bigint): string {
    return `${hash & BigInt(this.#tables!.buckets - 1)} ${hash >> 32n}`;
  }

  present(server: number): boolean {
    return this.#servers.has(server);
  }

  #alive({ server, seen }: Flow): boolean {
    return this.present(server) && this.now - seen <= this.#tables!.timeout;
  }

  /** The server that is remembered for a flow to the VIP; null: none. */
  find(hash: bigint, vip: number): number | null {
    const flow = this.#flows.get(this.#place(hash));
    if (!flow || !this.#alive(flow) || this.#servers.get(flow.server) !== vip) return null;
    return flow.server;
  }

  /** The flows of a client's end through servers that translate, whatever VIP their packets are now for. */
  of(client: { address: Uint8Array; port: number }, protocol: number): Flow[] {
    return [...this.#flows.values()].filter((flow) =>
      flow.key.byClient && flow.key.protocol === protocol && flow.key.ports[0] === client.port &&
      same(flow.key.source, client.address) && this.#alive(flow)
    );
  }

  /** A client's packet of a flow that was found. True: the first in these eight seconds of the clock. */
  meet(hash: bigint): boolean {
    const flow = this.#flows.get(this.#place(hash))!;
    const due = flow.met >> 3 !== this.now >> 3;
    flow.met = flow.seen = this.now;
    return due;
  }

  /** An answer to a flow that was found. */
  keep(hash: bigint): void {
    this.#flows.get(this.#place(hash))!.seen = this.now;
  }

  /** From now on the client's packets come from there. */
  lead(hash: bigint, router: Router, taught: number): void {
    const flow = this.#flows.get(this.#place(hash))!;
    flow.router = router;
    flow.taught = taught;
  }

  /** A flow begins; one of the same bucket and tag that was there has ended. */
  remember(hash: bigint, key: FlowKey, server: number, router: Router, taught: number): void {
    const { now } = this;
    const place = this.#place(hash);
    const old = this.#flows.get(place);
    if (old) this.ended(old.server);
    this.crowded ||= this.#besides(place) > 2;
    this.#flows.set(place, { key: copyOf(key), server, seen: now, met: now, router, taught });
  }

  /** Other flows of the place's bucket; ways may be there, too. */
  #besides(place: string): number {
    const bucket = place.split(" ")[0]!;
    return [...this.#flows.keys()].filter((other) => other.split(" ")[0] === bucket).length;
  }

  /** Forgets what has ended. */
  sweep(): void {
    for (const [place, flow] of this.#flows) {
      if (this.#alive(flow)) continue;
      this.#flows.delete(place);
      this.ended(flow.server);
    }
  }

  /** Flows of a server. */
  count(server: number): number {
    return [...this.#flows.values()].filter((flow) => flow.server === server).length;
  }

  get size(): number {
    return this.#flows.size;
  }
}

/** The key of packets to a VIP: for a sticky one the client's address alone. */
export function flowKey(
  vip: SnapshotVip,
  source: Uint8Array,
  destination: Uint8Array,
  ports: [number, number],
  protocol: number,
): FlowKey {
  if (!vip.sticky) {
    return { source, destination, ports, protocol, byClient: vip.encap.startsWith("nat") };
  }
  const { prefix, port } = vip;
  return { source, destination: prefix, ports: [0, port], protocol: vip.protocol, byClient: false };
}

/** How flows of a server's VIP are hashed; null: it is gone, or sticky. */
function isByClient({ servers, vips }: Snapshot, slot: number): boolean | null {
  const id = servers.find((server) => server.slot === slot)?.vip;
  const vip = vips.find((vip) => vip.id === id);
  return !vip || vip.sticky ? null : vip.encap.startsWith("nat");
}

function isRehashed(old: Snapshot, tables: Snapshot): boolean {
  return tables.servers.some(({ slot }) => {
    const [a, b] = [isByClient(old, slot), isByClient(tables, slot)];
    return a !== null && b !== null && a !== b;
  });
}

function copyOf(key: FlowKey): FlowKey {
  return { ...key, source: key.source.slice(), destination: key.destination.slice() };
}

/** Slot of the VIP's table that a hash points at; null: it has none. */
export function slotOf(vip: SnapshotVip, hash: bigint): number | null {
  if (vip.table.length === 0) return null;
  return Number((hash >> 32n) & BigInt(vip.table.length - 1));
}
