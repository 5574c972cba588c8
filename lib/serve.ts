/**
 * The running program: store, data plane, controller and listeners, from start to signal.
 *
 * @module
 */
import { createHandler } from "../routes/mod.ts";
import { type Config, parseConfig } from "./config.ts";
import { Controller } from "./controller.ts";
import type { RealDataplane } from "./dataplane.ts";
import { getLog } from "./log.ts";
import { openDataplane } from "./native.ts";
import { type Access, createAccess } from "./server/access.ts";
import { readCertificate } from "./server/certificate.ts";
import { isLoopback } from "./server/place.ts";
import { keepCertificate } from "./server/reloading.ts";
import { claimSocket, listen, type Listening, type ListenOptions } from "./server.ts";
import { storedConfig } from "./controller/start_config.ts";
import { lockFolder, Store } from "./store.ts";

/** What `guideway run` is told. */
export interface ServeOptions extends ListenOptions {
  /** The truth at this start; without it the newest stored revision goes on. */
  config?: Config;
  stateDirectory: string;
}

/**
 * Runs until the signal aborts.
 *
 * @param stop Whether it aborted already or later: what was opened is closed, then this resolves.
 * @throws {ListenError} {@linkcode StoreError} {@linkcode RefusedError} {@linkcode DataplaneError}
 * when it cannot start; then nothing stays open.
 */
export async function serve(options: ServeOptions, stop: AbortSignal): Promise<void> {
  if (options.tls) readCertificate(options.tls);
  await claimSocket(options.socket);
  using _lock = lockFolder(options.stateDirectory);
  using store = Store.open(options.stateDirectory);
  const config = options.config ?? chooseConfig(store);
  await using dataplane = await openDataplane({ workers: config.workers, usePci: hasPci(config) });
  logDataplane(dataplane);
  const access = createAccess(store);
  const controller = await Controller.start({
    dataplane,
    store,
    ...(options.config === undefined ? {} : { config }),
  });
  try {
    const listening = listen(options, access, createHandler(controller, access));
    using _certificate = keepCertificate(listening);
    logReady(listening, controller.revision);
    warnLonely(options, access);
    await aborted(stop);
    controller.events.close();
    await listening.close();
  } finally {
    await controller.close();
  }
  getLog("run").info("stopped");
}

/** The newest stored configuration; an empty one where none was stored yet. */
function chooseConfig(store: Store): Config {
  const stored = storedConfig(store);
  if (stored !== null) {
    getLog("run").info("the last stored revision goes on", { revision: stored.revision });
    return stored.config;
  }
  getLog("run").warn(
    "no configuration was stored yet: starting with an empty one; send one with guideway apply FILE",
    { store: store.path },
  );
  return parseConfig({});
}

function hasPci(config: Config): boolean {
  return Object.values(config.interfaces).some(({ device }) => device.startsWith("pci:"));
}

function logDataplane(dataplane: RealDataplane): void {
  getLog("run").info(
    dataplane.hugepages
      ? "packet buffers lie in hugepages"
      : "packet buffers lie in ordinary memory: no hugepages are free",
    { dpdk: dataplane.dpdkVersion },
  );
  for (const [worker, cpu] of dataplane.cpus.entries()) {
    getLog("run").info(cpu === null ? "worker runs on any CPU" : "worker runs", {
      worker,
      ...(cpu === null ? {} : { cpu }),
    });
  }
}

function logReady({ url, socket, expires }: Listening, revision: number): void {
  const end = expires();
  const tls = end === null ? {} : { certificate_expires: end.toISOString() };
  getLog("run").info("ready", { url, socket, revision, ...tls });
}

function warnLonely({ hostname, requireToken = false }: ServeOptions, { tokens }: Access): void {
  if (isLoopback(hostname) && !requireToken) return;
  if (tokens.list().some(({ state }) => state === "active")) return;
  getLog("run").warn("nobody has a token yet: make one with guideway token add NAME --scope admin");
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
