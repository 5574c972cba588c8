/**
 * As much HTTP as a check needs.
 *
 * @module
 */
import type { Check } from "../config/health.ts";
import { parseStatuses } from "../config/statuses.ts";
import { formatEndpoint } from "../net.ts";
import { ProbeError } from "./error.ts";
import type { Stream } from "./stream.ts";

/** A status line comes first, and is short. */
const HEAD_MAX = 4096;

/** HTTP/1.1, as far as the status. @throws {ProbeError} where it is not among those that are wanted */
export async function askForStatus(
  check: Check,
  address: string,
  stream: Stream,
  signal: AbortSignal,
): Promise<void> {
  const host = check.host ?? formatEndpoint(address, check.port);
  const request = `GET ${check.path} HTTP/1.1\r\nHost: ${host}\r\n` +
    "User-Agent: guideway-health\r\nAccept: */*\r\nConnection: close\r\n\r\n";
  const close = () => stream.close();
  signal.addEventListener("abort", close, { once: true });
  try {
    signal.throwIfAborted();
    await stream.write(new TextEncoder().encode(request));
    const status = await readStatus(stream);
    requireWanted(check, address, status);
  } finally {
    signal.removeEventListener("abort", close);
  }
}

function requireWanted({ type, port, path, expect }: Check, address: string, status: number): void {
  const wanted = parseStatuses(expect!);
  if (wanted.some(([first, last]) => status >= first && status <= last)) return;
  const place = `${formatEndpoint(address, port)}${path}`;
  throw new ProbeError(`${type.toUpperCase()} ${status} from ${place}, wanted ${expect}`);
}

async function readStatus(stream: Stream): Promise<number> {
  const bytes = new Uint8Array(HEAD_MAX);
  let length = 0;
  for (;;) {
    const line = /^([^\r\n]*)\r?\n/.exec(
      new TextDecoder("latin1").decode(bytes.subarray(0, length)),
    );
    if (line !== null || length === bytes.length) {
      const status = /^HTTP\/1\.\d ([1-5]\d\d)( |$)/.exec(line?.[1] ?? "")?.[1];
      if (status !== undefined) return Number(status);
      throw new Error("the answer is not HTTP");
    }
    const more = await stream.read(bytes.subarray(length));
    if (more === null) throw new Error("the connection ended without an answer");
    length += more;
  }
}
