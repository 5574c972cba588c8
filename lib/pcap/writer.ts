import { MAGIC_NS, MAGIC_US, viewOf } from "./classic.ts";
import { MAX_CAPTURED, type Packet, type Precision } from "./types.ts";

/** What bytes are written to. */
export interface Sink {
  writeSync(bytes: Uint8Array): number;
}

const CHUNK = 1 << 18;

/** Writes a classic pcap file of Ethernet frames, little-endian. Call {@linkcode flush} at the end. */
export class PcapWriter {
  readonly #sink: Sink;
  readonly #tick: bigint;
  readonly #buffer = new Uint8Array(CHUNK + MAX_CAPTURED);
  readonly #view = viewOf(this.#buffer);
  #length = 0;

  constructor(sink: Sink, precision: Precision) {
    this.#sink = sink;
    this.#tick = precision === "us" ? 1000n : 1n;
    this.#u32(precision === "us" ? MAGIC_US : MAGIC_NS);
    this.#u32(2 | 4 << 16); // version 2.4
    this.#u32(0); // time zone and accuracy of the times: always 0
    this.#u32(0);
    this.#u32(MAX_CAPTURED);
    this.#u32(1); // Ethernet
  }

  /** Adds a frame. Times that the format cannot hold (after 2106) start again at 1970. */
  write(packet: Packet): void {
    const { timestamp, data } = packet;
    this.#u32(Number(timestamp / 1_000_000_000n & 0xffffffffn));
    this.#u32(Number(timestamp % 1_000_000_000n / this.#tick));
    this.#u32(data.length);
    this.#u32(packet.originalLength);
    this.#buffer.set(data, this.#length);
    this.#length += data.length;
    if (this.#length >= CHUNK - 16) this.flush();
  }

  /** Gives everything to the sink. */
  flush(): void {
    for (let at = 0; at < this.#length;) {
      at += this.#sink.writeSync(this.#buffer.subarray(at, this.#length));
    }
    this.#length = 0;
  }

  #u32(value: number): void {
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }
}
