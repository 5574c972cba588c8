/**
 * Established connections that outlive the process.
 *
 * @module
 */
import type { FoundFlows } from "../lib/dataplane.ts";
import { errorBuffer, text, unwrap } from "./error.ts";
import { held } from "./held.ts";
import { type Layout, LITTLE_ENDIAN } from "./layout.ts";
import type { Library } from "./library.ts";

/** Takes the folder. @throws {DataplaneError} with the library's reason */
export async function openFlowMemory(
  { layout, symbols }: Library,
  gw: Deno.PointerObject,
  folder: string,
  discard: boolean,
): Promise<FoundFlows> {
  const at = layout.gw_flow_memory_info;
  const info = new Uint8Array(at.size);
  const path = new TextEncoder().encode(`${folder}\0`);
  const err = errorBuffer();
  const rc = await held(symbols.gw_flow_memory, gw, path, discard ? 1 : 0, info, err);
  unwrap(rc, err, "gw_flow_memory");
  return readFound(info, layout);
}

/** What the library tells of the tables that it found. */
export function readFound(info: Uint8Array<ArrayBuffer>, layout: Layout): FoundFlows {
  const at = layout.gw_flow_memory_info;
  const view = new DataView(info.buffer);
  const u32 = (offset: number) => view.getUint32(offset, LITTLE_ENDIAN);
  return {
    taken: u32(at.adopted) + u32(at.inherited),
    flows: Number(view.getBigUint64(at.flows, LITTLE_ENDIAN)),
    refused: u32(at.refused),
    reason: text(info.subarray(at.reason)),
  };
}
