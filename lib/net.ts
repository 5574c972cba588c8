/**
 * Addresses, prefixes, MAC addresses, endpoints: text to bytes and back. Text that comes out is canonical
 * (RFC 5952 for IPv6), so that equal things are equal strings.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { shown } from "./shown.ts";

/** Text is not what it should be; the message is a sentence with the text in it. */
export class NetError extends Error {
  override readonly name = "NetError";
}

/**
 * An IP address: 4 or 16 bytes in network order, and its canonical text. Whoever asks for the same one gets the same
 * bytes: they are not written to.
 */
export interface Address {
  family: 4 | 6;
  bytes: Uint8Array;
  text: string;
}

/** A prefix; the bits of `bytes` behind `length` are 0. */
export interface Prefix {
  family: 4 | 6;
  bytes: Uint8Array;
  length: number;
  text: string;
}

/** An address with a TCP or UDP port. */
export interface Endpoint {
  address: Address;
  port: number;
}

/**
 * Reads an IPv4 address of four decimal parts or an IPv6 address without a zone.
 *
 * @throws {NetError} for anything else, such as `10.1`, `010.0.0.1` or `fe80::1%eth0`.
 */
export function parseAddress(text: string): Address {
  const known = read.get(text);
  if (known !== undefined) return known;
  const found = readAddress(text);
  if (read.size >= READ_MOST) read.clear();
  read.set(text, found);
  return found;
}

/** Each change reads all addresses of a configuration several times: 200 of 500 ms where it has 30,000. */
const read = new Map<string, Address>();
const READ_MOST = 16_384;

function readAddress(text: string): Address {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return address(Uint8Array.from(ipaddr.IPv4.parse(text).toByteArray()));
  }
  const hex = withoutDottedTail(text);
  if (hex === null || hex.includes("%") || !ipaddr.IPv6.isValid(hex)) {
    throw new NetError(`not an IP address: ${shown(text)}`);
  }
  return address(Uint8Array.from(ipaddr.IPv6.parse(hex).toByteArray()));
}

/**
 * The same, of one family only.
 *
 * @throws {NetError} also when it is an address of the other family.
 */
export function parseAddressOf(family: 4 | 6, text: string): Address {
  try {
    const found = parseAddress(text);
    if (found.family === family) return found;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
  }
  throw new NetError(`not an IPv${family} address: ${shown(text)}`);
}

/** `::ffff:1.2.3.4` as `::ffff:102:304`: the parser below would move any dotted tail into ::ffff:0:0/96. */
function withoutDottedTail(text: string): string | null {
  const at = text.lastIndexOf(":") + 1;
  const tail = text.slice(at);
  if (!tail.includes(".")) return text;
  if (at === 0 || !ipaddr.IPv4.isValidFourPartDecimal(tail)) return null;
  const [a = 0, b = 0, c = 0, d = 0] = tail.split(".").map(Number);
  return `${text.slice(0, at)}${(a << 8 | b).toString(16)}:${(c << 8 | d).toString(16)}`;
}

function address(bytes: Uint8Array): Address {
  return { family: bytes.length === 4 ? 4 : 6, bytes, text: formatAddress(bytes) };
}

/** Canonical text of an address of 4 or 16 bytes. IPv4-mapped addresses keep their dotted tail (RFC 5952 §5). */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new NetError(`an address has 4 or 16 bytes, not ${bytes.length}`);
  const found = ipaddr.fromByteArray([...bytes]) as ipaddr.IPv6;
  return found.isIPv4MappedAddress()
    ? `::ffff:${bytes.subarray(12).join(".")}`
    : found.toRFC5952String();
}

/**
 * Reads `90.0.0.0/8` or `2001:db8::/32`.
 *
 * @throws {NetError} also when host bits are set; the message then names the prefix that was probably meant.
 */
export function parsePrefix(text: string): Prefix {
  const [, host, digits] = /^([^/]*)\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? [];
  if (host === undefined) throw new NetError(notAPrefix(text));
  const { family, bytes } = parseAddressFor(text, host);
  const length = Number(digits);
  if (length > bytes.length * 8) {
    throw new NetError(
      `not a prefix: ${shown(text)} (IPv${family} goes to /${bytes.length * 8})`,
    );
  }
  const masked = mask(bytes, length);
  const canonical = `${formatAddress(masked)}/${length}`;
  if (masked.some((byte, at) => byte !== bytes[at])) {
    throw new NetError(
      `${shown(text)} has bits set behind /${length}; the prefix is ${canonical}`,
    );
  }
  return { family, bytes: masked, length, text: canonical };
}

function parseAddressFor(text: string, host: string): Address {
  try {
    return parseAddress(host);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw new NetError(notAPrefix(text));
  }
}

function notAPrefix(text: string): string {
  const said = `not a prefix: ${shown(text)}`;
  try {
    const { family, text: host } = parseAddress(text);
    return `${said}; the address alone is ${host}/${family === 4 ? 32 : 128}`;
  } catch {
    return `${said}; write an address and a length, such as 90.0.0.0/8`;
  }
}

function mask(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.map((byte, at) => {
    const bits = Math.min(8, Math.max(0, length - at * 8));
    return byte & (0xff00 >> bits);
  });
}

/** Reads six two-digit parts between colons or dashes. @throws {NetError} */
export function parseMac(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}$/i.test(text)) {
    throw new NetError(`not a MAC address: ${shown(text)}`);
  }
  return Uint8Array.from(text.split(/[:-]/), (part) => parseInt(part, 16));
}

/** `02:00:00:00:00:01` */
export function formatMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** Reads `203.0.113.7:40001` or `[2001:db8::7]:40001`. @throws {NetError} */
export function parseEndpoint(text: string): Endpoint {
  const [, v6, v4, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65535) {
    throw new NetError(
      `not an address and port: ${shown(text)}; write 203.0.113.7:40001 or [2001:db8::7]:40001`,
    );
  }
  return { address: v6 === undefined ? parseAddressOf(4, v4 ?? "") : parseAddressOf(6, v6), port };
}

/** The address as given (canonical text) with its port; without one where `port` is null. */
export function formatEndpoint(address: string, port: number | null): string {
  if (port === null) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
