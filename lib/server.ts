/**
 * Listens on a loopback address and a unix socket.
 *
 * @module
 */
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { Access } from "./server/access.ts";
import { enter, loopbackPlace, socketPlace } from "./server/door.ts";
import type { Handler } from "./server/guard.ts";
import { errorResponse } from "./http.ts";
import { getLog } from "./log.ts";
import { formatEndpoint } from "./net.ts";

/** Listening cannot begin; the message says where and why. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** Both listeners. */
export interface Listening {
  /** `http://127.0.0.1:8480` with the port that was really taken. */
  url: string;
  socket: string;
  /** Stops in well under a second; removes the socket file. */
  close(): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions {
  hostname: string;
  /** 0: any free one. */
  port: number;
  socket: string;
  /** Over TCP everybody needs a token. */
  requireToken?: boolean;
}

/** Longest path of a unix socket, bytes. */
const SOCKET_PATH_MAX = 107;
/** Requests under way get this long to end, milliseconds. */
const GRACE_MS = 300;

/**
 * Makes sure that no other program listens at the socket; removes what a program left behind that is gone.
 *
 * @throws {ListenError}
 */
export async function claimSocket(path: string): Promise<void> {
  if (new TextEncoder().encode(path).length > SOCKET_PATH_MAX) {
    throw new ListenError(`the socket's path is longer than ${SOCKET_PATH_MAX} bytes: ${path}`);
  }
  let info: Deno.FileInfo;
  try {
    info = await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw new ListenError(`cannot look at the socket ${path}: ${reason(error)}`);
  }
  if (!info.isSocket) throw new ListenError(`${path} is there and no socket: not replaced`);
  if (await answers(path)) throw new ListenError(`another program listens at ${path} already`);
  await Deno.remove(path);
}

async function answers(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw new ListenError(`cannot try the socket ${path}: ${reason(error)}`);
  }
}

/**
 * Begins to serve both. Call {@linkcode claimSocket} before.
 *
 * @throws {ListenError} and then listens at neither
 */
export function listen(options: ListenOptions, access: Access, handler: Handler): Listening {
  const abort = new AbortController();
  const common = { signal: abort.signal, onListen: () => {}, onError: answerFailure };
  const { hostname, port, socket } = options;
  const where = formatEndpoint(hostname, port);
  const tcpPlace = loopbackPlace(options.requireToken ?? false);
  const tcp = attempt(
    where,
    () =>
      Deno.serve(
        { ...common, hostname, port },
        (request, { remoteAddr }) => enter(request, remoteAddr.hostname, tcpPlace, access, handler),
      ),
  );
  try {
    const unix = attempt(socket, () => serveSocket(socket, common, access, handler));
    return {
      url: `http://${formatEndpoint(hostname, tcp.addr.port)}`,
      socket,
      close: () => close([tcp, unix], socket),
    };
  } catch (error) {
    abort.abort();
    throw error;
  }
}

function serveSocket(
  path: string,
  common: { signal: AbortSignal; onListen: () => void; onError: (error: unknown) => Response },
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

function attempt<T>(where: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new ListenError(`cannot listen at ${where}: ${reason(error)}`);
  }
}

/** Requests that do not end in time are left to the end of the process: Deno cannot cut them off after `shutdown`. */
async function close(servers: Deno.HttpServer<Deno.Addr>[], socket: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), GRACE_MS);
  });
  const ended = Promise.allSettled(servers.map((server) => server.shutdown())).then(() => false);
  if (await Promise.race([ended, late])) {
    for (const server of servers) server.unref();
    getLog("http").warn("clients were cut off that did not end their requests in time");
  }
  clearTimeout(timer);
  rmSync(socket, { force: true });
}

/** The last resort: what got here is a fault of ours. */
function answerFailure(error: unknown): Response {
  getLog("http").error("a request failed", { error: reason(error) });
  return errorResponse(500, "the program failed at this request; its log tells more");
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return "another program listens there";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  return error instanceof Error ? error.message : String(error);
}
