/**
 * Takes a new certificate when its files change, or at SIGHUP.
 *
 * @module
 */
import { log } from "../log.ts";
import type { Listening } from "../server.ts";

/** How often the files are looked at. */
const LOOK_MS = 30_000;

/** Looks until it is disposed of. Never fails: what is wrong goes to the log, and the old certificate goes on. */
export function keepCertificate(listening: Listening): Disposable {
  if (listening.expires() === null) return { [Symbol.dispose]() {} };
  const look = () => void reload(listening);
  const timer = setInterval(look, LOOK_MS);
  Deno.addSignalListener("SIGHUP", look);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      Deno.removeSignalListener("SIGHUP", look);
    },
  };
}

async function reload(listening: Listening): Promise<void> {
  try {
    if (!await listening.reload()) return;
    log("certificate_taken", { expires: listening.expires()?.toISOString() });
  } catch (error) {
    log("certificate_kept", { error });
  }
}
