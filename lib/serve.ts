/**
 * The running program: store, data plane, controller and listeners, from start to signal.
 *
 * @module
 */
import { connectTo } from "./connect.ts";
import { type Config, parseConfig } from "./config.ts";
import { Controller } from "./controller.ts";
import { DataplaneError, type RealDataplane } from "./dataplane.ts";
import { FlowMemory } from "./flow_memory.ts";
import { noteOwner, removeLeftovers } from "./flow_memory/leftovers.ts";
import { log } from "./log.ts";
import { notify, openDataplane } from "./native.ts";
import { defaultFlowMemory } from "./paths.ts";
import { type Access, createAccess } from "./server/access.ts";
import { readCertificate } from "./server/certificate.ts";
import { isLoopback } from "./server/place.ts";
import { keepCertificate } from "./server/reloading.ts";
import { claimSocket, listen, type Listening, type ListenOptions } from "./server.ts";
import { type GivenConfig, storedConfig } from "./controller/start_config.ts";
import { tellCrashes } from "./crashes.ts";
import { RefusedError } from "./refused.ts";
import { logDrops } from "./serve/drop_log.ts";
import { workersTurn } from "./serve/progress.ts";
import { ServiceManager, takeServicePlace } from "./serve/service_manager.ts";
import { keepWatch, statusWords } from "./serve/watch.ts";
import { lockFolder, Store } from "./store.ts";
import { VERSION } from "./version.ts";

/** What `guideway run` is told. */
export interface ServeOptions extends ListenOptions {
  /** The truth at this start; without it, or where it cannot run, the newest stored revision goes on. */
  config?: GivenConfig;
  stateDirectory: string;
  /** Where established connections outlive the program; null: nowhere; a folder in /dev/shm unless given. */
  flowMemory?: string | null | undefined;
}

/**
 * Runs until the signal aborts.
 *
 * @param stop Whether it aborted already or later: what was opened is closed, then this resolves.
 * @throws {ListenError} {@linkcode StoreError} {@linkcode RefusedError} {@linkcode DataplaneError}
 * when it cannot start; then nothing stays open.
 */
export async function serve(options: ServeOptions, stop: AbortSignal): Promise<void> {
  const manager = new ServiceManager(takeServicePlace(), notify);
  await run(options, manager, stop);
  log("stopped");
}

async function run(
  options: ServeOptions,
  manager: ServiceManager,
  stop: AbortSignal,
): Promise<void> {
  if (options.tls) readCertificate(options.tls);
  await claimSocket(options.socket);
  using _lock = lockFolder(options.stateDirectory);
  using store = Store.openAnyway(options.stateDirectory);
  const config = chooseConfig(store, options.config);
  const notes = tellCrashes(options.stateDirectory);
  const opening = openDataplane({
    workers: config.workers,
    usePci: hasPci(config),
    sockets: packetPorts(config) * config.workers,
    crashes: options.stateDirectory,
  });
  // Meanwhile: reading the routes takes about as long as starting DPDK, which has a thread of its own.
  const routes = import("../routes/mod.ts");
  await using dataplane = await opening;
  logStart(dataplane, options);
  const memory = await openMemory(dataplane, options);
  const access = createAccess(store);
  const controller = await Controller.start({
    dataplane,
    store,
    memory,
    notes,
    ...(options.config === undefined ? {} : { config: options.config }),
  });
  logDrops(controller.events);
  try {
    const { createHandler } = await routes;
    const listening = listen(options, access, createHandler(controller, access));
    try {
      using _certificate = keepCertificate(listening);
      using client = connectTo({ socket: listening.socket });
      await workersTurn(dataplane);
      using _watch = keepWatch({ dataplane, client, manager });
      logReady(listening, controller.revision);
      warnLonely(options, access);
      manager.ready(statusWords(controller.status()));
      await aborted(stop);
      log("stopping", { reason: stop.reason });
      manager.stopping();
    } finally {
      controller.events.close();
      await listening.close();
    }
  } finally {
    await controller.close();
  }
}

/** What the threads and the packet library are started for. */
function chooseConfig(store: Store, given: GivenConfig | undefined): Config {
  if (given !== undefined && !(given instanceof RefusedError)) return given;
  const stored = storedConfig(store);
  if (given !== undefined && stored === null) throw given;
  if (stored !== null) {
    log("revision_resumed", { revision: stored.revision });
    return stored.config;
  }
  log("config_empty", { store: store.path });
  return parseConfig({});
}

/**
 * Where the usual folder cannot be used, flows end with the program, which says so.
 *
 * @throws {DataplaneError} when the folder is one that was asked for, or another program uses it
 */
async function openMemory(
  dataplane: RealDataplane,
  { flowMemory, stateDirectory }: ServeOptions,
): Promise<FlowMemory | null> {
  if (flowMemory === null) return null;
  const state = Deno.realPathSync(stateDirectory);
  const folder = flowMemory ?? defaultFlowMemory(state);
  try {
    const memory = await FlowMemory.open(dataplane, folder);
    if (flowMemory === undefined) {
      noteOwner(folder, state);
      removeLeftovers(folder);
    }
    return memory;
  } catch (error) {
    if (flowMemory !== undefined || !(error instanceof DataplaneError)) throw error;
    log("flows_not_kept", { reason: error.message });
    return null;
  }
}

function hasPci(config: Config): boolean {
  return Object.values(config.interfaces).some(({ device }) => device.startsWith("pci:"));
}

function packetPorts({ interfaces }: Config): number {
  return Object.values(interfaces).filter(({ device }) => device.startsWith("af_packet:")).length;
}

function logStart({ dpdkVersion, hugepages, cpus }: RealDataplane, options: ServeOptions): void {
  log("start", {
    version: VERSION,
    dpdk: dpdkVersion,
    memory: hugepages ? "hugepages" : "ordinary: no hugepages are free",
    workers: cpus.length,
    cpus: cpus.map((cpu) => cpu ?? "any").join(","),
    state: options.stateDirectory,
  });
}

function logReady({ url, socket, expires }: Listening, revision: number): void {
  const end = expires();
  const tls = end === null ? {} : { certificate_expires: end.toISOString() };
  log("ready", { url, socket, revision, ...tls });
}

function warnLonely({ hostname, requireToken = false }: ServeOptions, { tokens }: Access): void {
  if (isLoopback(hostname) && !requireToken) return;
  if (tokens.list().some(({ state }) => state === "active")) return;
  log("no_token");
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
