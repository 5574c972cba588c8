/**
 * One check of one server, through the kernel's own stack.
 *
 * @module
 */
import type { Check } from "../config/health.ts";
import { formatEndpoint } from "../net.ts";
import { askByDatagram } from "./datagram.ts";
import { ProbeError, reasonOf } from "./error.ts";
import { askForStatus } from "./http.ts";
import { openTls } from "./tls.ts";

/**
 * Resolves when the server is well. Whatever happens, nothing stays open.
 *
 * @param stop Ends it early; so does the check's timeout.
 * @throws {ProbeError} whose message tells an operator what is wrong
 */
export async function probe(check: Check, address: string, stop: AbortSignal): Promise<void> {
  const where = formatEndpoint(address, check.port);
  const late = new ProbeError(`no answer within ${check.timeout} s`);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(late), check.timeout * 1000);
  const signal = AbortSignal.any([stop, limit.signal]);
  try {
    await PROBES[check.type](check, address, signal);
  } catch (error) {
    if (error instanceof ProbeError && error !== late) throw error;
    throw new ProbeError(`${NAMES[check.type]} ${where}: ${reasonOf(signal.reason ?? error)}`);
  } finally {
    clearTimeout(timer);
    limit.abort();
  }
}

const NAMES: Record<Check["type"], string> = {
  tcp: "TCP",
  http: "HTTP",
  https: "HTTPS",
  udp: "UDP",
};

const PROBES: Record<
  Check["type"],
  (check: Check, address: string, signal: AbortSignal) => Promise<void>
> = {
  tcp: async ({ port }, address, signal) => {
    (await Deno.connect({ hostname: address, port, signal })).close();
  },
  http: async (check, address, signal) => {
    const { port } = check;
    using stream = await Deno.connect({ hostname: address, port, signal });
    await askForStatus(check, address, stream, signal);
  },
  https: async (check, address, signal) => {
    using stream = await openTls(address, check.port, check.host, signal);
    await askForStatus(check, address, stream, signal);
  },
  udp: ({ port, send }, address, signal) => askByDatagram(address, port, send!, signal),
};
