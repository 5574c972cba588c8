/**
 * What the workers forward by, kept beside the flow tables so that the next process can forward at once.
 *
 * A file of a line with a SHA-256 of what follows, a line of JSON, and the image as the library takes it.
 *
 * @module
 */
import type { NextHop } from "../next_hops.ts";

/** Counts up when {@linkcode LastImage} has other fields. */
const FORMAT = 1;
/** Hexadecimal digits of a SHA-256, in slots.json, too. */
const SUM = 64;

/** All that forwarding needs. */
export interface LastImage {
  bytes: Uint8Array<ArrayBuffer>;
  /** Of the library that takes it. */
  layout: string;
  /** The sum in slots.json, which tells what the slot ids in it mean. */
  slots: string;
  revision: number;
  workers: number;
  ports: { device: string; index: number; mac: string }[];
  /** By address, as they were found. */
  nextHops: [string, NextHop][];
}

/** The file in the folder of the flow tables. */
export function imagePath(folder: string): string {
  return `${folder}/image`;
}

/** The sum in the folder's slots.json; an empty text where there is none. */
export function slotsSum(folder: string): string {
  try {
    using file = Deno.openSync(`${folder}/slots.json`);
    const bytes = new Uint8Array(SUM);
    return file.readSync(bytes) === SUM ? new TextDecoder().decode(bytes) : "";
  } catch {
    return "";
  }
}

/** Writes the file; whenever the program ends, it is the one before or the new one. @throws {Error} the system's */
export async function writeImage(folder: string, { bytes, ...head }: LastImage): Promise<void> {
  const json = new TextEncoder().encode(`${JSON.stringify({ format: FORMAT, ...head })}\n`);
  const whole = new Uint8Array(SUM + 1 + json.length + bytes.length);
  whole.set(json, SUM + 1);
  whole.set(bytes, SUM + 1 + json.length);
  whole.set(new TextEncoder().encode(`${await sum(whole.subarray(SUM + 1))}\n`));
  const fresh = `${imagePath(folder)}.new`;
  await Deno.writeFile(fresh, whole, { mode: 0o600 });
  await Deno.rename(fresh, imagePath(folder));
}

/** Reads the file. @returns In words, why it is of no use; null where there is none. */
export async function readImage(folder: string): Promise<LastImage | string | null> {
  let whole: Uint8Array<ArrayBuffer>;
  try {
    whole = Deno.readFileSync(imagePath(folder));
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? null : String(error);
  }
  const rest = whole.subarray(SUM + 1);
  const text = new TextDecoder();
  if (await sum(rest) !== text.decode(whole.subarray(0, SUM))) return "its sum is wrong";
  const end = rest.indexOf(10);
  const { format, ...head } = JSON.parse(text.decode(rest.subarray(0, end)));
  if (format !== FORMAT) return "another version of the program wrote it";
  // A copy begins where the library may read whole words.
  return { ...head, bytes: rest.slice(end + 1) };
}

/** Whether slots.json is what its sum says. */
export async function slotsAreWhole(folder: string): Promise<boolean> {
  try {
    const bytes = Deno.readFileSync(`${folder}/slots.json`);
    return await sum(bytes.subarray(SUM + 1)) === new TextDecoder().decode(bytes.subarray(0, SUM));
  } catch {
    return false;
  }
}

/** Of the runtime itself: to load node:crypto takes 30 ms. */
async function sum(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
