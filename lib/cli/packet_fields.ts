/**
 * Takes a frame apart for people: which bytes are which field.
 *
 * @module
 */
import { formatAddress, formatMac } from "../net.ts";

/** Some bytes of a frame and what they are. */
export interface PacketField {
  offset: number;
  bytes: Uint8Array;
  name: string;
  /** For people; empty where the bytes say it all. */
  value: string;
}

/** Bytes of hex digits. */
export function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

/** All bytes of an Ethernet frame as fields, in order; from the first header not known on, one field. */
export function packetFields(frame: Uint8Array): PacketField[] {
  const reader = new Reader(frame);
  reader.take(6, "Ethernet destination", formatMac);
  reader.take(6, "Ethernet source", formatMac);
  let type = reader.take(2, "Ethernet type", etherName);
  while (type === 0x8100 || type === 0x88a8) {
    reader.take(2, "VLAN tag", (bytes) => String(number(bytes) & 0xfff));
    type = reader.take(2, "Ethernet type", etherName);
  }
  readNetwork(reader, type, "");
  reader.rest("payload");
  return reader.fields;
}

/** Walks over the bytes; what does not fit any more is left to {@linkcode Reader.rest}. */
class Reader {
  readonly fields: PacketField[] = [];
  #at = 0;
  #cut = false;

  constructor(readonly frame: Uint8Array) {}

  /** The field's bytes as a number, or -1 where the frame is too short. */
  take(length: number, name: string, show: (bytes: Uint8Array) => string = decimal): number {
    if (length <= 0) return -1;
    const bytes = this.frame.subarray(this.#at, this.#at + length);
    // Behind a field that is cut, nothing may pass for a smaller one.
    this.#cut ||= bytes.length < length;
    if (this.#cut) return -1;
    this.fields.push({ offset: this.#at, bytes, name, value: show(bytes) });
    this.#at += length;
    return number(bytes);
  }

  /** The next byte, which stays; 0 behind the end. */
  next(): number {
    return this.frame[this.#at] ?? 0;
  }

  rest(name: string): void {
    this.#cut = false;
    this.take(this.frame.length - this.#at, name, (bytes) => `${bytes.length} bytes`);
  }
}

function readNetwork(reader: Reader, type: number, layer: string): void {
  if (type === 0x0800) readIp4(reader, layer);
  else if (type === 0x86dd) readIp6(reader, layer);
}

function readIp4(reader: Reader, layer: string): void {
  const title = `${layer}IPv4`;
  const first = reader.take(1, `${title} version, header length`, hex);
  reader.take(1, `${title} DSCP and ECN`, hex);
  reader.take(2, `${title} length`);
  reader.take(2, `${title} identification`);
  const fragment = reader.take(2, `${title} flags, fragment offset`, hex);
  reader.take(1, `${title} TTL`);
  const protocol = reader.take(1, `${title} protocol`, protocolName);
  reader.take(2, `${title} checksum`, hex);
  reader.take(4, `${title} source`, formatAddress);
  reader.take(4, `${title} destination`, formatAddress);
  reader.take(((first & 15) - 5) * 4, `${title} options`, () => "");
  if ((fragment & 0x1fff) === 0) readTransport(reader, protocol, layer);
}

function readIp6(reader: Reader, layer: string): void {
  const title = `${layer}IPv6`;
  reader.take(4, `${title} version, class, flow label`, hex);
  reader.take(2, `${title} payload length`);
  const protocol = reader.take(1, `${title} next header`, protocolName);
  reader.take(1, `${title} hop limit`);
  reader.take(16, `${title} source`, formatAddress);
  reader.take(16, `${title} destination`, formatAddress);
  readTransport(reader, protocol, layer);
}

function readTransport(reader: Reader, protocol: number, layer: string): void {
  if (protocol === 47) {
    reader.take(2, "GRE flags, version", hex);
    readNetwork(reader, reader.take(2, "GRE protocol", etherName), "inner ");
  } else if (protocol === 4 || protocol === 41) {
    readNetwork(reader, protocol === 4 ? 0x0800 : 0x86dd, "inner ");
  } else if (protocol === 1 || protocol === 58) {
    readIcmp(reader, `${layer}${protocol === 1 ? "ICMP" : "ICMPv6"}`);
  } else if (protocol === 6 || protocol === 17) {
    const title = `${layer}${protocol === 6 ? "TCP" : "UDP"}`;
    reader.take(2, `${title} source port`);
    reader.take(2, `${title} destination port`);
    if (protocol === 6) readTcp(reader, title);
    else {
      reader.take(2, `${title} length`);
      reader.take(2, `${title} checksum`, hex);
      // GUE of variant 1 has no header of its own: an IP packet follows.
      if (layer === "") readNetwork(reader, innerType(reader.next()), "inner ");
    }
  }
}

/** Ethernet type of the IP packet that the byte begins; 0: it begins none. */
function innerType(byte: number): number {
  if (byte >> 4 === 6) return 0x86dd;
  return byte >> 4 === 4 && (byte & 15) >= 5 ? 0x0800 : 0;
}

function readIcmp(reader: Reader, title: string): void {
  const type = reader.take(1, `${title} type`);
  reader.take(1, `${title} code`);
  reader.take(2, `${title} checksum`, hex);
  if (![0, 8, 128, 129].includes(type)) return;
  reader.take(2, `${title} identifier`);
  reader.take(2, `${title} sequence`);
}

function readTcp(reader: Reader, title: string): void {
  reader.take(4, `${title} sequence`);
  reader.take(4, `${title} acknowledgement`);
  const flags = reader.take(2, `${title} header length, flags`, tcpFlags);
  reader.take(2, `${title} window`);
  reader.take(2, `${title} checksum`, hex);
  reader.take(2, `${title} urgent pointer`);
  reader.take(((flags >> 12) - 5) * 4, `${title} options`, () => "");
}

function number(bytes: Uint8Array): number {
  return bytes.length > 6 ? 0 : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

function decimal(bytes: Uint8Array): string {
  return String(number(bytes));
}

function hex(bytes: Uint8Array): string {
  return "0x" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function etherName(bytes: Uint8Array): string {
  const names: Record<number, string> = {
    0x0800: "IPv4",
    0x86dd: "IPv6",
    0x0806: "ARP",
    0x8100: "802.1Q",
    0x88a8: "802.1ad",
  };
  return names[number(bytes)] ?? hex(bytes);
}

function protocolName(bytes: Uint8Array): string {
  const names: Record<number, string> = {
    1: "ICMP",
    4: "IPv4",
    6: "TCP",
    17: "UDP",
    41: "IPv6",
    47: "GRE",
    58: "ICMPv6",
  };
  return names[number(bytes)] ?? decimal(bytes);
}

function tcpFlags(bytes: Uint8Array): string {
  const value = number(bytes);
  const names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];
  return names.filter((_, bit) => (value & (1 << bit)) !== 0).join(" ") || "none";
}
