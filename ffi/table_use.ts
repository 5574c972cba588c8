/**
 * How full the established-connections tables are.
 *
 * @module
 */
import type { TableUse } from "../lib/dataplane.ts";
import { unwrap } from "./error.ts";
import { LITTLE_ENDIAN } from "./layout.ts";
import type { Library } from "./library.ts";

/** Sums over the tables of these workers. @throws {DataplaneError} when there is no such worker */
export function readTableUse(
  { layout, symbols }: Library,
  gw: Deno.PointerObject,
  workers: readonly number[],
): TableUse {
  const at = layout.gw_table_use;
  const bytes = new Uint8Array(at.size);
  const view = new DataView(bytes.buffer);
  const u64 = (offset: number) => Number(view.getBigUint64(offset, LITTLE_ENDIAN));
  const sum: TableUse = { buckets: 0, capacity: 0, flows: 0 };
  for (const worker of workers) {
    unwrap(symbols.gw_table_use(gw, worker, bytes), null, "gw_table_use");
    sum.buckets += u64(at.buckets);
    sum.capacity += u64(at.capacity);
    sum.flows += u64(at.flows);
  }
  return sum;
}
