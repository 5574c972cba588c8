/**
 * Numbers and bytes into the fields of an image. What a field cannot hold is refused, not cut to size.
 *
 * @module
 */
import { LITTLE_ENDIAN } from "./layout.ts";

/** Writes at offsets from the image's start. Its functions throw {@link RangeError}. */
export class ImageWriter {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  u8(at: number, value: number): void {
    this.#bytes[at] = fits(value, 0xff);
  }

  u16(at: number, value: number): void {
    this.#view.setUint16(at, fits(value, 0xffff), LITTLE_ENDIAN);
  }

  u32(at: number, value: number): void {
    this.#view.setUint32(at, fits(value, 0xffffffff), LITTLE_ENDIAN);
  }

  u64(at: number, value: number): void {
    this.#view.setBigUint64(at, BigInt(fits(value, Number.MAX_SAFE_INTEGER)), LITTLE_ENDIAN);
  }

  raw(at: number, value: Uint8Array, length: number): void {
    if (value.length !== length) {
      throw new RangeError(`A field of the image takes ${length} bytes, not ${value.length}`);
    }
    this.#bytes.set(value, at);
  }

  /** An address of either family, which goes into a field of its own. */
  address(at: number, familyAt: number, value: Uint8Array): void {
    this.raw(at, value, value.length === 4 ? 4 : 16);
    this.u8(familyAt, value.length === 4 ? 4 : 6);
  }
}

/** Gives the value back when it is a whole number that fits. */
function fits(value: number, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new RangeError(`${value} does not fit a field of the image: 0 to ${max}`);
}
