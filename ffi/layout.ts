/**
 * Where each field of the library's structs lies. The numbers are written once, in C; they are read
 * when the library is loaded, and a name that the library does not know ends the start.
 *
 * @module
 */
import type { Symbols } from "./symbols.ts";
import { ERR_SIZE } from "./error.ts";
import { CONSTANTS, STRUCTS } from "./structs.ts";

type Structs = typeof STRUCTS;

/** Offset of each field, and `size` of the whole struct, in bytes. */
export type StructLayout<Field extends string> = Readonly<Record<Field | "size", number>>;

/** All structs by name, and the header's constants under `constants`. */
export type Layout =
  & { readonly [S in keyof Structs]: StructLayout<Structs[S][number]> }
  & { readonly constants: Readonly<Record<typeof CONSTANTS[number], number>> };

/** True on every machine that this runs on; named so that the byte order is not a bare `true`. */
export const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/**
 * Picks the offsets, sizes and constants that this side uses.
 *
 * @param fields name → value, as the library exports them
 * @throws {Error} naming every name that is missing, or a constant that does not fit.
 */
export function layoutOf(fields: ReadonlyMap<string, number>): Layout {
  const missing: string[] = [];
  const value = (name: string): number => {
    const found = fields.get(name);
    if (found === undefined) missing.push(name);
    return found ?? 0;
  };
  const layout: Record<string, Record<string, number>> = {};
  for (const [struct, names] of Object.entries(STRUCTS)) {
    const offsets: Record<string, number> = { size: value(struct) };
    for (const name of names) offsets[name] = value(`${struct}.${name}`);
    layout[struct] = offsets;
  }
  layout.constants = Object.fromEntries(CONSTANTS.map((name) => [name, value(name)]));
  if (missing.length > 0) {
    throw new Error(
      `The library is of another version than this program: it does not know ${
        missing.join(", ")
      }. Run \`deno task build\`.`,
    );
  }
  const checked = layout as unknown as Layout;
  if (checked.constants.GW_ERR_SIZE > ERR_SIZE) {
    throw new Error(
      `The library writes error texts of ${checked.constants.GW_ERR_SIZE} bytes; ` +
        `this program keeps ${ERR_SIZE}. Run \`deno task build\`.`,
    );
  }
  return checked;
}

/** Reads the library's own table of names and values. */
export function readFields(symbols: Symbols): Map<string, number> {
  const count = new Uint32Array(1);
  const table = symbols.gw_abi_fields(count);
  const fields = new Map<string, number>();
  if (table === null) return fields;
  const view = new Deno.UnsafePointerView(table);
  for (let i = 0; i < count[0]!; i++) {
    const name = view.getPointer(i * 16);
    if (name === null) continue;
    const key = new Deno.UnsafePointerView(name).getCString();
    fields.set(key, Number(view.getBigUint64(i * 16 + 8)));
  }
  return fields;
}

/** FNV-1a of all names and values. */
export function sumOf(fields: ReadonlyMap<string, number>): string {
  let sum = 0x811c9dc5;
  for (const [name, value] of fields) {
    for (const letter of `${name}=${value};`) {
      sum = Math.imul(sum ^ letter.charCodeAt(0), 0x01000193) >>> 0;
    }
  }
  return sum.toString(16).padStart(8, "0");
}
