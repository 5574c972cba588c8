/**
 * Remembered flows: a query, and the records that come back.
 *
 * @module
 */
import { DataplaneError, type Flow } from "../lib/dataplane.ts";
import { formatAddress } from "../lib/net.ts";
import { EINVAL, unwrap } from "./error.ts";
import { type Layout, LITTLE_ENDIAN } from "./layout.ts";
import type { Library } from "./library.ts";

/** Most flows that one call may ask for, so that a slip does not ask for gigabytes. */
const MAX_FLOWS = 1 << 20;

/** Reads at most `max` flows that fit the query. */
export function readFlows(
  library: Library,
  gw: Deno.PointerObject,
  query: { vip?: number; server?: number; cursor?: bigint },
  max: number,
): { flows: Flow[]; cursor: bigint | null } {
  if (!Number.isInteger(max) || max < 1 || max > MAX_FLOWS) {
    throw new DataplaneError(`${max} flows cannot be asked for: 1 to ${MAX_FLOWS}`, EINVAL);
  }
  const { layout, symbols } = library;
  const asked = encodeQuery(layout, query);
  const records = new Uint8Array(max * layout.gw_flow.size);
  const count = unwrap(symbols.gw_flows(gw, asked, records, max), null, "gw_flows");
  const cursor = new DataView(asked.buffer).getBigUint64(
    layout.gw_flow_query.cursor,
    LITTLE_ENDIAN,
  );
  const flows = Array.from({ length: count }, (_, i) => readFlow(records, i, layout));
  return { flows, cursor: cursor === 0n ? null : cursor };
}

function encodeQuery(
  layout: Layout,
  query: { vip?: number; server?: number; cursor?: bigint },
): Uint8Array<ArrayBuffer> {
  const at = layout.gw_flow_query;
  const { GW_NONE } = layout.constants;
  const bytes = new Uint8Array(at.size);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(at.cursor, query.cursor ?? 0n, LITTLE_ENDIAN);
  view.setUint32(at.vip, query.vip ?? GW_NONE, LITTLE_ENDIAN);
  view.setUint32(at.server, query.server ?? GW_NONE, LITTLE_ENDIAN);
  return bytes;
}

function readFlow(records: Uint8Array<ArrayBuffer>, index: number, layout: Layout): Flow {
  const at = layout.gw_flow;
  const base = index * at.size;
  const view = new DataView(records.buffer, base, at.size);
  const family = view.getUint8(at.family) === 4 ? 4 : 6;
  const address = (offset: number) =>
    formatAddress(records.subarray(base + offset, base + offset + (family === 4 ? 4 : 16)));
  const u16 = (offset: number) => view.getUint16(offset, LITTLE_ENDIAN);
  const u32 = (offset: number) => view.getUint32(offset, LITTLE_ENDIAN);
  return {
    family,
    protocol: view.getUint8(at.protocol),
    source: address(at.src),
    sourcePort: u16(at.src_port),
    destination: address(at.dst),
    destinationPort: u16(at.dst_port),
    worker: u16(at.worker),
    vip: u32(at.vip),
    server: u32(at.server),
    age: u32(at.age),
    idle: u32(at.idle),
  };
}
