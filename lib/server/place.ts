/**
 * Places where the program listens: under which names it is served there, and who may ask without a token.
 *
 * @module
 */
import type { Caller } from "../caller.ts";
import type { Certificate } from "./certificate.ts";

/** A place where the program listens. */
export interface Place {
  scheme: "http" | "https";
  /** It is a unix socket. */
  unix: boolean;
  /** Whether a Host header is served: a browser may have been led here by a foreign name (DNS rebinding). */
  serves(host: string): boolean;
  /** Under which name it is served, for those who came under another. */
  known: string;
  /** Who asks there without a token; null: nobody may. @param address Where the request came from. */
  open(address: string): Caller | null;
}

/** The unix socket, which only its owner can open. */
export function socketPlace(path: string): Place {
  const caller: Caller = { who: "unix socket", scope: "admin", origin: path };
  return { scheme: "http", unix: true, serves: () => true, known: "", open: () => caller };
}

/** A TCP address. Beyond loopback everybody needs a token, and on loopback if that is wished. */
export function tcpPlace(
  hostname: string,
  certificate: Certificate | null,
  requireToken: boolean,
): Place {
  const local = isLoopback(hostname);
  const open = (address: string): Caller | null =>
    local && !requireToken ? { who: "loopback", scope: "admin", origin: address } : null;
  if (certificate === null) {
    return { scheme: "http", unix: false, serves: isLocalName, known: "127.0.0.1", open };
  }
  const serves = (host: string) => {
    const name = host.replace(/:\d+$/, "");
    return isLocalName(host) || isAddress(name) || certificate.covers(name);
  };
  return {
    scheme: "https",
    unix: false,
    serves,
    known: "a name of its certificate, or an address",
    open,
  };
}

/** Whether an address is this machine's own, which nobody else reaches. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(hostname);
}

function isLocalName(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

/** An address is no name that somebody else could lead here. */
function isAddress(name: string): boolean {
  return /^(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:.]+\])$/i.test(name);
}
