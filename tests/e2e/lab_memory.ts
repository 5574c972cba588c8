/**
 * How much memory a program holds over time.
 *
 * @module
 */
import { readFileSync } from "node:fs";

const SAMPLE_MS = 500;

/** Resident bytes of a process by kind. Tables in a tmpfs are `shared`; all else is `own`. */
export interface Resident {
  own: number;
  shared: number;
}

/** @throws {Error} when the process is gone */
export function residentOf(pid: number): Resident {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (field: string) =>
    1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? NaN);
  return { own: bytes("RssAnon"), shared: bytes("RssShmem") };
}

/** Looks at a process again and again, until its scope ends. */
export class MemoryWatch implements Disposable {
  readonly #samples: number[] = [];
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(pid: number) {
    this.#timer = setInterval(() => this.#samples.push(residentOf(pid).own), SAMPLE_MS);
  }

  /**
   * Own memory in bytes, the median of each part of the time so far: what is collected only now and then goes up and
   * down, and a leak goes up from part to part.
   */
  parts(count: number): number[] {
    const size = Math.floor(this.#samples.length / count);
    return Array.from({ length: count }, (_, at) => {
      const part = this.#samples.slice(at * size, (at + 1) * size).toSorted((a, b) => a - b);
      return part[part.length >> 1] ?? NaN;
    });
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
