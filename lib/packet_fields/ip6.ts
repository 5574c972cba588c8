/**
 * IPv6 and its extension headers (RFC 8200).
 *
 * @module
 */
import { formatAddress } from "../net.ts";
import { ECN } from "./ip4.ts";
import type { Layer, Next, Show, Walk } from "./walk.ts";
import { byteCount, hex, protocolName, unitsOf, yesNo } from "./words.ts";

const address: Show = (_, bytes) => formatAddress(bytes);
const label: Show = (value) => `0x${value.toString(16).padStart(5, "0")}`;

export const ip6: Layer = (walk) => {
  walk.enter("IPv6");
  if (walk.peek() >> 4 !== 6) return null;
  walk.takeBits(4, [["version", 4], ["DSCP", 6], ["ECN", 2, ECN], ["flow label", 20, label]]);
  const length = walk.take(2, "payload length", (value) => `${value} bytes`);
  const next = walk.take(1, "next header", protocolName);
  walk.take(1, "hop limit");
  walk.take(16, "source", address);
  walk.take(16, "destination", address);
  if (walk.left > 0 && length > 0) walk.endIn(length);
  return { protocol: next };
};

/** Hop-by-hop or destination options. */
export function optionHeader(walk: Walk, name: string): Next {
  const { next, left } = begin(walk, name);
  const end = walk.at + left;
  while (walk.at < end && walk.left > 0) takeOption(walk, end - walk.at);
  return { protocol: next };
}

/** Next header and length. `left`: bytes of the header behind them. */
function begin(walk: Walk, name: string): { next: number; left: number } {
  walk.enter(name);
  const next = walk.take(1, "next header", protocolName);
  const words = walk.take(1, "header length", unitsOf(8, 8));
  return { next, left: words < 0 ? 0 : words * 8 + 6 };
}

function takeOption(walk: Walk, left: number): void {
  const kind = walk.peek();
  if (kind === 0) return void walk.take(1, "option: padding", () => "");
  const size = left > 1 ? 2 + (walk.frame[walk.at + 1] ?? left) : left + 1;
  if (size > left) walk.take(left, `option ${kind}, broken`, byteCount);
  else walk.take(size, kind === 1 ? "option: padding" : `option: ${kind}`, byteCount);
}

export function routing(walk: Walk): Next {
  const { next, left } = begin(walk, "IPv6 routing");
  walk.take(1, "routing type");
  walk.take(1, "segments left");
  takeData(walk, left - 2, "data");
  return { protocol: next };
}

export function fragment(walk: Walk): Next | null {
  walk.enter("IPv6 fragment");
  const next = walk.take(1, "next header", protocolName);
  walk.take(1, "reserved");
  const [offset] = walk.takeBits(2, [
    ["fragment offset", 13, unitsOf(8)],
    ["reserved bits", 2],
    ["more fragments", 1, yesNo],
  ]);
  walk.take(4, "identification");
  return offset === 0 ? { protocol: next } : null;
}

/** RFC 4302: its length is in words of 4 bytes, less two. */
export function authentication(walk: Walk): Next {
  walk.enter("AH");
  const next = walk.take(1, "next header", protocolName);
  const words = walk.take(1, "length", unitsOf(4, 8));
  walk.take(2, "reserved");
  walk.take(4, "security parameters index", hex);
  walk.take(4, "sequence number");
  takeData(walk, (words + 2) * 4 - 12, "integrity check value");
  return { protocol: next };
}

function takeData(walk: Walk, length: number, name: string): void {
  if (length > 0) walk.take(length, name, byteCount);
}
