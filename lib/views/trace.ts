/**
 * Where a packet would go, without one being sent.
 *
 * @module
 */
import type { TraceQuery, TraceView } from "../question.ts";
import { RefusedError } from "../refused.ts";
import { firstFrame, type FrameProtocol } from "./frame.ts";
import { type Endpoint, NetError, parseAddress, parseEndpoint, parseMac } from "../net.ts";
import type { Running } from "../running.ts";
import { imageServers } from "../snapshot/slots.ts";

/** Asks the data plane about the first frame of such a flow. @throws {RefusedError} 400 */
export function traceFlow(running: Running, query: TraceQuery): TraceView {
  const { dataplane } = running;
  const frame = buildFrame(running, query);
  const result = dataplane.trace(frame);
  const vip = [...running.ids.vips].find(([, { id }]) => id === result.vip);
  const server = [...imageServers(running.ids)].find(({ slot }) => slot === result.server);
  const port = [...running.ports.values()].find(({ info }) => info.index === result.port);
  const verdict = dataplane.catalog.verdicts.find(({ name }) => name === result.verdict);
  return {
    verdict: result.verdict,
    text: verdict?.text ?? "",
    vip: vip?.[0] ?? null,
    hash: result.hash === null ? null : result.hash.toString(16).padStart(16, "0"),
    slot: result.slot,
    server: server?.address ?? null,
    decided: result.decided,
    interface: port?.name ?? null,
    input: hex(frame),
    output: result.output === null ? null : hex(result.output),
  };
}

function buildFrame(running: Running, query: TraceQuery): Uint8Array {
  const source = endpoint("source", query.source, query.protocol);
  const destination = endpoint("destination", query.destination, query.protocol);
  const [first] = running.ports.values();
  // Any MAC address would do for a program without interfaces: nothing is received there.
  const mac = parseMac(first?.info.mac ?? "00:00:00:00:00:00");
  return refused("destination", () => firstFrame(source, destination, query.protocol, mac));
}

function endpoint(path: string, text: string, protocol: FrameProtocol): Endpoint {
  return refused(
    path,
    () => protocol === "icmp" ? { address: parseAddress(text), port: 0 } : parseEndpoint(text),
  );
}

function refused<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw new RefusedError(400, [{ path, message: error.message }]);
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
