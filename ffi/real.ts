/**
 * The data plane that polls ports.
 *
 * @module
 */
import type { FoundFlows, Image, PortInfo, RealDataplane } from "../lib/dataplane.ts";
import { formatMac } from "../lib/net.ts";
import { errorBuffer, text, unwrap } from "./error.ts";
import { Handle } from "./handle.ts";
import { held } from "./held.ts";
import { type Layout, LITTLE_ENDIAN } from "./layout.ts";
import { type Library, loadLibrary } from "./library.ts";

/** What {@linkcode openDataplane} takes. */
export interface OpenOptions {
  /** Threads that poll and forward. */
  workers: number;
  /** Megabytes for packet buffers; without it, or 0: a fitting default. */
  memoryMb?: number;
  /** Probe the PCI bus, which `pci:` devices need. */
  usePci?: boolean;
  /** Sockets for queues of `af_packet` ports that will be opened: so many are made meanwhile. */
  sockets?: number;
  /** Path of the shared library, in place of the usual one. */
  library?: string;
  /** Where a worker that crashes leaves `crash-<seconds since 1970>.txt`; unless given it leaves none. */
  crashes?: string;
}

interface OpenInfo {
  hugepages: boolean;
  workers: number;
  cpus: (number | null)[];
  dpdkVersion: string;
}

/** More is not kept for the next start. */
const IMAGE_MOST = 64 << 20;

/** What is open since an early start, until somebody asks for it. */
interface Early {
  memory: { folder: string; flows: FoundFlows };
  /** Indices by device. */
  ports: ReadonlyMap<string, number>;
}

/** One that was opened by {@linkcode openDataplane} or by `resume`. */
export class RealHandle extends Handle implements RealDataplane {
  readonly hugepages: boolean;
  readonly cpus: (number | null)[];
  readonly dpdkVersion: string;
  committed: Image | null = null;
  /** Ports that are in the early tables, by index; nothing from the first commit on. */
  readonly #polled: Map<number, { device: string; asked: boolean }>;
  #memory: Early["memory"] | null;

  constructor(library: Library, address: bigint, info: OpenInfo, early?: Early) {
    super(library, address, info.workers);
    this.#memory = early?.memory ?? null;
    this.#polled = new Map(
      [...early?.ports ?? []].map(([device, index]) => [index, { device, asked: false }]),
    );
    this.hugepages = info.hugepages;
    this.cpus = info.cpus;
    this.dpdkVersion = info.dpdkVersion;
  }

  /** The flow memory of an early start is open. */
  override async openFlowMemory(folder: string, discard: boolean): Promise<FoundFlows> {
    const early = this.#memory;
    this.#memory = null;
    if (early?.folder !== folder) return await super.openFlowMemory(folder, discard);
    if (discard) throw new Error(`${folder}: changed by somebody else while the program started`);
    return early.flows;
  }

  override async commitImage(image: Uint8Array<ArrayBuffer>): Promise<void> {
    await super.commitImage(image);
    const layout = this.library.layoutSum;
    this.committed = image.length <= IMAGE_MOST ? { bytes: image, layout } : null;
    const left = [...this.#polled].filter(([, { asked }]) => !asked);
    this.#polled.clear();
    // What cannot be closed stays as it is.
    for (const [index] of left) await this.closePort(index).catch(() => {});
  }

  async openPort(device: string, index?: number): Promise<PortInfo> {
    for (const [at, port] of this.#polled) {
      if (port.device !== device || port.asked) continue;
      port.asked = true;
      return this.portInfo(at);
    }
    return await this.exclusive(async (gw) => {
      const { symbols, layout } = this.library;
      const name = new TextEncoder().encode(`${device}\0`);
      const info = new Uint8Array(layout.gw_port_info.size);
      const err = errorBuffer();
      const wanted = index ?? layout.constants.GW_NONE;
      unwrap(await held(symbols.gw_port_open, gw, name, wanted, info, err), err, "gw_port_open");
      return readPortInfo(info, layout);
    });
  }

  portInfo(index: number): PortInfo {
    const { symbols, layout } = this.library;
    const info = new Uint8Array(layout.gw_port_info.size);
    const err = errorBuffer();
    unwrap(symbols.gw_port_info(this.pointer(), index, info, err), err, "gw_port_info");
    return readPortInfo(info, layout);
  }

  async closePort(index: number): Promise<void> {
    const polled = this.#polled.get(index);
    if (polled !== undefined) {
      polled.asked = false;
      return;
    }
    await this.exclusive(async (gw) => {
      const err = errorBuffer();
      const { gw_port_close } = this.library.symbols;
      unwrap(await held(gw_port_close, gw, index, err), err, "gw_port_close");
    });
  }

  async rest(): Promise<void> {
    const { gw_rest } = this.library.symbols;
    await this.exclusive(async (gw) => unwrap(await held(gw_rest, gw), null, "gw_rest"));
  }

  async release({ shared = false }: { shared?: boolean } = {}): Promise<void> {
    const { gw_release } = this.library.symbols;
    const keep = shared ? 1 : 0;
    await this.exclusive(async (gw) =>
      unwrap(await held(gw_release, gw, keep), null, "gw_release")
    );
  }

  drain(): Promise<number> {
    const { gw_drain } = this.library.symbols;
    return this.exclusive(async (gw) => unwrap(await held(gw_drain, gw), null, "gw_drain"));
  }
}

/**
 * Starts DPDK and the workers. A process holds one real data plane.
 *
 * @throws {DataplaneError} with the library's reason.
 * @throws {Error} with the remedy, when the library is not there.
 */
export async function openDataplane(options: OpenOptions): Promise<RealDataplane> {
  const library = loadLibrary(options.library);
  const { layout, symbols } = library;
  const args = encodeArgs(layout, options);
  const out = new BigUint64Array(1);
  const info = new Uint8Array(layout.gw_open_info.size);
  const err = errorBuffer();
  watchCrashes(library, options.crashes);
  unwrap(await held(symbols.gw_open, args, out, info, err), err, "gw_open");
  return new RealHandle(library, out[0]!, readOpenInfo(info, layout));
}

/** Has a worker that crashes leave a report in the folder. */
export function watchCrashes({ symbols }: Library, folder: string | undefined): void {
  if (folder === undefined) return;
  const err = errorBuffer();
  const path = new TextEncoder().encode(`${folder}\0`);
  unwrap(symbols.gw_crash_watch(path, err), err, "gw_crash_watch");
}

/** What `gw_open` is given. */
export function encodeArgs(layout: Layout, options: OpenOptions): Uint8Array<ArrayBuffer> {
  const at = layout.gw_open_args;
  const bytes = new Uint8Array(at.size);
  const view = new DataView(bytes.buffer);
  view.setUint32(at.workers, options.workers, LITTLE_ENDIAN);
  view.setUint32(at.memory_mb, options.memoryMb ?? 0, LITTLE_ENDIAN);
  view.setUint32(at.use_pci, options.usePci ? 1 : 0, LITTLE_ENDIAN);
  view.setUint32(at.sockets, options.sockets ?? 0, LITTLE_ENDIAN);
  return bytes;
}

/** What `gw_open` tells. */
export function readOpenInfo(bytes: Uint8Array<ArrayBuffer>, layout: Layout): OpenInfo {
  const at = layout.gw_open_info;
  const view = new DataView(bytes.buffer);
  const u32 = (offset: number) => view.getUint32(offset, LITTLE_ENDIAN);
  const workers = u32(at.workers);
  return {
    hugepages: u32(at.hugepages) === 1,
    workers,
    cpus: Array.from({ length: workers }, (_, i) => {
      const cpu = u32(at.cpus + i * 4);
      return cpu === layout.constants.GW_NONE ? null : cpu;
    }),
    dpdkVersion: text(bytes.subarray(at.dpdk)),
  };
}

function readPortInfo(bytes: Uint8Array<ArrayBuffer>, layout: Layout): PortInfo {
  const at = layout.gw_port_info;
  const view = new DataView(bytes.buffer);
  const u32 = (offset: number) => view.getUint32(offset, LITTLE_ENDIAN);
  return {
    index: u32(at.index),
    linkUp: u32(at.link_up) === 1,
    linkMbps: u32(at.link_mbps),
    mtu: view.getUint16(at.mtu, LITTLE_ENDIAN),
    held: readHeld(u32(at.held), layout),
    mac: formatMac(bytes.subarray(at.mac, at.mac + 6)),
    driver: text(bytes.subarray(at.driver, at.missed)),
    missed: Number(view.getBigUint64(at.missed, LITTLE_ENDIAN)),
  };
}

function readHeld(held: number, { constants }: Layout): PortInfo["held"] {
  if (held === constants.GW_HELD) return "held";
  return held === constants.GW_HELD_REPLACED ? "replaced" : "gone";
}
