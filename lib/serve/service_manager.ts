/**
 * What systemd, or whoever speaks as it does, is told of a service (sd_notify(3)).
 *
 * @module
 */
import { log } from "../log.ts";

/** What the environment says of the service manager. */
export interface ServicePlace {
  /** Path of its socket; null: there is no service manager. */
  socket: string | null;
  /** It ends a service that is silent for so many milliseconds; null: it does not. */
  watchdogMs: number | null;
}

/** Takes the place out of the environment, so that programs that are started do not speak for this one. */
export function takeServicePlace(env: Pick<Deno.Env, "get" | "delete"> = Deno.env): ServicePlace {
  const socket = env.get("NOTIFY_SOCKET") || null;
  const pid = env.get("WATCHDOG_PID");
  const micros = Number(env.get("WATCHDOG_USEC") ?? "");
  for (const name of ["NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"]) env.delete(name);
  const meant = pid === undefined || pid === String(Deno.pid);
  const watched = socket !== null && meant && Number.isFinite(micros) && micros > 0;
  return { socket, watchdogMs: watched ? micros / 1000 : null };
}

/** Speaks to the service manager; says nothing where there is none. */
export class ServiceManager {
  /** How it is reached: for who takes this program's place. */
  readonly place: ServicePlace;
  readonly watchdogMs: number | null;
  readonly #socket: string | null;
  readonly #send: (socket: string, text: string) => void;
  #failing = false;
  #status = "";

  /** @param send Sends a datagram, or throws. */
  constructor(place: ServicePlace, send: (socket: string, text: string) => void) {
    this.place = place;
    this.#socket = place.socket;
    this.watchdogMs = place.watchdogMs;
    this.#send = send;
  }

  /** Whether anybody is told. */
  get there(): boolean {
    return this.#socket !== null;
  }

  ready(status: string): void {
    this.#status = status;
    this.#tell(`READY=1\nSTATUS=${status}`);
  }

  /** A sentence; told once while it stays the same. */
  status(status: string): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#tell(`STATUS=${status}`);
  }

  /** All is well: the watchdog starts anew. */
  alive(): void {
    this.#tell("WATCHDOG=1");
  }

  /** Another process is about to take this one's place; `ready` ends it, of whoever it is. */
  reloading(): void {
    this.#tell("RELOADING=1\nSTATUS=handing over to another executable");
  }

  /** From now on that process is the service. */
  handedOver(pid: number): void {
    this.#tell(`MAINPID=${pid}\nREADY=1`);
  }

  stopping(): void {
    this.#tell("STOPPING=1\nSTATUS=stopping");
  }

  #tell(text: string): void {
    if (this.#socket === null) return;
    try {
      this.#send(this.#socket, text);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) log("notify_failed", { socket: this.#socket, error });
      this.#failing = true;
    }
  }
}
