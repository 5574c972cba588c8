/**
 * The running program: store, data plane, controller and listeners, from start to signal, or until another program took
 * its place.
 *
 * @module
 */
import { type Config, parseConfig } from "./config.ts";
import { type GivenConfig, storedConfig } from "./controller/start_config.ts";
import { tellCrashes } from "./crashes.ts";
import type { RealDataplane } from "./dataplane.ts";
import { log } from "./log.ts";
import { notify } from "./native.ts";
import { RefusedError } from "./refused.ts";
import { readCertificate } from "./server/certificate.ts";
import { claimSocket } from "./server.ts";
import { handOver, tellSuccession } from "./serve/hand_over.ts";
import { hold } from "./serve/held.ts";
import { openFor } from "./serve/opening.ts";
import type { ServeOptions } from "./serve/options.ts";
import { ServiceManager, takeServicePlace } from "./serve/service_manager.ts";
import { type Begin, type Handed, type Place, serveTerm } from "./serve/term.ts";
import type { Store } from "./store.ts";
import { openAhead } from "./upgrade/ahead.ts";
import type { Attempt } from "./upgrade/attempt.ts";
import { Heritage } from "./upgrade/heritage.ts";
import { stayBehind } from "./upgrade/parent.ts";
import { Upgrades } from "./upgrade/upgrades.ts";
import { VERSION } from "./version.ts";

export type { ServeOptions };

/**
 * Runs until the signal aborts, or until another program took this one's place and nobody waits for this one.
 *
 * @param signal Whether it aborted already or later: what was opened is closed, then this resolves.
 * @returns The exit code: of the program that took this one's place, if there is one.
 * @throws {ListenError} {@linkcode StoreError} {@linkcode RefusedError} {@linkcode DataplaneError}
 * when it cannot start; then nothing stays open.
 */
export async function serve(options: ServeOptions, signal: AbortSignal): Promise<number> {
  const orphaned = new AbortController();
  const stop = AbortSignal.any([signal, orphaned.signal]);
  const heritage = await Heritage.take(stop);
  const manager = new ServiceManager(heritage?.task.service ?? takeServicePlace(), notify);
  const upgrades = new Upgrades(options.socket, () => orphaned.abort("its parent ended"));
  let successor: Successor | null;
  try {
    successor = await run({ options: { ...options }, manager, upgrades }, heritage, stop);
  } catch (error) {
    await heritage?.failed(error);
    throw error;
  }
  if (successor === null) log("stopped");
  return successor?.stays ? await stayBehind(options.socket, successor.attempt, stop) : 0;
}

/** Who took this program's place. */
interface Successor {
  attempt: Attempt;
  /** Somebody waits for this process. */
  stays: boolean;
}

async function run(
  given: Omit<Place, "dataplane">,
  heritage: Heritage | null,
  stop: AbortSignal,
): Promise<Successor | null> {
  const { options } = given;
  const { stateDirectory } = options;
  if (options.tls) readCertificate(options.tls);
  if (heritage === null) await claimSocket(options.socket);
  using early = new DisposableStack();
  const held = heritage === null ? early.use(hold(stateDirectory)) : null;
  const config = heritage?.config ?? chooseConfig(held!.store, options.config);
  const notes = heritage === null ? tellCrashes(stateDirectory) : [];
  const opening = openFor(config, stateDirectory);
  // Meanwhile: reading the routes takes about as long as starting DPDK, which has a thread of its own.
  const routes = import("../routes/mod.ts");
  const { dataplane: opened, nextHops: known } = await opening;
  await using dataplane = opened;
  logStart(dataplane, options);
  const place = { ...given, dataplane };
  const begin: Begin = heritage === null
    ? { held: held!, config: options.config, notes, heritage, known, again: false }
    : await inherit(place, heritage, routes);
  early.move();
  let handed = await serveTerm(place, begin, stop);
  for (;;) {
    if (handed === null) return null;
    const vain = await handOver(place, handed, stop);
    const { attempt, config, ids, nextHops } = handed;
    if (vain === null) return { attempt, stays: await tellSuccession(place, attempt) };
    if (stop.aborted) return null;
    // The other one may have listened already.
    await claimSocket(options.socket);
    const before = { ids, nextHops };
    handed = await serveAgain(
      place,
      { config, notes: [vain], before, heritage: null, again: true },
      stop,
    );
  }
}

/** A port that another program had may be free a moment later. */
const BACK_MS = 3000;
const BACK_AGAIN_MS = 200;

/**
 * Goes on where this program was before it handed over in vain. What cannot run yet is tried again for a while, before an
 * older configuration takes its place.
 */
async function serveAgain(
  place: Place,
  begin: Omit<Begin, "held">,
  stop: AbortSignal,
): Promise<Handed | null> {
  const { stateDirectory } = place.options;
  const end = performance.now() + BACK_MS;
  for (let reason = ""; performance.now() < end && !stop.aborted;) {
    try {
      return await serveTerm(place, { ...begin, held: hold(stateDirectory), strict: true }, stop);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      if (error.message !== reason) log("back_delayed", { reason: error.message });
      reason = error.message;
    }
    await place.dataplane.release();
    await new Promise((resolve) => setTimeout(resolve, BACK_AGAIN_MS));
  }
  return await serveTerm(place, { ...begin, held: hold(stateDirectory) }, stop);
}

/** Takes all that two processes can have at once, then what the old one lets go of first. */
async function inherit(
  { options, dataplane }: Place,
  heritage: Heritage,
  routes: Promise<unknown>,
): Promise<Begin> {
  const { task } = heritage;
  options.port ||= task.port;
  const ports = await openAhead(dataplane, heritage.config, task.ports);
  await routes;
  const { config, nextHops } = await heritage.store();
  const held = hold(options.stateDirectory);
  return { held, config, notes: [], before: { ports, nextHops }, heritage, again: true };
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
