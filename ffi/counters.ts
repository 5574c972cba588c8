/**
 * The workers' counters. They are the workers' own memory, looked at in place: reading one costs a
 * load, and no call. A view may only be used while the data plane is open.
 *
 * @module
 */
import type { CounterCatalog, CounterInfo } from "../lib/dataplane.ts";
import { unwrap } from "./error.ts";
import type { Layout } from "./layout.ts";
import type { Symbols } from "./symbols.ts";

/** Kinds of counter names that `gw_abi_counters` gives. */
const KINDS = { worker: 0, vip: 1, server: 2, verdicts: 3, steps: 4, port: 5 } as const;

/** All counter names, and those of the benchmark's steps. */
export interface Names extends CounterCatalog {
  steps: CounterInfo[];
}

/** Reads the names and sentences of all counters. */
export function readNames(symbols: Symbols): Names {
  const names = (kind: number) => readKind(symbols, kind);
  return {
    worker: names(KINDS.worker),
    vip: names(KINDS.vip),
    server: names(KINDS.server),
    verdicts: names(KINDS.verdicts),
    steps: names(KINDS.steps),
    port: names(KINDS.port),
  };
}

function readKind(symbols: Symbols, kind: number): CounterInfo[] {
  const count = new Uint32Array(1);
  const table = symbols.gw_abi_counters(kind, count);
  if (table === null) throw new Error(`The library has no counters of kind ${kind}`);
  const view = new Deno.UnsafePointerView(table);
  return Array.from({ length: count[0]! }, (_, i) => ({
    name: cString(view.getPointer(i * 16)),
    text: cString(view.getPointer(i * 16 + 8)),
  }));
}

function cString(pointer: Deno.PointerValue): string {
  return pointer === null ? "" : new Deno.UnsafePointerView(pointer).getCString();
}

/** Counter arrays of every worker. */
export class Counters {
  readonly #names: Names;
  readonly #layout: Layout;
  readonly #workers: BigUint64Array[];
  readonly #vips: BigUint64Array[];
  readonly #servers: BigUint64Array[];
  readonly #ports: BigUint64Array[];

  constructor(
    symbols: Symbols,
    layout: Layout,
    names: Names,
    gw: Deno.PointerObject,
    workers: number,
  ) {
    this.#names = names;
    this.#layout = layout;
    const views = (kind: number) =>
      Array.from({ length: workers }, (_, worker) => view(symbols, gw, kind, worker));
    this.#workers = views(layout.constants.GW_MEMORY_WORKER);
    this.#vips = views(layout.constants.GW_MEMORY_VIPS);
    this.#servers = views(layout.constants.GW_MEMORY_SERVERS);
    this.#ports = views(layout.constants.GW_MEMORY_PORTS);
  }

  /** Values of one worker, in catalog order. @throws {RangeError} when there is no such worker. */
  worker(worker: number): number[] {
    return sums([ofWorker(this.#workers, worker)], 0, this.#names.worker.length);
  }

  /** Values of one worker and port, in catalog order. @throws {RangeError} when there is no such worker or index. */
  port(worker: number, index: number): number[] {
    const { GW_MAX_PORTS, GW_P_STRIDE } = this.#layout.constants;
    check(index, GW_MAX_PORTS, "port index");
    return sums([ofWorker(this.#ports, worker)], index * GW_P_STRIDE, this.#names.port.length);
  }

  /** Sums of one VIP, in catalog order. @throws {RangeError} for an id that none can have. */
  vip(id: number): number[] {
    const { GW_MAX_VIPS, GW_V_STRIDE } = this.#layout.constants;
    check(id, GW_MAX_VIPS, "VIP id");
    return sums(this.#vips, id * GW_V_STRIDE, this.#names.vip.length);
  }

  /** Sums of one server, in catalog order. @throws {RangeError} for an id that none can have. */
  server(slot: number): number[] {
    const { GW_MAX_SERVERS, GW_S_STRIDE } = this.#layout.constants;
    check(slot, GW_MAX_SERVERS, "slot id");
    return sums(this.#servers, slot * GW_S_STRIDE, this.#names.server.length);
  }
}

function ofWorker(views: BigUint64Array[], worker: number): BigUint64Array {
  const view = views[worker];
  if (view === undefined) throw new RangeError(`There is no worker ${worker}`);
  return view;
}

function check(index: number, end: number, what: string): void {
  if (Number.isInteger(index) && index >= 0 && index < end) return;
  throw new RangeError(`${index} is not a ${what}: 0 to ${end - 1}`);
}

/**
 * A counter is below 2^53 for centuries at any packet rate, so that a Number holds it. The sum is
 * taken modulo 2^64 first: a gauge that one worker raised and another lowered is right in the sum.
 */
function sums(views: BigUint64Array[], start: number, length: number): number[] {
  return Array.from({ length }, (_, i) => {
    if (views.length === 1) return Number(views[0]![start + i]!);
    let sum = 0n;
    for (const view of views) sum += view[start + i]!;
    return Number(BigInt.asUintN(64, sum));
  });
}

function view(
  symbols: Symbols,
  gw: Deno.PointerObject,
  kind: number,
  worker: number,
): BigUint64Array {
  const data = new BigUint64Array(1);
  const bytes = new BigUint64Array(1);
  unwrap(symbols.gw_memory(gw, kind, worker, data, bytes), null, "gw_memory");
  const pointer = Deno.UnsafePointer.create(data[0]!);
  if (pointer === null) throw new Error(`The library gave no counters of kind ${kind}`);
  const memory = Deno.UnsafePointerView.getArrayBuffer(pointer, Number(bytes[0]!));
  return new BigUint64Array(memory);
}
