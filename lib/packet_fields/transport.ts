/**
 * TCP (RFC 9293) and UDP (RFC 768).
 *
 * @module
 */
import { options } from "./options.ts";
import { gue } from "./tunnels.ts";
import type { Layer, Show } from "./walk.ts";
import { hex, number, unitsOf } from "./words.ts";

const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

const flags: Show = (value) =>
  FLAGS.filter((_, bit) => (value & (1 << bit)) !== 0).join(" ") || "none";

const OPTIONS: Record<number, string> = {
  2: "maximum segment size",
  3: "window scale",
  4: "SACK permitted",
  5: "SACK",
  8: "timestamps",
  34: "Fast Open cookie",
};

/** The data behind kind and length. */
const part = (bytes: Uint8Array, from: number, to: number) => number(bytes.subarray(from, to));

const SHOWS: Record<number, Show> = {
  2: (_, bytes) => String(part(bytes, 2, 4)),
  3: (_, bytes) => String(part(bytes, 2, 3)),
  4: () => "",
  8: (_, bytes) => `${part(bytes, 2, 6)}, echo ${part(bytes, 6, 10)}`,
};

export const tcp: Layer = (walk) => {
  walk.enter("TCP");
  walk.take(2, "source port");
  walk.take(2, "destination port");
  walk.take(4, "sequence");
  walk.take(4, "acknowledgement");
  const [words = -1] = walk.takeBits(2, [
    ["header length", 4, unitsOf(4)],
    ["reserved bits", 4],
    ["flags", 8, flags],
  ]);
  walk.take(2, "window");
  walk.take(2, "checksum", hex);
  walk.take(2, "urgent pointer");
  options(walk, words * 4 - 20, OPTIONS, SHOWS);
  return null;
};

export const udp: Layer = (walk) => {
  walk.enter("UDP");
  walk.take(2, "source port");
  const port = walk.take(2, "destination port");
  walk.take(2, "length", (value) => `${value} bytes`);
  walk.take(2, "checksum", (value, bytes) => value === 0 ? "none" : hex(value, bytes));
  return port === walk.guePort ? gue(walk) : null;
};
