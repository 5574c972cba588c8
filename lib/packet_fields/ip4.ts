import { formatAddress } from "../net.ts";
import { options } from "./options.ts";
import type { Layer, Show, Walk } from "./walk.ts";
import { hex, named, protocolName, unitsOf, yesNo } from "./words.ts";

const address: Show = (_, bytes) => formatAddress(bytes);

export const ECN = named({ 0: "not capable", 1: "capable", 2: "capable", 3: "congested" });

const OPTIONS: Record<number, string> = {
  7: "record route",
  68: "timestamp",
  130: "security",
  131: "loose source route",
  137: "strict source route",
  148: "router alert",
};

/** RFC 791. */
export const ip4: Layer = (walk) => {
  walk.enter("IPv4");
  const start = walk.at;
  const [version, words = -1] = walk.takeBits(1, [["version", 4], [
    "header length",
    4,
    unitsOf(4),
  ]]);
  if (version !== 4 || words < 5) return null;
  walk.takeBits(1, [["DSCP", 6], ["ECN", 2, ECN]]);
  const length = walk.take(2, "total length", (value) => `${value} bytes`);
  // A packet that says that it ends in its own header is taken for as long as it is.
  if (length >= words * 4) walk.endIn(length - 4);
  walk.take(2, "identification");
  const [, , , offset = -1] = walk.takeBits(2, [
    ["reserved flag", 1, yesNo],
    ["don't fragment", 1, yesNo],
    ["more fragments", 1, yesNo],
    ["fragment offset", 13, unitsOf(8)],
  ]);
  walk.take(1, "TTL");
  const protocol = walk.take(1, "protocol", protocolName);
  walk.take(2, "checksum", checksumOf(walk, start, words * 4));
  walk.take(4, "source", address);
  walk.take(4, "destination", address);
  options(walk, words * 4 - 20, OPTIONS);
  return offset === 0 ? { protocol } : null;
};

/** Tells whether the header's checksum is right (RFC 1071). */
function checksumOf({ frame }: Walk, start: number, length: number): Show {
  return (value, bytes) => {
    const header = frame.subarray(start, start + length);
    if (header.length < length) return hex(value, bytes);
    let sum = 0;
    for (let at = 0; at < length; at += 2) {
      if (at !== 10) sum += header[at]! << 8 | header[at + 1]!;
    }
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    const right = ~sum & 0xffff;
    const told = hex(value, bytes);
    return value === right
      ? `${told} (right)`
      : `${told} (wrong: 0x${right.toString(16).padStart(4, "0")} is right)`;
  };
}
