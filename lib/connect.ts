/**
 * A client of a program that runs elsewhere, over its unix socket or TCP.
 *
 * @module
 */
import { Client } from "./client.ts";
import { accepted, NotAnsweringError, type Transport } from "./client/transport.ts";

/** Where the program listens: the path of its unix socket, or `http://127.0.0.1:8480`. */
export type Target = { socket: string } | { url: string };

/** To be disposed of. */
export function connectTo(target: Target): Client {
  return new Client(dial(target));
}

function dial(target: Target): Transport {
  const http = "socket" in target
    ? Deno.createHttpClient({ proxy: { transport: "unix", path: target.socket } })
    : undefined;
  const base = "socket" in target ? "http://localhost" : target.url;
  const client = http === undefined ? {} : { client: http };
  return {
    async send(method, path, init = {}) {
      let response: Response;
      try {
        response = await fetch(`${base}/api/v1/${path}`, { method, ...init, ...client });
      } catch (error) {
        throw notAnswering(target, error);
      }
      return await accepted(method, response);
    },
    [Symbol.dispose]: () => http?.close(),
  };
}

function notAnswering(target: Target, cause: unknown): NotAnsweringError {
  const where = "socket" in target ? `the socket ${target.socket}` : target.url;
  return new NotAnsweringError(
    `nothing answers at ${where}: ${reasonOf(cause)}; start the program with "guideway run", ` +
      "or name its socket with --socket PATH or GUIDEWAY_SOCKET",
    { cause },
  );
}

/** The innermost reason that a failed fetch carries. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause ?? error : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  const reason = /: ([^:]+) \(os error \d+\)$/.exec(text)?.[1];
  return reason?.toLowerCase() ?? text;
}
