/**
 * A client of a program that runs elsewhere, over its unix socket or TCP.
 *
 * @module
 */
import { Client } from "./client.ts";
import { accepted, NotAnsweringError, type Transport } from "./client/transport.ts";
import { VERSION } from "./version.ts";

/** By this a revision tells that the command line made it. */
const USER_AGENT = `guideway/${VERSION}`;

/** Where the program listens: the path of its unix socket, or `http://127.0.0.1:8480`. */
export type Target = { socket: string } | {
  url: string;
  /** Shows who asks. */
  token?: string;
  /** PEM: certificates that the program is trusted by, besides the usual ones. */
  ca?: string;
};

/** To be disposed of. */
export function connectTo(target: Target): Client {
  return new Client(dial(target));
}

function dial(target: Target): Transport {
  const http = httpClient(target);
  const base = "socket" in target ? "http://localhost" : target.url;
  const client = http === undefined ? {} : { client: http };
  const token = "token" in target ? target.token : undefined;
  return {
    async send(method, path, init = {}) {
      const headers = new Headers(init.headers);
      headers.set("user-agent", USER_AGENT);
      if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
      let response: Response;
      try {
        response = await fetch(`${base}/api/v1/${path}`, { method, ...init, headers, ...client });
      } catch (error) {
        throw notAnswering(target, error);
      }
      return await accepted(method, response);
    },
    [Symbol.dispose]: () => http?.close(),
  };
}

function httpClient(target: Target): Deno.HttpClient | undefined {
  if ("socket" in target) {
    return Deno.createHttpClient({ proxy: { transport: "unix", path: target.socket } });
  }
  return target.ca === undefined ? undefined : Deno.createHttpClient({ caCerts: [target.ca] });
}

function notAnswering(target: Target, cause: unknown): NotAnsweringError {
  const where = "socket" in target ? `the socket ${target.socket}` : target.url;
  const reason = reasonOf(cause);
  return new NotAnsweringError(
    `nothing answers at ${where}: ${reason}; ${remedy(target, reason)}`,
    {
      cause,
    },
  );
}

function remedy(target: Target, reason: string): string {
  if ("socket" in target) {
    return 'start the program with "guideway run", or name its socket with --socket PATH or GUIDEWAY_SOCKET';
  }
  if (/certificate|UnknownIssuer/i.test(reason)) {
    return "name the certificate that it is trusted by with --ca FILE";
  }
  return "is the program there, and is the address right?";
}

/** The innermost reason that a failed fetch carries. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause ?? error : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  const reason = /: ([^:]+) \(os error \d+\)$/.exec(text)?.[1];
  return reason?.toLowerCase() ?? text;
}
