/** One captured frame. */
export interface Packet {
  /** The bytes as captured; fewer than `originalLength` where the capture cut them. */
  data: Uint8Array;
  /** Nanoseconds since 1970. */
  timestamp: bigint;
  /** Bytes of the frame on the wire. */
  originalLength: number;
}

/** How fine the timestamps of a capture are. */
export type Precision = "us" | "ns";

/** The file is no capture, or is broken; the message is a sentence with the byte offset. */
export class CaptureError extends Error {
  override readonly name = "CaptureError";
}

/** A capture under way. */
export interface Capture {
  readonly format: "pcap" | "pcapng";
  /** Right once the first packet was read: pcapng tells it on the way. */
  precision(): Precision;
  /**
   * The packets in the file's order, to be walked once.
   * @throws {CaptureError} where the file is cut off or broken, after what stands before it.
   */
  packets(): Generator<Packet, void, void>;
}

/** The longest captured frame that is believed, as libpcap's own limit is. */
export const MAX_CAPTURED = 262144;
