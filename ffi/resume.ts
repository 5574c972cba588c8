/**
 * A start that forwards at once, by what an earlier process had committed.
 *
 * @module
 */
import type { FoundFlows, Resume, Resumed } from "../lib/dataplane.ts";
import { parseMac } from "../lib/net.ts";
import { errorBuffer, text, unwrap } from "./error.ts";
import { readFound } from "./flow_memory.ts";
import { held } from "./held.ts";
import { type Layout, LITTLE_ENDIAN } from "./layout.ts";
import { type Library, loadLibrary } from "./library.ts";
import { encodeArgs, readOpenInfo, RealHandle, watchCrashes } from "./real.ts";

/** Tells apart libraries whose images have other layouts. @throws {Error} with the remedy, when it is not there */
export function imageLayout(): string {
  return loadLibrary().layoutSum;
}

/**
 * Opens a data plane with flow memory and ports, and commits the image, in one call: when it was made, no more of this
 * thread is needed.
 *
 * @throws {DataplaneError} when nothing is open.
 */
export async function resume(what: Resume): Promise<Resumed> {
  const library = loadLibrary();
  const { layout, symbols } = library;
  const out = new BigUint64Array(1);
  const info = new Uint8Array(layout.gw_open_info.size);
  const memory = new Uint8Array(layout.gw_flow_memory_info.size);
  const err = errorBuffer();
  watchCrashes(library, what.crashes);
  const ms = unwrap(
    await held(
      symbols.gw_resume,
      encodeArgs(layout, what),
      new TextEncoder().encode(`${what.folder}\0`),
      encodePorts(layout, what.ports),
      what.ports.length,
      what.image,
      BigInt(what.image.length),
      out,
      info,
      memory,
      err,
    ),
    err,
    "gw_resume",
  );
  const found = { folder: what.folder, flows: readFound(memory, layout) };
  const dataplane = resumed(library, out[0]!, info, found, ms > 0 ? what.ports : []);
  return ms > 0 ? { dataplane, ms, reason: null } : { dataplane, ms: null, reason: text(err) };
}

function resumed(
  library: Library,
  address: bigint,
  info: Uint8Array<ArrayBuffer>,
  memory: { folder: string; flows: FoundFlows },
  ports: Resume["ports"],
): RealHandle {
  const devices = new Map(ports.map(({ device, index }) => [device, index]));
  return new RealHandle(library, address, readOpenInfo(info, library.layout), {
    memory,
    ports: devices,
  });
}

function encodePorts(layout: Layout, ports: Resume["ports"]): Uint8Array<ArrayBuffer> {
  const at = layout.gw_resume_port;
  const bytes = new Uint8Array(Math.max(1, ports.length) * at.size);
  const view = new DataView(bytes.buffer);
  const most = at.index - at.device - 1;
  for (const [i, { device, index, mac }] of ports.entries()) {
    const name = new TextEncoder().encode(device);
    if (name.length > most) throw new RangeError(`${device} is longer than ${most} bytes`);
    bytes.set(name, i * at.size + at.device);
    view.setUint32(i * at.size + at.index, index, LITTLE_ENDIAN);
    bytes.set(parseMac(mac), i * at.size + at.mac);
  }
  return bytes;
}
