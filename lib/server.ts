/**
 * Listens on a TCP address and a unix socket.
 *
 * @module
 */
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { errorResponse } from "./http.ts";
import { DataplaneError } from "./dataplane.ts";
import { log } from "./log.ts";
import { hangUp } from "./native.ts";
import type { Access } from "./server/access.ts";
import { enter } from "./server/door.ts";
import type { Handler } from "./server/guard.ts";
import { attempt, reasonOf } from "./server/listen_error.ts";
import { socketPlace } from "./server/place.ts";
import { type Common, TcpListener, type TcpOptions } from "./server/tcp.ts";

export { claimSocket } from "./server/claim_socket.ts";
export { ListenError } from "./server/listen_error.ts";

/** Both listeners. */
export interface Listening {
  /** `http://127.0.0.1:8480` with the port that was really taken. */
  url: string;
  socket: string;
  /** When the certificate expires; null: there is none. */
  expires(): Date | null;
  /** Takes a changed certificate from its files; whether there is one. @throws {CertificateError} The old one goes on. */
  reload(): Promise<boolean>;
  /** Stops in well under a second; removes the socket file. */
  close(): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions extends TcpOptions {
  socket: string;
}

/** Requests under way get this long to end, milliseconds. */
const GRACE_MS = 300;
/** And this long to notice that they were cut off. */
const CUT_OFF_MS = 100;

/**
 * Begins to serve both. Call {@linkcode claimSocket} before.
 *
 * @throws {ListenError} {@linkcode CertificateError} and then listens at neither
 */
export function listen(options: ListenOptions, access: Access, handler: Handler): Listening {
  const abort = new AbortController();
  const common = { signal: abort.signal, onListen: () => {}, onError: answerFailure };
  const { socket } = options;
  const tcp = new TcpListener(options, common, access, handler);
  try {
    const unix = attempt(socket, () => serveSocket(socket, common, access, handler));
    return {
      url: tcp.url,
      socket,
      expires: () => tcp.expires,
      reload: () => tcp.reload(),
      close: () => close([...tcp.servers, unix], { socket, port: tcp.port }),
    };
  } catch (error) {
    abort.abort();
    throw error;
  }
}

function serveSocket(
  path: string,
  common: Common,
  access: Access,
  handler: Handler,
): Deno.HttpServer<Deno.UnixAddr> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const place = socketPlace(path);
  const server = Deno.serve(
    { ...common, path },
    (request) => enter(request, path, place, access, handler),
  );
  chmodSync(path, 0o600);
  return server;
}

/**
 * Requests that do not end in time are cut off, those too that reach a server just when it stops: the runtime then never
 * answers them, and this process may stay for long as the parent of the one that goes on.
 */
async function close(
  servers: Deno.HttpServer<Deno.Addr>[],
  place: { socket: string; port: number },
): Promise<void> {
  const ended = Promise.allSettled(servers.map((server) => server.shutdown()));
  if (await isLate(ended, GRACE_MS)) {
    for (const server of servers) server.unref();
    log("clients_cut_off", cutOff(place));
    // What notes that a request broke off still has all it needs.
    await isLate(ended, CUT_OFF_MS);
  }
  rmSync(place.socket, { force: true });
}

/** Whether it takes longer; waits no longer. */
async function isLate(what: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), milliseconds);
  });
  const isIt = await Promise.race([what.then(() => false), late]);
  clearTimeout(timer);
  return isIt;
}

/** How many, or why they could not be. */
function cutOff(
  { socket, port }: { socket: string; port: number },
): { connections: number } | { error: string } {
  try {
    return { connections: hangUp(socket, port) };
  } catch (error) {
    if (!(error instanceof DataplaneError)) throw error;
    return { error: error.message };
  }
}

/** The last resort: what got here is a fault of ours. */
function answerFailure(error: unknown): Response {
  log("request_failed", { error: reasonOf(error) });
  return errorResponse(500, "the program failed at this request; its log tells more");
}
