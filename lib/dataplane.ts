/**
 * What the product needs of a data plane. `ffi/` implements it on the C library; nothing above
 * `lib/` knows that the library exists. All numbers of time are seconds, of size bytes.
 *
 * @module
 */

import type { Snapshot } from "./dataplane/tables.ts";

export * from "./dataplane/tables.ts";

/** A port as the driver sees it. */
export interface PortInfo {
  index: number;
  linkUp: boolean;
  /** 0: unknown. */
  linkMbps: number;
  mtu: number;
  /** "02:00:00:00:00:01" */
  mac: string;
  /**
   * What became of the kernel's interface that it was opened on. `held`: it is there. `gone`: it is no more, and the
   * port is dead. `replaced`: so is this one, but it could be closed and opened anew.
   */
  held: "held" | "gone" | "replaced";
  driver: string;
  /** Packets that came while its queues were full, since it is open; not all drivers count them. */
  missed: number;
}

/** A counter's name and the sentence that explains it, as the library gives them. */
export interface CounterInfo {
  name: string;
  text: string;
}

/** Names of all counters; the order is the order of the values below. */
export interface CounterCatalog {
  /** Of a worker; the verdicts stand first. */
  worker: CounterInfo[];
  vip: CounterInfo[];
  server: CounterInfo[];
  verdicts: CounterInfo[];
  /** Of an interface; the verdicts stand first. */
  port: CounterInfo[];
}

/** Which flows; all where nothing is given. */
export interface FlowFilter {
  /** VIP id. */
  vip?: number;
  /** Slot ids. */
  servers?: Iterable<number>;
  worker?: number;
  /** Flows from addresses that begin with these bits, from that port alone where one is given. */
  client?: Client;
  /** The client or one of the servers is enough. */
  either?: boolean;
  /** What the page before gave. */
  cursor?: bigint;
}

/** Addresses that begin with `length` bits of `bytes`. */
interface Client {
  family: 4 | 6;
  bytes: Uint8Array;
  length: number;
  port?: number;
}

/** One remembered flow. */
export interface Flow {
  family: 4 | 6;
  protocol: number;
  /** Addresses as text, canonical (RFC 5952). */
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  worker: number;
  /** VIP id. */
  vip: number;
  /** Slot id. */
  server: number;
  age: number;
  idle: number;
}

/** What became, or would become, of a frame. */
export interface FrameResult {
  verdict: string;
  /** VIP id, null where none was found. */
  vip: number | null;
  /** Slot id, null where none was found. */
  server: number | null;
  decided: "flow" | "table" | null;
  /** Flow hash; null where no VIP was found. */
  hash: bigint | null;
  /** Index into the VIP's table; null where the VIP has none. */
  slot: number | null;
  /** Port index where it leaves; null where nothing does. */
  port: number | null;
  /** The bytes that leave; null where nothing does. */
  output: Uint8Array | null;
  /** Frames that were made because of it: ICMP errors, fragments after the first (which is the output). */
  made: { port: number; frame: Uint8Array }[];
  tracked: boolean;
}

/** What a router said: packets of a tunnel to this server do not fit a link behind the first hop. */
export interface PathMtu {
  /** Canonical. */
  address: string;
  /** Largest IP packet that fits, as far as the router is to be believed. */
  mtu: number;
}

/** What an earlier process left. */
export interface FoundFlows {
  /** Tables that go on, and the flows in them. */
  taken: number;
  flows: number;
  /** Tables that cannot be used and were removed, and why the first of them. */
  refused: number;
  reason: string;
}

/** How full established-connections tables are. */
export interface TableUse {
  buckets: number;
  capacity: number;
  flows: number;
}

/** Result of one benchmark run of the packet steps. Cycles leave the generator out. */
export interface BenchResult {
  packets: number;
  forwarded: number;
  cycles: number;
  /** Cycles by step name, in packet order. */
  steps: Record<string, number>;
  generatorCycles: number;
  tscHz: number;
}

/** What both a real data plane and a simulation can do. */
export interface Dataplane extends AsyncDisposable {
  readonly workers: number;
  readonly catalog: CounterCatalog;
  /**
   * Replaces all tables at once; resolves when no worker uses the old ones.
   * @throws {DataplaneError} when the library refuses it: the old tables go on.
   */
  commit(snapshot: Snapshot): Promise<void>;
  /** Counter values of one worker, in catalog order. */
  workerCounters(worker: number): number[];
  /** Sums over all workers, in catalog order. */
  vipCounters(id: number): number[];
  serverCounters(slot: number): number[];
  /** Values of one worker and port, in catalog order. */
  portCounters(worker: number, index: number): number[];
  /** At most `max` flows, and where to go on (null: all were seen). */
  flows(query: FlowFilter, max: number): { flows: Flow[]; cursor: bigint | null };
  /** Of one worker; of all together where none is named. */
  tableUse(worker?: number): TableUse;
  /**
   * Keeps established connections in the folder, and takes those that an earlier process left there. Before the first
   * commit, and once.
   *
   * @param discard What is there is not to be used.
   * @throws {DataplaneError} when another process has the folder, or it is not fit for this.
   */
  openFlowMemory(folder: string, discard: boolean): Promise<FoundFlows>;
  /** To be called every few seconds. Whether there are flows of another number of workers, which no counter counts. */
  settleFlowMemory(): Promise<boolean>;
  /** Takes what routers said since the last call. Anybody can send such messages. */
  pathMtus(): PathMtu[];
  /** What would happen to the frame; remembers and counts nothing. */
  trace(frame: Uint8Array): FrameResult;
  close(): Promise<void>;
}

/** An image, as the library takes it. */
export interface Image {
  bytes: Uint8Array<ArrayBuffer>;
  /** Tells apart libraries that read it otherwise. */
  layout: string;
}

/** What an earlier process left, for one that is to forward at once. */
export interface Resume {
  workers: number;
  /** As in the configuration. */
  ports: { device: string; index: number; mac: string }[];
  image: Uint8Array<ArrayBuffer>;
  /** Of its established connections. */
  folder: string;
  usePci: boolean;
  /** For queues of `af_packet` ports. */
  sockets: number;
  /** Where a worker that crashes leaves its report. */
  crashes: string;
}

/** A data plane that was opened by what an earlier process left. */
export type Resumed =
  /** It forwards, since `ms` after the process began. */
  | { dataplane: RealDataplane; ms: number; reason: null }
  /** It is open with its flow memory; that it does not forward has a reason. */
  | { dataplane: RealDataplane; ms: null; reason: string };

/** The data plane that polls ports. */
export interface RealDataplane extends Dataplane {
  /** What was committed last; null: nothing, or more than is worth to be kept. */
  readonly committed: Image | null;
  readonly hugepages: boolean;
  /** CPU of each worker; null: not pinned. */
  readonly cpus: (number | null)[];
  readonly dpdkVersion: string;
  /**
   * @param index Where it is to be, if that is free; anywhere unless given.
   * @throws {DataplaneError} with the driver's reason.
   */
  openPort(device: string, index?: number): Promise<PortInfo>;
  portInfo(index: number): PortInfo;
  /** The committed snapshot must no longer name the port. */
  closePort(index: number): Promise<void>;
  /** Forwards nothing until the next commit. */
  rest(): Promise<void>;
  /**
   * The same, and lets go of ports and flow memory, so that another process can have them. All is as just after the start,
   * but counters go on, and so do flows that no folder holds.
   *
   * @param options `shared`: ports stay open for now that two processes can have: their end takes the kernel a while.
   */
  release(options?: { shared?: boolean }): Promise<void>;
  /** Throws away what came in by open ports before the first commit; how many packets. */
  drain(): Promise<number>;
}

/** The same packet steps without ports, threads or privileges. */
export interface Simulation extends Dataplane {
  /** Sets the clock that `timeout` is measured by. */
  setClock(seconds: number): void;
  /**
   * Runs frames in order, remembering flows. A fragment that waits has its last verdict only if its first one comes in
   * the same call.
   *
   * @param ports Index of the port that each frame comes from; the snapshot's first unless given.
   */
  frames(frames: Uint8Array[], ports?: number[]): FrameResult[];
  bench(options: {
    mode: "hit" | "first" | "table";
    flows: number;
    frameLength: number;
    seconds: number;
    /** Index into the snapshot's VIPs. */
    vip?: number;
    seed?: bigint;
  }): Promise<BenchResult>;
}

/** The library refused or failed; the message is its own sentence. */
export class DataplaneError extends Error {
  override readonly name = "DataplaneError";
  /** Positive errno, as in C. */
  readonly errno: number;

  constructor(message: string, errno: number) {
    super(message);
    this.errno = errno;
  }
}
