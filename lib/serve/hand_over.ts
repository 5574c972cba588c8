/**
 * Another program takes this one's place, or does not.
 *
 * @module
 */
import type { Attempt } from "../upgrade/attempt.ts";
import type { ServiceManager } from "./service_manager.ts";
import type { Handed, Place } from "./term.ts";

/**
 * Hands over.
 *
 * @returns Why it was in vain, in a sentence; then the data plane has let go of all, and the other program is gone.
 * Null: it was not.
 */
export async function handOver(
  { dataplane, manager, upgrades }: Place,
  { attempt, config, nextHops }: Handed,
  stop: AbortSignal,
): Promise<string | null> {
  manager.reloading();
  using _alive = keepAlive(manager);
  upgrades.step("handed_over", "it is given store, flows and ports");
  const upgrade = upgrades.last!;
  try {
    await attempt.handOver(dataplane, { config, nextHops: [...nextHops] }, stop);
  } catch (error) {
    const text = stop.aborted ? "the program stops" : "the old program goes on";
    const reason = upgrades.failed(error, { step: "back", text });
    return `the upgrade to ${upgrade.file} failed at ${new Date().toISOString()}: ${reason}`;
  }
  const pause = attempt.interruption!;
  upgrades.done(pause, `process ${attempt.pid} forwards; for ${pause} ms nothing was forwarded`);
  return null;
}

/**
 * Tells all who must know that another process is the program.
 *
 * @returns Whether this process stays, as the parent of the other one.
 */
export async function tellSuccession(
  { manager, upgrades }: Place,
  attempt: Attempt,
): Promise<boolean> {
  const { parent } = upgrades;
  // The first process of a container is the container.
  const byManager = manager.there && Deno.pid !== 1;
  if (byManager) manager.handedOver(attempt.pid);
  else if (parent !== null) {
    await parent.send({ kind: "follow", pid: attempt.process.pid });
    await parent.expect("following");
  }
  const stays = !byManager && parent === null;
  await attempt.link.send({ kind: "done", upgrade: upgrades.last!, stays });
  return stays;
}

/** The watchdog waits meanwhile. */
function keepAlive(manager: ServiceManager): Disposable {
  if (manager.watchdogMs === null) return { [Symbol.dispose]() {} };
  const timer = setInterval(() => manager.alive(), manager.watchdogMs / 4);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
