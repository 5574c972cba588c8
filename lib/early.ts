/**
 * The early start: packets flow by what the process before had committed, while the program is still being loaded. For
 * that this module needs few others, and none of the big ones.
 *
 * What is unclear is no reason to fail: then the program starts as it always can.
 *
 * @module
 */
import { DataplaneError, type Resumed } from "./dataplane.ts";
import {
  imagePath,
  type LastImage,
  readImage,
  slotsAreWhole,
  slotsSum,
} from "./early/last_image.ts";
import { readRunWords, type RunWords, seemsToWant } from "./early/words.ts";
import { imageLayout, resume } from "./native.ts";
import { defaultFlowMemory, defaultStateDirectory } from "./paths.ts";
import { HANDOVER } from "./upgrade/variable.ts";

/** `no`: no early start. */
export const VARIABLE = "GUIDEWAY_EARLY";

/** Next hops are not believed for longer after the process's last sign of life, milliseconds. */
const BELIEVED_MS = 60_000;
/** Ports that are what they were when they are opened again. */
const LASTING = /^(af_packet|af_xdp|pci):/;
const EBUSY = 16;

/** What came of it. */
export type Early =
  | { image: LastImage; resumed: Resumed; reason: null }
  /** Null: there was nothing to go on with, which needs no word. */
  | { image: null; resumed: null; reason: string | null };

const NOTHING: Early = { image: null, resumed: null, reason: null };

let early: Promise<Early> | null = null;

/** Begins it, where the words say `run` and there is something to go on with. Resolves when it can do without this thread. */
export async function startEarly(words: readonly string[]): Promise<void> {
  const run = readRunWords(words);
  if (run === null || run.flowMemory === "none" || Deno.env.get(VARIABLE) === "no") return;
  if (Deno.env.get(HANDOVER)) return;
  try {
    early = (await begin(run)).outcome;
  } catch (error) {
    early = Promise.resolve(refused(sentence(error)));
  }
}

/** What came of it; the caller has the data plane from then on. */
export async function takeEarly(): Promise<Early> {
  const taken = early;
  early = null;
  return await taken ?? NOTHING;
}

/** Closes what nobody took. */
export async function dropEarly(): Promise<void> {
  const { resumed } = await takeEarly();
  await resumed?.dataplane.close();
}

/** Resolves when it is under way. */
async function begin(run: RunWords): Promise<{ outcome: Promise<Early> }> {
  const now = (outcome: Early) => ({ outcome: Promise.resolve(outcome) });
  const state = realPath(run.state ?? defaultStateDirectory());
  if (state === null) return now(NOTHING);
  const folder = run.flowMemory ?? await defaultFlowMemory(state);
  const image = await readImage(folder);
  if (image === null) return now(NOTHING);
  const reason = typeof image === "string" ? image : await unfit(image, folder, run);
  if (typeof image === "string" || reason !== null) return now(refused(reason!));
  const { workers, ports, bytes } = image;
  const packet = ports.filter(({ device }) => device.startsWith("af_packet:"));
  const under = resume({
    workers,
    ports,
    image: bytes,
    folder,
    usePci: hasPci(image),
    sockets: packet.length * workers,
    crashes: run.state ?? defaultStateDirectory(),
  });
  const outcome = under.then((resumed): Early => ({ image, resumed, reason: null }), (error) => {
    // Another process has the flows: it forwards, and this one will say so, or take over.
    if (error instanceof DataplaneError && error.errno === EBUSY) return NOTHING;
    return refused(sentence(error));
  });
  return { outcome };
}

/** In words, why this process cannot go on with it. */
async function unfit(
  image: LastImage,
  folder: string,
  { config }: RunWords,
): Promise<string | null> {
  const silent = Date.now() - (Deno.statSync(imagePath(folder)).mtime?.getTime() ?? 0);
  if (Math.abs(silent) > BELIEVED_MS) {
    return `the last sign of life is ${Math.round(silent / 1000)} s old`;
  }
  if (image.layout !== imageLayout()) return "another version of the program wrote it";
  if (image.slots !== slotsSum(folder) || !await slotsAreWhole(folder)) {
    return "the last commit was still to be kept";
  }
  const port = image.ports.find(({ device }) => !LASTING.test(device));
  if (port !== undefined) return `${port.device} is another port when it is opened again`;
  if (config === undefined || seemsToWant(readText(config), image.workers, hasPci(image))) {
    return null;
  }
  return "the configuration wants other workers or devices";
}

function hasPci({ ports }: LastImage): boolean {
  return ports.some(({ device }) => device.startsWith("pci:"));
}

function refused(reason: string): Early {
  return { image: null, resumed: null, reason };
}

/** Null: it is not there yet. */
function realPath(folder: string): string | null {
  try {
    return Deno.realPathSync(folder);
  } catch {
    return null;
  }
}

/** What cannot be read wants nothing; the command will say what is wrong with it. */
function readText(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch {
    return "";
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
