import { hexBytes, type PacketField } from "../packet_fields.ts";
import { bitsOf } from "../packet_fields/bits.ts";

const ROW = 8;

/**
 * A line for each field of a frame: mark, offset, bytes, layer, name and value. Bytes that do not fit go on below; of
 * bytes that fields share, each shows its own bits.
 *
 * @param lone The mark of fields that the other frame has not.
 */
export function packetLines(hex: string, fields: PacketField[], lone: string): string[] {
  const frame = hexBytes(hex);
  const width = fields.reduce((most, { layer }) => Math.max(most, layer.length), 0);
  let before = "";
  return fields.flatMap((field) => {
    const { layer, name, offset, text, changed } = field;
    const mark = changed === undefined ? " " : changed === "value" ? "*" : lone;
    const head = layer === before ? "" : layer;
    before = layer;
    return rowsOf(frame, field).map((row, at) => {
      const place = (offset + at * ROW).toString(16).padStart(4, "0");
      const words = at > 0 ? "" : `${head.padEnd(width)}  ${name}${text === "" ? "" : `: ${text}`}`;
      return `${mark} ${place}  ${row.padEnd(3 * ROW - 1)}  ${words}`.trimEnd();
    });
  });
}

function rowsOf(frame: Uint8Array, { offset, length, bits }: PacketField): string[] {
  const bytes = frame.subarray(offset, offset + length);
  if (bits !== undefined && length <= 2) return [bitsOf(bytes, bits)];
  return Array.from({ length: Math.ceil(length / ROW) }, (_, at) => {
    const row = bytes.subarray(at * ROW, (at + 1) * ROW);
    return Array.from(row, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  });
}
