/**
 * Where a program ends, for what was written behind it.
 *
 * @module
 */

const MAGIC = 0x7f454c46;
const CLASS_64 = 2;

/**
 * The size of a program that the linker made: its section headers stand last.
 *
 * @throws {Error} when that is not a 64-bit ELF program in little-endian order.
 */
export function elfSize(program: Uint8Array): number {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  if (view.byteLength < 64 || view.getUint32(0) !== MAGIC || view.getUint8(4) !== CLASS_64) {
    throw new Error("This is not a 64-bit ELF program");
  }
  const headers = Number(view.getBigUint64(0x28, true));
  const size = headers + view.getUint16(0x3a, true) * view.getUint16(0x3c, true);
  if (size > view.byteLength) throw new Error(`This program is cut off: ${view.byteLength} bytes`);
  return size;
}
