/**
 * What a real data plane and a simulation share: the library's handle and its life. After `close()`
 * every call throws; the handle never reaches the library again.
 *
 * @module
 */
import {
  type CounterCatalog,
  type Dataplane,
  DataplaneError,
  type Flow,
  type FlowFilter,
  type FoundFlows,
  type FrameResult,
  type PathMtu,
  type Snapshot,
  type TableUse,
} from "../lib/dataplane.ts";
import { Counters } from "./counters.ts";
import { EBADF, errorBuffer, unwrap } from "./error.ts";
import { openFlowMemory } from "./flow_memory.ts";
import { readFlows } from "./flows.ts";
import { FrameSpace, traceFrame } from "./frames.ts";
import { held } from "./held.ts";
import { encodeImage } from "./image.ts";
import type { Library } from "./library.ts";
import { readPathMtus } from "./path_mtus.ts";
import { readTableUse } from "./table_use.ts";

/** A data plane that is open. */
export abstract class Handle implements Dataplane {
  readonly workers: number;
  readonly catalog: CounterCatalog;
  /** For the subclasses. */
  protected readonly library: Library;
  /** For the frames that leave. */
  protected readonly space = new FrameSpace();
  readonly #counters: Counters;
  #pointer: Deno.PointerObject | null;
  #queue: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  /** @param address the handle that the library gave, as a number */
  constructor(library: Library, address: bigint, workers: number) {
    const pointer = Deno.UnsafePointer.create(address);
    if (pointer === null) throw new DataplaneError("The library gave no handle", EBADF);
    const { symbols, layout, names } = library;
    const { worker, vip, server, verdicts, port } = names;
    this.library = library;
    this.workers = workers;
    this.catalog = { worker, vip, server, verdicts, port };
    this.#pointer = pointer;
    this.#counters = new Counters(symbols, layout, names, pointer, workers);
  }

  async commit(snapshot: Snapshot): Promise<void> {
    this.pointer();
    await this.commitImage(encodeImage(snapshot, this.library.layout));
  }

  /** Commits an encoded image as it is; the library checks every byte of it. */
  async commitImage(image: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.exclusive(async (gw) => {
      const err = errorBuffer();
      const { gw_commit } = this.library.symbols;
      unwrap(await held(gw_commit, gw, image, BigInt(image.length), err), err, "gw_commit");
    });
  }

  workerCounters(worker: number): number[] {
    this.pointer();
    return this.#counters.worker(worker);
  }

  vipCounters(id: number): number[] {
    this.pointer();
    return this.#counters.vip(id);
  }

  serverCounters(slot: number): number[] {
    this.pointer();
    return this.#counters.server(slot);
  }

  portCounters(worker: number, index: number): number[] {
    this.pointer();
    return this.#counters.port(worker, index);
  }

  flows(query: FlowFilter, max: number): { flows: Flow[]; cursor: bigint | null } {
    return readFlows(this.library, this.idle(), query, max);
  }

  tableUse(worker?: number): TableUse {
    const workers = worker === undefined
      ? Array.from({ length: this.workers }, (_, i) => i)
      : [worker];
    return readTableUse(this.library, this.idle(), workers);
  }

  async openFlowMemory(folder: string, discard: boolean): Promise<FoundFlows> {
    return await this.exclusive((gw) => openFlowMemory(this.library, gw, folder, discard));
  }

  async settleFlowMemory(): Promise<boolean> {
    return await this.exclusive(async (gw) => {
      const { gw_flow_settle } = this.library.symbols;
      return unwrap(await held(gw_flow_settle, gw), null, "gw_flow_settle") === 1;
    });
  }

  pathMtus(): PathMtu[] {
    return readPathMtus(this.library, this.idle());
  }

  trace(frame: Uint8Array): FrameResult {
    return traceFrame(this.library, this.idle(), frame, this.space);
  }

  /** Waits for what is under way, then closes; a second call gives the same promise. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The library's handle. @throws {DataplaneError} once it was closed. */
  protected pointer(): Deno.PointerObject {
    if (this.#pointer === null) throw new DataplaneError("The data plane is closed", EBADF);
    return this.#pointer;
  }

  /** The handle for a call that reads tables; a simulation refuses it during a benchmark. */
  protected idle(): Deno.PointerObject {
    return this.pointer();
  }

  /** Runs slow calls one after the other, in the order of asking. */
  protected async exclusive<T>(call: (gw: Deno.PointerObject) => Promise<T>): Promise<T> {
    const gw = this.pointer();
    const turn = this.#queue.then(() => call(gw));
    this.#queue = turn.catch(() => {});
    return await turn;
  }

  async #close(): Promise<void> {
    const gw = this.pointer();
    this.#pointer = null;
    await this.#queue;
    const err = errorBuffer();
    unwrap(await held(this.library.symbols.gw_close, gw, err), err, "gw_close");
  }
}
