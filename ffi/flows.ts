/**
 * Remembered flows: a query, and the records that come back.
 *
 * @module
 */
import { DataplaneError, type Flow, type FlowFilter } from "../lib/dataplane.ts";
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
  query: FlowFilter,
  max: number,
): { flows: Flow[]; cursor: bigint | null } {
  if (!Number.isInteger(max) || max < 1 || max > MAX_FLOWS) {
    throw new DataplaneError(`${max} flows cannot be asked for: 1 to ${MAX_FLOWS}`, EINVAL);
  }
  const { layout, symbols } = library;
  const servers = slotBytes(query.servers);
  const asked = encodeQuery(layout, query, servers?.length ?? 0);
  const records = new Uint8Array(max * layout.gw_flow.size);
  const count = unwrap(symbols.gw_flows(gw, asked, servers, records, max), null, "gw_flows");
  const cursor = new DataView(asked.buffer).getBigUint64(
    layout.gw_flow_query.cursor,
    LITTLE_ENDIAN,
  );
  const flows = Array.from({ length: count }, (_, i) => readFlow(records, i, layout));
  return { flows, cursor: cursor === 0n ? null : cursor };
}

/** A byte for each slot id up to the highest that is wanted; null: any server. */
function slotBytes(servers: Iterable<number> | undefined): Uint8Array<ArrayBuffer> | null {
  if (servers === undefined) return null;
  const slots = [...servers];
  const bytes = new Uint8Array(slots.reduce((most, slot) => Math.max(most, slot), 0) + 1);
  for (const slot of slots) bytes[slot] = 1;
  return bytes;
}

function encodeQuery(
  layout: Layout,
  { cursor = 0n, vip, worker, client, either = false }: FlowFilter,
  servers: number,
): Uint8Array<ArrayBuffer> {
  const at = layout.gw_flow_query;
  const { GW_NONE } = layout.constants;
  const bytes = new Uint8Array(at.size);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(at.cursor, cursor, LITTLE_ENDIAN);
  view.setUint32(at.vip, vip ?? GW_NONE, LITTLE_ENDIAN);
  view.setUint32(at.worker, worker ?? GW_NONE, LITTLE_ENDIAN);
  view.setUint32(at.servers_count, servers, LITTLE_ENDIAN);
  view.setUint32(at.either, either ? 1 : 0, LITTLE_ENDIAN);
  if (client === undefined) return bytes;
  bytes.set(client.bytes, at.client);
  view.setUint8(at.family, client.family);
  view.setUint8(at.client_len, client.length);
  view.setUint16(at.client_port, client.port ?? 0, LITTLE_ENDIAN);
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
