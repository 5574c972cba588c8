/**
 * Where others reach the program: opened anew, and told.
 *
 * @module
 */
import { log } from "../log.ts";
import type { Access } from "../server/access.ts";
import { isLoopback } from "../server/place.ts";
import { ListenError, type Listening } from "../server.ts";
import type { ServeOptions } from "./options.ts";

/** Opens it where somebody listened a moment ago: the port is free again soon. @throws {ListenError} if not */
export async function listenSoon(open: () => Listening): Promise<Listening> {
  for (let time = 1;; time++) {
    try {
      return open();
    } catch (error) {
      if (time === AGAIN_MOST || !(error instanceof ListenError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

const AGAIN_MS = 5;
const AGAIN_MOST = 200;

/** Packets flow. */
export function logReady({ url, socket, expires }: Listening, revision: number): void {
  const end = expires();
  const tls = end === null ? {} : { certificate_expires: end.toISOString() };
  log("ready", { url, socket, revision, ...tls });
}

/** Who may ask from elsewhere needs a token. */
export function warnLonely(
  { hostname, requireToken = false }: ServeOptions,
  { tokens }: Access,
): void {
  if (isLoopback(hostname) && !requireToken) return;
  if (tokens.list().some(({ state }) => state === "active")) return;
  log("no_token");
}
