/**
 * Reads captures (classic pcap with micro- or nanoseconds and both byte orders, pcapng) and writes classic
 * pcap. Ethernet only. Broken files end in a {@linkcode CaptureError}, whatever their bytes are.
 *
 * @module
 */
import { classicOrder, readClassic, viewOf } from "./classic.ts";
import { readNg, SECTION } from "./ng.ts";
import { ByteSource, type Reader } from "./source.ts";
import { type Capture, CaptureError } from "./types.ts";

export { type Capture, CaptureError, MAX_CAPTURED, type Packet, type Precision } from "./types.ts";
export type { Reader } from "./source.ts";
export { PcapWriter, type Sink } from "./writer.ts";

/**
 * Reads a capture piece by piece, so that its size does not matter.
 *
 * @throws {CaptureError} when the first bytes are those of no capture.
 */
export function readCapture(reader: Reader): Capture {
  const source = new ByteSource(reader);
  const magic = source.peek(4);
  if (magic.length === 0) throw new CaptureError("The capture is empty");
  const order = classicOrder(magic);
  if (order !== null) return readClassic(source, order);
  if (magic.length === 4 && viewOf(magic).getUint32(0) === SECTION) return readNg(source);
  throw new CaptureError("The file is no capture: it begins like neither pcap nor pcapng");
}
