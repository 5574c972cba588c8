/**
 * An image that is right in all its parts, and ways to spoil it.
 *
 * @module
 */
import { encodeImage, loadLibrary } from "../../ffi/mod.ts";
import { frame } from "../packets/frame.ts";
import { tablesOf } from "../packets/tables.ts";

/** A frame that the tables forward. */
export const FRAME = frame({ from: "203.0.113.7", to: "90.2.2.3", sport: 4001, dport: 80 });
/** VIPs of several encaps, one of them with keys besides its own. */
export const TABLES = tablesOf([
  // An outer header that may be fragmented has a number, which counts up.
  { prefix: "90.0.0.0/8", size: 16, df: "set", servers: ["10.0.0.1", "10.0.0.2"] },
  { prefix: "90.1.0.0/16", protocol: 6, port: 443, size: 16, servers: ["10.0.0.3"] },
  { prefix: "2002::/16", encap: "gre6", size: 16, servers: ["2001:db8:1::1"] },
  {
    prefix: "91.0.0.0/8",
    encap: "nat4",
    port: 80,
    nodePort: 30080,
    size: 16,
    servers: ["10.0.0.4"],
  },
  { prefix: "92.0.0.0/8", encap: "l3dsr", dscp: 2, size: 16, servers: ["10.0.0.5"] },
], { entropy4: "10.64.0.0/10", entropy6: "100::/64", own: ["10.0.0.254", "2001:db8:1::fe"] });

/** Spoils an image in place, or gives another. */
export type Broken = (image: DataView<ArrayBuffer>) => DataView<ArrayBuffer> | void;

/** Offsets of the fields, as the library tells them. */
export function layout() {
  return loadLibrary().layout;
}

/** Writes 4 bytes at a field of the image's header. */
export function head(field: keyof ReturnType<typeof layout>["gw_image"], value: number): Broken {
  return (image) => image.setUint32(layout().gw_image[field], value, true);
}

/** The same in 1 byte. */
export function headByte(field: "ip4_entropy_len" | "ip6_entropy_len", value: number): Broken {
  return (image) => image.setUint8(layout().gw_image[field], value);
}

/** Writes into record `index` of a section. */
export function record(
  section: "ports" | "vips" | "keys" | "servers" | "hops" | "own",
  index: number,
  offset: number,
  value: number,
  size: 1 | 2 | 4 = 4,
): Broken {
  return (image) => {
    const names = {
      ports: "port",
      vips: "vip",
      keys: "key",
      servers: "server",
      hops: "hop",
      own: "own",
    } as const;
    const start = image.getUint32(layout().gw_image[`${section}_off`], true);
    const at = start + index * layout()[`gw_image_${names[section]}`].size + offset;
    if (size === 1) image.setUint8(at, value);
    else if (size === 2) image.setUint16(at, value, true);
    else image.setUint32(at, value, true);
  };
}

/** Writes a slot of the tables. */
export function slot(index: number, value: number): Broken {
  return (image) => {
    const start = Number(image.getBigUint64(layout().gw_image.slots_off, true));
    image.setUint32(start + index * 4, value, true);
  };
}

/** Cuts bytes off its end. */
export function cut(bytes: number, alsoTell = false): Broken {
  return (image) => {
    const shorter = new DataView(image.buffer.slice(0, image.byteLength - bytes));
    if (alsoTell) {
      shorter.setBigUint64(layout().gw_image.length, BigInt(shorter.byteLength), true);
    }
    return shorter;
  };
}

/** The image of the tables, spoilt. */
export function breakImage(broken: Broken): Uint8Array<ArrayBuffer> {
  const image = new DataView(encodeImage(TABLES, layout()).buffer);
  return new Uint8Array((broken(image) ?? image).buffer);
}
