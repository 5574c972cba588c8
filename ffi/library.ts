/**
 * Finds and loads the shared library, once a path. Loaded only when a data plane is opened.
 *
 * @module
 */
import { resolve } from "node:path";
import { ownFile } from "../lib/own_files.ts";
import { type Names, readNames } from "./counters.ts";
import { type Layout, layoutOf, readFields, sumOf } from "./layout.ts";
import { SYMBOLS, type Symbols } from "./symbols.ts";
import { REMEDY, unpack } from "./unpack.ts";

/** The loaded library with its names and layouts. */
export interface Library {
  readonly path: string;
  readonly symbols: Symbols;
  readonly layout: Layout;
  /** Another one where structs or constants are others. */
  readonly layoutSum: string;
  readonly names: Names;
  /** "guideway 0.1.0" */
  readonly version: string;
  /** "DPDK 22.11.11" */
  readonly dpdk: string;
  /** DPDK's drivers for ports: `af_packet`, … */
  readonly drivers: string[];
}

const INSIDE = "build/libguideway.so";

/** Never unloaded: threads and driver tables of DPDK point into it until the process ends. */
const loaded = new Map<string, Library>();

/**
 * Where the library is: `path`, else what `GUIDEWAY_LIBRARY` names, else `build/libguideway.so` of
 * the project or inside the executable.
 */
export function libraryPath(path?: string): string {
  const chosen = path ?? Deno.env.get("GUIDEWAY_LIBRARY");
  return chosen ? resolve(chosen) : ownFile(INSIDE);
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
  if (!isThere(file)) {
    throw new Error(`The packet library ${file} is not there. Run \`deno task build\`.`);
  }
  const symbols = open(file);
  const names = readNames(symbols);
  const fields = readFields(symbols);
  const layout = layoutOf(fields);
  checkNames(names, layout);
  const text = (at: Deno.PointerValue) => new Deno.UnsafePointerView(at!).getCString();
  const library = {
    path: file,
    symbols,
    layout,
    layoutSum: sumOf(fields),
    names,
    version: text(symbols.gw_version()),
    dpdk: text(symbols.gw_dpdk()),
    drivers: text(symbols.gw_drivers()).split(" "),
  };
  loaded.set(file, library);
  return library;
}

/** Without node:fs, which a start that has to forward at once would wait 8 ms for. */
function isThere(file: string): boolean {
  try {
    Deno.statSync(file);
    return true;
  } catch {
    return false;
  }
}

function open(file: string): Symbols {
  if (!Deno.build.standalone || file !== ownFile(INSIDE)) {
    return openPath(file, "Run `deno task build`.");
  }
  using unpacked = unpack(Deno.readFileSync(file));
  return openPath(unpacked.path, REMEDY);
}

function openPath(file: string, remedy: string): Symbols {
  try {
    return Deno.dlopen(file, SYMBOLS).symbols;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The packet library ${file} cannot be loaded: ${reason}. ${remedy}`, { cause });
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
