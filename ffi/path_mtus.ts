/**
 * What routers said of the ways through tunnels.
 *
 * @module
 */
import type { PathMtu } from "../lib/dataplane.ts";
import { formatAddress } from "../lib/net.ts";
import { unwrap } from "./error.ts";
import { LITTLE_ENDIAN } from "./layout.ts";
import type { Library } from "./library.ts";

/** More than that the workers do not keep. */
const MOST = 256;

/** Takes what came since the last call. */
export function readPathMtus({ layout, symbols }: Library, gw: Deno.PointerObject): PathMtu[] {
  const at = layout.gw_path_mtu;
  const records = new Uint8Array(MOST * at.size);
  const count = unwrap(symbols.gw_path_mtus(gw, records, MOST), null, "gw_path_mtus");
  return Array.from({ length: count }, (_, i) => {
    const record = records.subarray(i * at.size, (i + 1) * at.size);
    const length = record[at.family] === 6 ? 16 : 4;
    const view = new DataView(record.buffer, record.byteOffset);
    return {
      address: formatAddress(record.subarray(at.address, at.address + length)),
      mtu: view.getUint16(at.mtu, LITTLE_ENDIAN),
    };
  });
}
