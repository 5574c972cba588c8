/**
 * Files that a replay reads and writes; `-` is standard input or output.
 *
 * @module
 */
import { CaptureError, PcapWriter, type Precision, readCapture } from "../pcap/mod.ts";
import type { Capture, Packet, Reader } from "../pcap/mod.ts";
import { CommandError, usageError } from "./exit.ts";

/** Opens a capture. @throws {CommandError} that says which file and why. */
export function openCapture(path: string): { capture: Capture } & Disposable {
  if (path === "-") return { capture: began(path, Deno.stdin), [Symbol.dispose]: () => {} };
  const file = open(path, "read", { read: true });
  try {
    return { capture: began(path, file), [Symbol.dispose]: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** A broken capture with the name of its file. */
export function namedCapture(path: string, error: unknown): unknown {
  if (!(error instanceof CaptureError)) return error;
  return new CommandError(`${path}: ${error.message}`);
}

function began(path: string, file: Reader): Capture {
  try {
    return readCapture(file);
  } catch (error) {
    throw namedCapture(path, error);
  }
}

/** Frames that leave, written as pcap. The header is written with the first frame, or at the end. */
export class FrameFile implements Disposable {
  readonly #path: string;
  readonly #precision: () => Precision;
  readonly #file: Output;
  #writer: PcapWriter | null = null;

  constructor(path: string, precision: () => Precision) {
    this.#path = path;
    this.#precision = precision;
    this.#file = create(path);
  }

  write(packet: Packet): void {
    this.#guard(() => this.#open().write(packet));
  }

  /** Writes what is still held back. */
  end(): void {
    this.#guard(() => this.#open().flush());
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #open(): PcapWriter {
    this.#writer ??= new PcapWriter(this.#file, this.#precision());
    return this.#writer;
  }

  #guard(act: () => void): void {
    guard(this.#path, act);
  }
}

/** Lines of JSON, written in larger pieces. */
export class JsonLines implements Disposable {
  readonly #path: string;
  readonly #file: Output;
  #lines: string[] = [];

  constructor(path: string) {
    this.#path = path;
    this.#file = create(path);
  }

  write(value: unknown): void {
    this.#lines.push(JSON.stringify(value));
    if (this.#lines.length >= 4096) this.end();
  }

  /** Writes what is still held back. */
  end(): void {
    if (this.#lines.length === 0) return;
    const bytes = new TextEncoder().encode(`${this.#lines.join("\n")}\n`);
    this.#lines = [];
    guard(this.#path, () => {
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    });
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** @throws {CommandError} 2 when two paths are one file, which would be lost. */
export function requireDifferent(paths: string[]): void {
  const seen = new Map<string, string>();
  for (const path of paths.filter((path) => path !== "-")) {
    const identity = identityOf(path);
    const before = seen.get(identity);
    if (before !== undefined) throw usageError(`${before} and ${path} are the same file`);
    seen.set(identity, path);
  }
}

/** Device and inode of what exists, else the path. A device such as /dev/null loses nothing. */
function identityOf(path: string): string {
  try {
    const { dev, ino, isFile } = Deno.statSync(path);
    return isFile ? `${dev}:${ino}` : crypto.randomUUID();
  } catch {
    return path;
  }
}

interface Output {
  writeSync(bytes: Uint8Array): number;
  close(): void;
}

function create(path: string): Output {
  if (path === "-") return { writeSync: (bytes) => Deno.stdout.writeSync(bytes), close: () => {} };
  return open(path, "written", { write: true, create: true, truncate: true });
}

function open(path: string, what: string, options: Deno.OpenOptions): Deno.FsFile {
  try {
    const file = Deno.openSync(path, options);
    if (!file.statSync().isDirectory) return file;
    file.close();
    throw new Error("it is a folder");
  } catch (error) {
    throw new CommandError(`${path} cannot be ${what}: ${reason(error)}`);
  }
}

function guard(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw new CommandError(`${path} cannot be written: ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file or folder";
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\).*$/, "");
}
