/**
 * The demo's network, up and running: namespaces, servers, Guideway, and the way to its REST.
 *
 * @module
 */
import type { Client } from "../client.ts";
import { connectTo } from "../connect.ts";
import { Child, selfCommand } from "./child.ts";
import { removeLeftovers, runPrefix } from "./leftovers.ts";
import { buildNamespaces, type Decapsulation, removeNamespaces } from "./namespaces.ts";
import { startProxy } from "./proxy.ts";
import { TUN } from "./recipe.ts";
import { READY } from "./server.ts";
import { SERVERS } from "./topology.ts";

/** How a lab is built. */
export interface LabOptions {
  /** Configuration of Guideway. */
  config: unknown;
  /** First port on 127.0.0.1 to try for the console and REST. */
  port: number;
  /** Ends the building; what is there by then is removed. */
  signal: AbortSignal;
  /** Gets a sentence about each stage. */
  tell: (sentence: string) => void;
}

const POLL_MS = 50;
const START_MS = 20_000;

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Resolves when Guideway answers and knows the way to every server. */
async function untilReady(api: Client, failure: Promise<never>): Promise<void> {
  const deadline = performance.now() + START_MS;
  let reason = "it does not answer";
  while (performance.now() < deadline) {
    try {
      const servers = (await Promise.race([api.counters(), failure])).vips
        .flatMap((vip) => vip.servers);
      const lost = servers.find((server) => server.next_hop === null);
      if (!lost) return;
      reason = `no way to ${lost.address}: ${lost.reason}`;
    } catch (error) {
      // Not listening yet. That it ended shows in `failure`.
      await Promise.race([failure, Promise.resolve()]);
      if (error instanceof Error) reason = error.message;
    }
    await Promise.race([new Promise((resolve) => setTimeout(resolve, POLL_MS)), failure]);
  }
  throw new Error(`Guideway is not ready after ${START_MS / 1000} s: ${reason}`);
}

/** A lab that runs. Disposing of it removes every trace. */
export class Lab implements AsyncDisposable {
  /** Where console and REST answer on this host: `http://127.0.0.1:8480/`. */
  url = "";
  /** How the servers take GRE apart. */
  decapsulation: Decapsulation = "kernel";
  readonly #options: LabOptions;
  readonly #prefix = runPrefix();
  readonly #children: Child[] = [];
  readonly #failures: Promise<never>[] = [];
  readonly #cleanup = new AsyncDisposableStack();
  #guideway: Child | undefined;
  #api: Client | undefined;

  private constructor(options: LabOptions) {
    this.#options = options;
    this.#watch(aborted(options.signal));
  }

  /** Builds everything, and removes what was built when a part fails. */
  static async open(options: LabOptions): Promise<Lab> {
    const lab = new Lab(options);
    try {
      await lab.#build();
      return lab;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Rejects when Guideway or a server ends, or the signal aborts. */
  get failure(): Promise<never> {
    return Promise.race(this.#failures);
  }

  /** The running program, through its console's address. */
  get api(): Client {
    return this.#api!;
  }

  /** The running program. */
  get guideway(): Child {
    return this.#guideway!;
  }

  /** Namespace of a host. */
  namespace(host: string): string {
    return this.#prefix + host;
  }

  /** Starts a program in a host's namespace; it ends with the lab. */
  start(title: string, host: string, command: string[], onLine?: (line: string) => void): Child {
    const child = new Child(title, this.namespace(host), command, onLine);
    this.#children.push(child);
    return child;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleanup.disposeAsync();
  }

  #watch(failure: Promise<never>): void {
    failure.catch(() => {});
    this.#failures.push(failure);
  }

  /** Starts a program that all else needs. */
  #keep(...args: Parameters<Lab["start"]>): Child {
    const child = this.start(...args);
    this.#watch(child.failure());
    return child;
  }

  async #build(): Promise<void> {
    const folder = await this.#makeFolder();
    await this.#makeNamespaces();
    this.#cleanup.defer(async () => {
      await Promise.all(this.#children.map((child) => child.stop()));
    });
    const servers = this.#startServers();
    await this.#startGuideway(folder);
    await Promise.race([servers, this.failure]);
    await untilReady(this.api, this.failure);
  }

  async #makeFolder(): Promise<string> {
    const folder = await Deno.makeTempDir({ prefix: this.#prefix });
    this.#cleanup.defer(() => Deno.remove(folder, { recursive: true }));
    for (const run of await removeLeftovers(folder)) {
      this.#options.tell(`Removed what a killed run had left: ${run}*`);
    }
    return folder;
  }

  async #makeNamespaces(): Promise<void> {
    this.#options.tell("Building a client, a router and three servers in network namespaces");
    this.#cleanup.defer(() => removeNamespaces(this.#prefix));
    this.decapsulation = await buildNamespaces((host) => this.namespace(host));
    this.#options.signal.throwIfAborted();
  }

  async #startServers(): Promise<void> {
    const kernel = this.decapsulation === "kernel";
    this.#options.tell(
      kernel
        ? "Starting HTTP servers behind the kernel's GRE devices"
        : "Starting HTTP servers, and helpers that take GRE apart: this kernel has no GRE",
    );
    await Promise.all(SERVERS.map(({ name }) => {
      if (!kernel) this.#keep(`Helper of ${name}`, name, selfCommand(["decap", "--tun", TUN]));
      return new Promise<void>((resolve) => {
        const take = (line: string) => line === READY && resolve();
        this.#keep(`Server ${name}`, name, selfCommand(["demo", "server", name]), take);
      });
    }));
  }

  async #startGuideway(folder: string): Promise<void> {
    this.#options.tell("Starting Guideway with a DPDK af_packet port");
    const socket = `${folder}/guideway.sock`;
    const config = `${folder}/config.json`;
    await Deno.writeTextFile(config, JSON.stringify(this.#options.config));
    const files = ["--config", config, "--state", `${folder}/state`, "--socket", socket];
    const command = selfCommand([
      "run",
      ...files,
      "--listen",
      "127.0.0.1:8480",
      "--flow-memory",
      "none",
    ]);
    this.#guideway = this.#keep("Guideway", "gw", command);
    this.url = this.#cleanup.use(startProxy(this.#options.port, socket)).url;
    this.#api = this.#cleanup.use(connectTo({ url: this.url.replace(/\/$/, "") }));
  }
}
