/**
 * Established connections outlive the program: their tables lie in a folder in memory, with a file that tells what
 * the slot ids in them mean.
 *
 * @module
 */
import { join } from "node:path";
import type { Dataplane } from "./dataplane.ts";
import { type Directory, readDirectory, writeDirectory } from "./flow_memory/directory.ts";
import { log } from "./log.ts";
import { ImageKeeper } from "./early/keeper.ts";
import { slotsSum } from "./early/last_image.ts";
import type { NextHops } from "./next_hops.ts";
import { hasPorts, type Ports } from "./ports.ts";
import { type Ids, NO_IDS } from "./snapshot/slots.ts";

const NOTHING: Directory = { ids: NO_IDS, ports: new Map() };

/** The folder of a data plane, open for as long as that is. */
export class FlowMemory implements AsyncDisposable {
  /** What was found: whose the flows are, and where ports were. */
  readonly found: Directory;
  /** What the process before knew, where this one forwards by it already. */
  readonly nextHops: NextHops;
  readonly #folder: string;
  readonly #path: string;
  readonly #keeper: ImageKeeper;
  #written: Directory;

  private constructor(folder: string, path: string, found: Directory, nextHops: NextHops) {
    this.#folder = folder;
    this.#path = path;
    this.#keeper = new ImageKeeper(folder);
    this.found = found;
    this.nextHops = nextHops;
    this.#written = found;
  }

  /**
   * Takes the folder, which is made where it is not there, for this data plane, which has no tables yet. What is found
   * goes on; what cannot be used is removed, and told in a line of the log.
   *
   * @throws {DataplaneError} when another program uses the folder, or it is not fit for this.
   */
  static async open(
    dataplane: Dataplane,
    folder: string,
    nextHops: NextHops = new Map(),
  ): Promise<FlowMemory> {
    const path = join(folder, "slots.json");
    const read = readDirectory(path);
    const known = read !== null && typeof read !== "string";
    const tables = await dataplane.openFlowMemory(folder, !known);
    const { taken, flows, refused } = tables;
    if (refused > 0) {
      const reason = tables.reason || (read ?? `${path} is missing`);
      log("flows_refused", { folder, tables: refused, reason });
    }
    if (taken > 0) log("flows_kept", { folder, tables: taken, flows });
    return new FlowMemory(folder, path, known && taken > 0 ? read : NOTHING, nextHops);
  }

  /**
   * To be called before tables with these ids are committed.
   *
   * @returns What takes it back, for when they are refused.
   * @throws {Error} when it cannot be written
   */
  write(ids: Ids, ports: Ports): () => void {
    const before = this.#written;
    const next = {
      ids,
      ports: new Map([...ports.values()].map(({ device, info }) => [device, info.index])),
    };
    if (ids === before.ids && same(next.ports, before.ports)) return () => {};
    this.#write(next);
    return () => this.#write(before);
  }

  /** To be called behind a commit: from then on the next process may begin with what was committed. */
  keep(
    { dataplane, revision, ports, nextHops }: {
      dataplane: Dataplane;
      revision: number;
      ports: Ports;
      nextHops: NextHops;
    },
  ): void {
    if (!hasPorts(dataplane) || dataplane.committed === null) return;
    this.#keeper.keep({
      ...dataplane.committed,
      slots: slotsSum(this.#folder),
      revision,
      workers: dataplane.workers,
      ports: [...ports.values()].map(({ device, info: { index, mac } }) => ({
        device,
        index,
        mac,
      })),
      nextHops: [...nextHops],
    });
  }

  /** Keeps what was committed last. The tables stay open as long as the data plane. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper[Symbol.asyncDispose]();
  }

  #write(directory: Directory): void {
    writeDirectory(this.#path, directory);
    this.#written = directory;
  }
}

function same(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([device, index]) => b.get(device) === index);
}
