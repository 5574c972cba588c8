/**
 * ICMP (RFC 792) and ICMPv6 (RFC 4443, RFC 4861), with the packet that an error is about.
 *
 * @module
 */
import { formatAddress } from "../net.ts";
import type { Layer, Next, Show, Walk } from "./walk.ts";
import { hex, named, yesNo } from "./words.ts";

const address: Show = (_, bytes) => formatAddress(bytes);

const TYPES4: Record<number, string> = {
  0: "echo reply",
  3: "unreachable",
  5: "redirect",
  8: "echo request",
  11: "time exceeded",
  12: "parameter problem",
};

const UNREACHABLE4: Record<number, string> = {
  0: "network",
  1: "host",
  2: "protocol",
  3: "port",
  4: "fragmentation needed",
  13: "prohibited",
};

const TYPES6: Record<number, string> = {
  1: "unreachable",
  2: "packet too big",
  3: "time exceeded",
  4: "parameter problem",
  128: "echo request",
  129: "echo reply",
  133: "router solicitation",
  134: "router advertisement",
  135: "neighbour solicitation",
  136: "neighbour advertisement",
};

const UNREACHABLE6: Record<number, string> = {
  0: "no route",
  1: "prohibited",
  3: "address",
  4: "port",
};

const EXCEEDED: Record<number, string> = { 0: "in transit", 1: "in reassembly" };

/** The packet that an error is about; only its beginning is there. */
function quoted(walk: Walk, ether: number): Next {
  walk.goQuoted();
  return { ether };
}

export const icmp4: Layer = (walk) => {
  walk.enter("ICMP");
  const type = walk.take(1, "type", named(TYPES4));
  const code = walk.take(1, "code", named(type === 3 ? UNREACHABLE4 : type === 11 ? EXCEEDED : {}));
  walk.take(2, "checksum", hex);
  if (type === 0 || type === 8) return echo(walk);
  if (type === 3 && code === 4) {
    walk.take(2, "unused");
    walk.take(2, "MTU of the next hop");
  } else if (type === 3 || type === 11) walk.take(4, "unused");
  else if (type === 5) walk.take(4, "gateway", address);
  else if (type === 12) {
    walk.take(1, "pointer");
    walk.take(3, "unused");
  } else return null;
  return quoted(walk, 0x0800);
};

export const icmp6: Layer = (walk) => {
  walk.enter("ICMPv6");
  const type = walk.take(1, "type", named(TYPES6));
  walk.take(1, "code", named(type === 1 ? UNREACHABLE6 : type === 3 ? EXCEEDED : {}));
  walk.take(2, "checksum", hex);
  switch (type) {
    case 128:
    case 129:
      return echo(walk);
    case 1:
    case 3:
      walk.take(4, "unused");
      return quoted(walk, 0x86dd);
    case 2:
      walk.take(4, "MTU");
      return quoted(walk, 0x86dd);
    case 4:
      walk.take(4, "pointer");
      return quoted(walk, 0x86dd);
    case 135:
    case 136:
      return neighbour(walk);
  }
  return null;
};

function echo(walk: Walk): null {
  walk.take(2, "identifier");
  walk.take(2, "sequence");
  return null;
}

function neighbour(walk: Walk): null {
  walk.takeBits(4, [
    ["router", 1, yesNo],
    ["solicited", 1, yesNo],
    ["override", 1, yesNo],
    ["reserved bits", 29],
  ]);
  walk.take(16, "target", address);
  return null;
}
