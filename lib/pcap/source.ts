import { CaptureError } from "./types.ts";

/** What bytes are read from: a file, stdin, or a test's array. */
export interface Reader {
  /** Fills some of the buffer; null at the end. */
  readSync(into: Uint8Array): number | null;
}

const CHUNK = 1 << 20;

/**
 * Takes a file apart in pieces without holding it whole. A piece stays valid after the next is
 * taken: full buffers are left to whoever still looks at them, and a new one is begun.
 */
export class ByteSource {
  readonly #reader: Reader;
  #buffer = new Uint8Array(CHUNK);
  #start = 0;
  #end = 0;
  /** File offset of the byte at #start. */
  #offset = 0;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** File offset of the next byte. */
  get offset(): number {
    return this.#offset;
  }

  /** True when nothing is left. */
  atEnd(): boolean {
    return !this.#fill(1);
  }

  /** The next bytes without taking them; fewer at the end of the file. */
  peek(length: number): Uint8Array {
    this.#fill(length);
    return this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + length));
  }

  /**
   * Takes exactly `length` bytes.
   *
   * @param what what they are, for the error
   * @throws {CaptureError} when the file ends before.
   */
  take(length: number, what: string): Uint8Array {
    if (!this.#fill(length)) throw this.#cutOff(what);
    const piece = this.#buffer.subarray(this.#start, this.#start + length);
    this.#start += length;
    this.#offset += length;
    return piece;
  }

  /** Passes over `length` bytes without keeping them. @throws {CaptureError} as above. */
  skip(length: number, what: string): void {
    for (let left = length; left > 0;) {
      if (!this.#fill(1)) throw this.#cutOff(what);
      const step = Math.min(left, this.#end - this.#start);
      this.#start += step;
      this.#offset += step;
      left -= step;
    }
  }

  #cutOff(what: string): CaptureError {
    const end = this.#offset + this.#end - this.#start;
    return new CaptureError(`The capture is cut off at byte ${end}, in ${what}`);
  }

  /** Makes `length` bytes available in one piece; false when the file has fewer. */
  #fill(length: number): boolean {
    if (this.#end - this.#start >= length) return true;
    if (this.#start + length > this.#buffer.length) this.#renew(length);
    while (this.#end - this.#start < length) {
      const got = this.#reader.readSync(this.#buffer.subarray(this.#end));
      if (got === null || got === 0) return false;
      this.#end += got;
    }
    return true;
  }

  #renew(length: number): void {
    const next = new Uint8Array(Math.max(CHUNK, length));
    next.set(this.#buffer.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
    this.#buffer = next;
  }
}
