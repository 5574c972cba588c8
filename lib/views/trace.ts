/**
 * Where a packet would go, without one being sent.
 *
 * @module
 */
import type { FrameResult } from "../dataplane.ts";
import type { FirstPacket, PacketView, TraceQuery, TraceView } from "../question.ts";
import { RefusedError } from "../refused.ts";
import { firstFrame, type FrameProtocol } from "./frame.ts";
import {
  type Endpoint,
  formatMac,
  NetError,
  parseAddress,
  parseEndpoint,
  parseMac,
} from "../net.ts";
import { hexBytes, hexDigits, packetFields } from "../packet_fields.ts";
import { marked, type Told } from "../packet_fields/compare.ts";
import type { Port } from "../ports.ts";
import type { Running } from "../running.ts";
import { shown } from "../shown.ts";
import { imageServers } from "../snapshot/slots.ts";
import { traceSteps } from "./trace_steps.ts";

/** Longest frame that a port takes, and more. */
const FRAME_MAX = 16_384;

/** Asks the data plane about the frame, or about the first one of such a flow. @throws {RefusedError} 400 */
export function traceFlow(running: Running, query: TraceQuery): TraceView {
  const frame = "frame" in query ? readFrame(query.frame) : buildFrame(running, query);
  const result = running.dataplane.trace(frame);
  const [vip = null] = [...running.ids.vips].find(([, { id }]) => id === result.vip) ?? [];
  const server = [...imageServers(running.ids)].find(({ slot }) => slot === result.server);
  const verdict = running.dataplane.catalog.verdicts.find(({ name }) => name === result.verdict);
  const told = {
    verdict: result.verdict,
    text: verdict?.text ?? "",
    vip,
    hash: result.hash === null ? null : result.hash.toString(16).padStart(16, "0"),
    slot: result.slot,
    server: server?.address ?? null,
    decided: result.decided,
    ...packets(running, frame, result),
  };
  return { ...told, steps: traceSteps(running, told) };
}

/** The packet in and those out, each with what differs from the other. */
function packets(
  running: Running,
  frame: Uint8Array,
  result: FrameResult,
): { in: PacketView; out: PacketView[] } {
  const { gue_port } = running.config.conf;
  const tell = (bytes: Uint8Array): Told => ({ bytes, fields: packetFields(bytes, gue_port) });
  const input = tell(frame);
  const left = [
    ...result.output === null ? [] : [{ port: result.port, frame: result.output }],
    ...result.made,
  ].map(({ port, frame }) => ({ port, told: tell(frame) }));
  return {
    in: {
      interface: portOf(running, frame)?.name ?? null,
      bytes: hexDigits(frame),
      fields: left[0] === undefined ? input.fields : marked(input, left[0].told),
    },
    out: left.map(({ port, told }) => ({
      interface: nameOf(running, port),
      bytes: hexDigits(told.bytes),
      fields: marked(told, input),
    })),
  };
}

/** The data plane chooses in the same way: by the MAC address that the frame is for, else the first. */
function portOf({ ports }: Running, frame: Uint8Array): Port | undefined {
  const mac = frame.length < 6 ? "" : formatMac(frame.subarray(0, 6));
  const all = [...ports.values()];
  return all.find(({ info }) => info.mac === mac) ?? all[0];
}

function nameOf(running: Running, index: number | null): string | null {
  return [...running.ports.values()].find(({ info }) => info.index === index)?.name ?? null;
}

function readFrame(text: string): Uint8Array {
  const digits = text.replaceAll(/[\s:]/g, "");
  const refuse = (message: string) => new RefusedError(400, [{ path: "frame", message }]);
  if (!/^([0-9a-f]{2})+$/i.test(digits)) {
    throw refuse(`not bytes as pairs of hex digits: ${shown(text)}`);
  }
  if (digits.length / 2 <= FRAME_MAX) return hexBytes(digits);
  throw refuse(`${digits.length / 2} bytes; a frame has at most ${FRAME_MAX}`);
}

function buildFrame(running: Running, query: FirstPacket): Uint8Array {
  const source = endpoint("source", query.source, query.protocol);
  const destination = endpoint("destination", query.destination, query.protocol);
  const { protocol, size } = query;
  const mac = macOf(running, query.interface);
  const fits = source.address.family === destination.address.family;
  return refused(
    fits ? "size" : "destination",
    () => firstFrame(source, destination, protocol, mac, size),
  );
}

function macOf({ ports }: Running, name: string | undefined): Uint8Array {
  const port = name === undefined ? [...ports.values()][0] : ports.get(name);
  if (name !== undefined && port === undefined) {
    const names = [...ports.keys()].join(", ") || "none";
    const message = `no interface ${shown(name)}; there is: ${names}`;
    throw new RefusedError(404, [{ path: "interface", message }]);
  }
  // Any MAC address would do for a program without interfaces: nothing is received there.
  return parseMac(port?.info.mac ?? "00:00:00:00:00:00");
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
