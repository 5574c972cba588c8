/**
 * What the kernel of this machine knows of routes and neighbours, by rtnetlink.
 *
 * @module
 */
import { type Address, formatAddress, formatMac } from "../lib/net.ts";
import { errorBuffer, text, unwrap } from "./error.ts";
import { held } from "./held.ts";
import { LITTLE_ENDIAN } from "./layout.ts";
import { type Library, loadLibrary } from "./library.ts";

/** How packets to an address leave, or by a default route. */
export interface FoundRoute {
  /** RTN_UNICAST … of linux/rtnetlink.h. */
  type: number;
  /** Name of the network device. */
  dev: string;
  /** Null: there is no gateway. */
  via: string | null;
  /** Undefined: it has none of its own. */
  mtu: number | undefined;
}

/** An entry of a neighbour table. */
export interface FoundNeighbour {
  dev: string;
  address: string;
  mac: string | null;
  /** NUD_REACHABLE … of linux/neighbour.h. */
  state: number;
}

/** Room for neighbours that nobody asked for. */
const SPARE = 64;

/**
 * @param asked Addresses, and families whose default route is meant.
 * @returns In the same order; null: no route, or one that leads nowhere.
 * @throws {DataplaneError} when the kernel cannot be asked. @throws {Error} when the library is not there.
 */
export async function readRoutes(asked: readonly (Address | 4 | 6)[]): Promise<
  (FoundRoute | null)[]
> {
  const { layout, symbols } = loadLibrary();
  const at = layout.gw_route;
  const records = new Uint8Array(asked.length * at.size);
  asked.forEach((one, i) => {
    const record = records.subarray(i * at.size, (i + 1) * at.size);
    record[at.family] = typeof one === "number" ? one : one.family;
    if (typeof one === "number") record[at.is_default] = 1;
    else record.set(one.bytes, at.address);
  });
  const err = errorBuffer();
  unwrap(await held(symbols.gw_routes, records, asked.length, err), err, "gw_routes");
  return asked.map((_, i) => {
    const record = records.subarray(i * at.size, (i + 1) * at.size);
    const [type = 0, family = 0] = [record[at.type], record[at.via_family]];
    const dev = text(record.subarray(at.dev, at.dev + 16));
    if (type === 0 || dev === "") return null;
    const via = family === 0 ? null : addressAt(record, at.via, family);
    const mtu = new DataView(record.buffer, record.byteOffset).getUint32(at.mtu, LITTLE_ENDIAN);
    return { type, dev, via, mtu: mtu === 0 ? undefined : mtu };
  });
}

/**
 * All entries of both families.
 *
 * @param about How many there may be; more than that takes a second call.
 * @throws as {@linkcode readRoutes}
 */
export async function readNeighbours(about: number): Promise<FoundNeighbour[]> {
  const library = loadLibrary();
  const { layout: { gw_neighbour: at }, symbols } = library;
  const room = about + SPARE;
  const records = new Uint8Array(room * at.size);
  const err = errorBuffer();
  const count = unwrap(
    await held(symbols.gw_neighbours, records, room, err),
    err,
    "gw_neighbours",
  );
  if (count > room) return readNeighbours(count);
  return Array.from({ length: count }, (_, i) => readNeighbour(library, records, i));
}

function readNeighbour({ layout }: Library, records: Uint8Array, index: number): FoundNeighbour {
  const at = layout.gw_neighbour;
  const record = records.subarray(index * at.size, (index + 1) * at.size);
  const view = new DataView(record.buffer, record.byteOffset);
  return {
    dev: text(record.subarray(at.dev, at.dev + 16)),
    address: addressAt(record, at.address, record[at.family]!),
    mac: record[at.has_mac] === 1 ? formatMac(record.subarray(at.mac, at.mac + 6)) : null,
    state: view.getUint16(at.state, LITTLE_ENDIAN),
  };
}

/**
 * Makes the kernel look for neighbours.
 *
 * @throws as {@linkcode readRoutes}
 */
export async function resolveNeighbours(
  neighbours: readonly { dev: string; address: Address }[],
): Promise<void> {
  const { layout: { gw_neighbour: at }, symbols } = loadLibrary();
  const records = new Uint8Array(neighbours.length * at.size);
  neighbours.forEach(({ dev, address }, i) => {
    const record = records.subarray(i * at.size, (i + 1) * at.size);
    record.set(address.bytes, at.address);
    record.set(new TextEncoder().encode(dev).subarray(0, 15), at.dev);
    record[at.family] = address.family;
  });
  const err = errorBuffer();
  unwrap(await held(symbols.gw_resolve, records, neighbours.length, err), err, "gw_resolve");
}

function addressAt(record: Uint8Array, at: number, family: number): string {
  return formatAddress(record.subarray(at, at + (family === 4 ? 4 : 16)));
}
