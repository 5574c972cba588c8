/**
 * Packets of clients at random: every protocol, options, extension headers, sizes about the MTUs.
 *
 * @module
 */
import { be, type Bytes, bytes, extension, fragmentHeader, ip, ipv4, ipv6 } from "../frame.ts";
import { authentication, tcp, udp } from "../frame.ts";
import { echo, echo6, icmp4, icmp6 } from "../icmp.ts";
import type { Random } from "./random.ts";

const SIZES = [0, 0, 1, 7, 40, 100, 500, 1180, 1232, 1300, 1372, 1420, 1436, 1452, 1460, 1472];
const OPTIONS = [
  bytes(1, 1, 1, 1),
  bytes(148, 4, 0, 0),
  bytes(7, 7, 4, 0, 0, 0, 0, 0),
  bytes(130, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 7, 3, 4, 0),
  bytes(7, 3, 4, 130, 3, 9, 0, 0),
  bytes(7, 0, 0, 0),
  bytes(130, 40, 0, 0),
];
const EXTENSIONS = [
  [extension(0)],
  [extension(60, 2)],
  [extension(43)],
  [authentication()],
  [fragmentHeader(0, false)],
  [extension(0), extension(43, 2), fragmentHeader(0, false), extension(60)],
];

/** Who sends what to whom. */
export interface Said {
  from: string;
  to: string;
  sport: number;
  dport: number;
  /** 0: some ICMP message. */
  protocol: number;
}

/** A TTL: mostly one that is far from its end. */
export function ttl(random: Random): number {
  return random.once(12) ? random.pick([1, 1, 2, 0]) : 64;
}

function payload(random: Random): Bytes {
  if (random.once(40)) return random.bytes(random.pick([2900, 8900]));
  return random.bytes(random.pick(SIZES) + random.below(3));
}

/** What stands behind the IP header. */
function segment(random: Random, said: Said, data: Bytes): Bytes {
  const { from, to, protocol } = said;
  const six = from.includes(":");
  if (protocol === 6) return tcp(said, data, random.pick([0x02, 0x10, 0x18, 0x11]));
  if (protocol === 17) return udp(said, data, random.once(4));
  if (protocol !== 0) return bytes(be(random.next(), 4), data);
  const odd = random.once(4);
  if (six) {
    return odd
      ? icmp6({ from, to }, random.below(256), 0, bytes(0, 0, 0, 0, data))
      : echo6(said, data);
  }
  return odd ? icmp4(random.below(256), 0, bytes(0, 0, 0, 0, data)) : echo(data);
}

/** An IP packet. */
export function packetOf(random: Random, said: Said, data = payload(random)): Bytes {
  const { from, to } = said;
  const behind = segment(random, said, data);
  if (from.includes(":")) {
    return ipv6({
      from,
      to,
      protocol: said.protocol || 58,
      hopLimit: ttl(random),
      trafficClass: random.below(256),
      flowLabel: random.below(1 << 20),
      extensions: random.once(6) ? random.pick(EXTENSIONS) : [],
    }, behind);
  }
  return ipv4({
    from,
    to,
    protocol: said.protocol || 1,
    ttl: ttl(random),
    tos: random.below(256),
    id: random.below(65536),
    fragment: random.once(2) ? 0x4000 : 0,
    options: random.once(10) ? random.pick(OPTIONS) : bytes(),
  }, behind);
}

/** An address of a prefix: one of a few, so that flows come again. */
export function addressIn(random: Random, prefix: string): string {
  const [text = "", length = ""] = prefix.split("/");
  const address = ip(text);
  if (Number(length) < address.length * 8) address[address.length - 1]! += random.below(3);
  return words(address);
}

/** An address as the builders take it. */
export function words(address: Uint8Array): string {
  if (address.length === 4) return address.join(".");
  const hex = Array.from(address, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.match(/..../g)!.join(":");
}
