/**
 * The program from when it has the store until it lets go of it: controller, listeners, and what watches them. A process
 * has several of these when it handed over in vain.
 *
 * @module
 */
import type { Config } from "../config.ts";
import { connectTo } from "../connect.ts";
import { Controller } from "../controller.ts";
import type { Before } from "../controller/start.ts";
import type { GivenConfig } from "../controller/start_config.ts";
import type { RealDataplane } from "../dataplane.ts";
import type { FlowMemory } from "../flow_memory.ts";
import { log } from "../log.ts";
import type { NextHops } from "../next_hops.ts";
import { type Access, createAccess } from "../server/access.ts";
import { keepCertificate } from "../server/reloading.ts";
import { listen, type Listening } from "../server.ts";
import type { Ids } from "../snapshot/slots.ts";
import type { Attempt } from "../upgrade/attempt.ts";
import type { Heritage } from "../upgrade/heritage.ts";
import type { Upgrades } from "../upgrade/upgrades.ts";
import { logDrops } from "./drop_log.ts";
import type { Held } from "./held.ts";
import { openMemory } from "./memory.ts";
import { listenSoon, logReady, warnLonely } from "./listening.ts";
import type { ServeOptions } from "./options.ts";
import { workersTurn } from "./progress.ts";
import type { ServiceManager } from "./service_manager.ts";
import { keepWatch, statusWords } from "./watch.ts";

/** What is the same as long as the process lives. */
export interface Place {
  options: ServeOptions;
  dataplane: RealDataplane;
  manager: ServiceManager;
  upgrades: Upgrades;
}

/** How a term begins. */
export interface Begin {
  /** Closed at the end of the term, however that comes. */
  held: Held;
  /** The truth, if it is not what the store has. */
  config: GivenConfig | undefined;
  /** Sentences. */
  notes: readonly string[];
  before?: Before;
  /** Next hops that the process before knew, which stay until the kernel tells others. */
  known?: NextHops;
  /** Another program's place is taken. */
  heritage: Heritage | null;
  /** It is this configuration or none: no older one takes its place where it cannot run. */
  strict?: boolean;
  /** Listeners were there a moment ago. */
  again: boolean;
}

/** How a term ended whose place another program is to take. */
export interface Handed {
  attempt: Attempt;
  config: Config;
  /** Whose the flows are. */
  ids: Ids;
  /** Where packets leave. */
  nextHops: NextHops;
}

/**
 * Serves until the signal aborts, or an upgrade is prepared.
 *
 * @returns Null: until the signal aborted.
 * @throws {ListenError} {@linkcode StoreError} {@linkcode RefusedError} {@linkcode DataplaneError}
 * when it cannot begin; then nothing but the data plane stays open.
 */
export async function serveTerm(
  place: Place,
  begin: Begin,
  stop: AbortSignal,
): Promise<Handed | null> {
  using held = begin.held;
  const access = createAccess(held.store);
  const routes = import("../../routes/mod.ts");
  if (begin.heritage !== null) await takePorts(place.dataplane, begin.heritage);
  await using memory = await openMemory(
    place.dataplane,
    place.options,
    begin.heritage !== null,
    begin.known,
  );
  const controller = await startController(place, begin, memory);
  let attempt: Attempt | null;
  try {
    await workersTurn(place.dataplane);
    await begin.heritage?.forwards();
    const { createHandler } = await routes;
    const handler = createHandler(controller, access, place.upgrades);
    const open = () => listen(place.options, access, handler);
    const listening = begin.again ? await listenSoon(open) : open();
    try {
      attempt = await serveUntil(place, begin, { controller, access, listening }, stop);
    } finally {
      controller.events.close();
      await listening.close();
    }
  } finally {
    await controller.close();
  }
  const { config, ids, nextHops } = controller.handover();
  return attempt && { attempt, config, ids, nextHops };
}

/** What others opened for it, or it opened itself. */
interface Opened {
  controller: Controller;
  access: Access;
  listening: Listening;
}

/** The attempt that is prepared; null when the signal aborted. */
async function serveUntil(
  { options, dataplane, manager, upgrades }: Place,
  { heritage }: Begin,
  { controller, access, listening }: Opened,
  stop: AbortSignal,
): Promise<Attempt | null> {
  // Whoever comes next listens there, too, and so does this one if it is to go on.
  options.port ||= Number(new URL(listening.url).port);
  using _certificate = keepCertificate(listening);
  using client = connectTo({ socket: listening.socket });
  using _watch = keepWatch({ dataplane, client, manager });
  logReady(listening, controller.revision);
  warnLonely(options, access);
  if (heritage !== null) {
    upgrades.cameBy(await heritage.ready(controller.revision));
    // The old one has given back to its interfaces what this one does not want there.
    await controller.refresh();
  }
  manager.ready(statusWords(controller.status()));
  await using upgrading = upgrades.open(() => {
    const { config, ports } = controller.handover();
    const places = [...ports.values()].map(({ device, info }) => [device, info.index] as const);
    return { config, ports: places, port: options.port, service: manager.place };
  });
  await Promise.race([aborted(stop), upgrading.prepared]);
  if (!stop.aborted) return upgrades.take();
  log("stopping", { reason: stop.reason });
  manager.stopping();
  return null;
}

/** What came in while the old program forwarded is that one's. */
async function takePorts(dataplane: RealDataplane, heritage: Heritage): Promise<void> {
  await heritage.rest();
  await dataplane.drain();
  await heritage.yours();
}

async function startController(
  { dataplane }: Place,
  { held, config, notes, before, heritage, strict = heritage !== null }: Begin,
  memory: FlowMemory | null,
): Promise<Controller> {
  const controller = await Controller.start({
    dataplane,
    store: held.store,
    memory,
    notes,
    strict,
    ...before === undefined ? {} : { before },
    ...config === undefined ? {} : { config },
  });
  logDrops(controller.events);
  return controller;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
