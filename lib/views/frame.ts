/**
 * Frames that can begin a flow, with right checksums.
 *
 * @module
 */
import { type Endpoint, NetError } from "../net.ts";

/** Source MAC of the frames: locally administered, nobody's. */
const SOURCE_MAC = Uint8Array.of(2, 0, 0, 0, 0, 1);
const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMP6 = 58;

/** What a frame can be of. */
export type FrameProtocol = "tcp" | "udp" | "icmp";

/** What stands behind the IP header. */
interface Segment {
  bytes: Uint8Array;
  protocol: number;
  /** Where its checksum goes. */
  checksum: number;
}

/**
 * A TCP SYN, a UDP datagram, or an ICMP echo request (ICMPv6 over IPv6), in an Ethernet frame.
 *
 * @param source An echo request has its port as identifier.
 * @param mac Destination, 6 bytes.
 * @param size Of the IP packet in bytes; zeros fill it. Without payload unless given.
 * @throws {NetError} when the two ends are of different families, or headers alone need more than `size`.
 */
export function firstFrame(
  source: Endpoint,
  destination: Endpoint,
  protocol: FrameProtocol,
  mac: Uint8Array,
  size?: number,
): Uint8Array {
  const { family } = source.address;
  if (family !== destination.address.family) {
    throw new NetError(
      `${source.address.text} is IPv${family}, and ${destination.address.text} is not`,
    );
  }
  const header = family === 4 ? ip4Header : ip6Header;
  const segment = SEGMENTS[protocol](source, destination, payloadOf(size, family, protocol));
  writeChecksum(segment, source, destination);
  const ethertype = family === 4 ? Uint8Array.of(0x08, 0x00) : Uint8Array.of(0x86, 0xdd);
  return concat(
    mac,
    SOURCE_MAC,
    ethertype,
    header(source, destination, segment.protocol, segment.bytes.length),
    segment.bytes,
  );
}

const SEGMENTS = { tcp: synSegment, udp: datagram, icmp: echoRequest };
const HEADER_BYTES = { tcp: 20, udp: 8, icmp: 8, 4: 20, 6: 40 };

function payloadOf(size: number | undefined, family: 4 | 6, protocol: FrameProtocol): number {
  const least = HEADER_BYTES[family] + HEADER_BYTES[protocol];
  if (size === undefined || size >= least) return (size ?? least) - least;
  throw new NetError(`an IPv${family} packet of ${protocol} has at least ${least} bytes`);
}

/** The checksum over the segment and what of the IP header it covers. */
function writeChecksum(segment: Segment, source: Endpoint, destination: Endpoint): void {
  const { bytes, protocol } = segment;
  const pseudo = protocol === ICMP ? new Uint8Array() : concat(
    source.address.bytes,
    destination.address.bytes,
    Uint8Array.of(0, protocol, bytes.length >> 8, bytes.length & 0xff),
  );
  const sum = checksum(concat(pseudo, bytes));
  // In UDP, 0 means that there is no checksum (RFC 768).
  setU16(bytes, segment.checksum, sum === 0 && protocol === UDP ? 0xffff : sum);
}

function synSegment(source: Endpoint, destination: Endpoint, payload: number): Segment {
  const segment = new Uint8Array(HEADER_BYTES.tcp + payload);
  setU16(segment, 0, source.port);
  setU16(segment, 2, destination.port);
  segment[12] = 5 << 4; // header of 5 words
  segment[13] = 0x02; // SYN
  setU16(segment, 14, 65_535); // window
  return { bytes: segment, protocol: TCP, checksum: 16 };
}

function datagram(source: Endpoint, destination: Endpoint, payload: number): Segment {
  const segment = new Uint8Array(HEADER_BYTES.udp + payload);
  setU16(segment, 0, source.port);
  setU16(segment, 2, destination.port);
  setU16(segment, 4, segment.length);
  return { bytes: segment, protocol: UDP, checksum: 6 };
}

/** RFC 792, RFC 4443. */
function echoRequest(source: Endpoint, _: Endpoint, payload: number): Segment {
  const segment = new Uint8Array(HEADER_BYTES.icmp + payload);
  const six = source.address.family === 6;
  segment[0] = six ? 128 : 8;
  setU16(segment, 4, source.port);
  return { bytes: segment, protocol: six ? ICMP6 : ICMP, checksum: 2 };
}

function ip4Header(
  source: Endpoint,
  destination: Endpoint,
  protocol: number,
  length: number,
): Uint8Array {
  const header = new Uint8Array(20);
  header[0] = 0x45;
  setU16(header, 2, header.length + length);
  header[6] = 0x40; // do not fragment
  header[8] = 64;
  header[9] = protocol;
  header.set(source.address.bytes, 12);
  header.set(destination.address.bytes, 16);
  setU16(header, 10, checksum(header));
  return header;
}

function ip6Header(
  source: Endpoint,
  destination: Endpoint,
  protocol: number,
  length: number,
): Uint8Array {
  const header = new Uint8Array(40);
  header[0] = 0x60;
  setU16(header, 4, length);
  header[6] = protocol;
  header[7] = 64;
  header.set(source.address.bytes, 8);
  header.set(destination.address.bytes, 24);
  return header;
}

/** RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes[at]! << 8 | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function setU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value & 0xff;
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
