/**
 * Finds and loads the shared library, once a path. Loaded only when a data plane is opened.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Names, readNames } from "./counters.ts";
import { type Layout, layoutOf, readFields } from "./layout.ts";
import { SYMBOLS, type Symbols } from "./symbols.ts";

/** The loaded library with its names and layouts. */
export interface Library {
  readonly path: string;
  readonly symbols: Symbols;
  readonly layout: Layout;
  readonly names: Names;
  /** "guideway 0.1.0" */
  readonly version: string;
}

/** Never unloaded: threads and driver tables of DPDK point into it until the process ends. */
const loaded = new Map<string, Library>();

/**
 * Where the library is: `path`, else what `GUIDEWAY_LIBRARY` names, else `build/libguideway.so` of
 * the project.
 */
export function libraryPath(path?: string): string {
  const chosen = path ?? Deno.env.get("GUIDEWAY_LIBRARY");
  return chosen ? resolve(chosen) : join(import.meta.dirname!, "..", "build", "libguideway.so");
}

/**
 * Loads the library, or gives what was loaded before.
 *
 * @throws {Error} with the remedy, when the file is missing, cannot be loaded, or is of another
 * version.
 */
export function loadLibrary(path?: string): Library {
  const file = libraryPath(path);
  const before = loaded.get(file);
  if (before !== undefined) return before;
  if (!existsSync(file)) {
    throw new Error(`The packet library ${file} is not there. Run \`deno task build\`.`);
  }
  const symbols = open(file);
  const names = readNames(symbols);
  const layout = layoutOf(readFields(symbols));
  checkNames(names, layout);
  const version = new Deno.UnsafePointerView(symbols.gw_version()!).getCString();
  const library = { path: file, symbols, layout, names, version };
  loaded.set(file, library);
  return library;
}

function open(file: string): Symbols {
  try {
    return Deno.dlopen(file, SYMBOLS).symbols;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The packet library ${file} cannot be loaded: ${reason}. Run \`deno task build\`.`,
      { cause },
    );
  }
}

/** A name list longer than its array would read beyond it. */
function checkNames(names: Names, layout: Layout): void {
  const { GW_W_COUNT, GW_V_STRIDE, GW_S_STRIDE, GW_P_COUNT, GW_P_STRIDE, GW_STEP_COUNT } =
    layout.constants;
  const fits = names.worker.length === GW_W_COUNT && names.vip.length <= GW_V_STRIDE &&
    names.server.length <= GW_S_STRIDE && names.steps.length === GW_STEP_COUNT &&
    names.port.length === GW_P_COUNT && GW_P_COUNT <= GW_P_STRIDE &&
    names.verdicts.every(({ name }, i) =>
      names.worker[i]?.name === name && names.port[i]?.name === name
    );
  if (!fits) throw new Error("The library's counter names do not fit its counter arrays");
}
