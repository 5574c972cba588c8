/**
 * Which flows are asked for, with ids in place of names.
 *
 * @module
 */
import { knownVip } from "../controller/edit/known.ts";
import type { FlowFilter } from "../dataplane.ts";
import {
  type Address,
  formatAddress,
  NetError,
  parseAddress,
  parseEndpoint,
  parsePrefix,
} from "../net.ts";
import type { FlowQuery } from "../question.ts";
import { RefusedError } from "../refused.ts";
import type { Running } from "../running.ts";
import type { ServerIds } from "../snapshot/slots.ts";
import { shown } from "../shown.ts";

/** A server with the VIP that it is behind. */
export type ImageServer = ServerIds & { vipName: string };

type Client = NonNullable<FlowFilter["client"]>;

/** @param servers By slot id. @throws {RefusedError} */
export function readFilter(
  running: Running,
  servers: ReadonlyMap<number, ImageServer>,
  query: FlowQuery,
): FlowFilter {
  const vip = query.vip === undefined ? null : knownVip(running.config, query.vip);
  const of = [...servers.values()].filter(({ vipName }) => vip === null || vipName === vip);
  return {
    ...vip === null ? {} : { vip: running.ids.vips.get(vip)!.id },
    ...query.worker === undefined ? {} : { worker: readWorker(running, query.worker) },
    ...whose(of, query, vip),
  };
}

function whose(
  servers: ImageServer[],
  { address, client, server }: FlowQuery,
  vip: string | null,
): Pick<FlowFilter, "client" | "servers" | "either"> {
  if (address === undefined) {
    return {
      ...client === undefined ? {} : { client: readClient("client", client) },
      ...server === undefined ? {} : { servers: slotsOf(servers, server, vip) },
    };
  }
  if (client !== undefined || server !== undefined) {
    throw refuse("address", "stands for client and server: give it, or those");
  }
  const wanted = readClient("address", address);
  const within = wanted.port === undefined ? serversWithin(servers, wanted) : [];
  return { client: wanted, servers: within.map(({ slot }) => slot), either: true };
}

/** The same address behind several VIPs is several servers. */
function slotsOf(servers: ImageServer[], text: string, vip: string | null): number[] {
  const address = canonical(text);
  const found = servers.filter((server) => server.address === address);
  if (found.length > 0) return found.map(({ slot }) => slot);
  const message = `no server ${address}${vip === null ? "" : ` behind ${vip}`}`;
  throw refuse("server", message, 404);
}

function canonical(text: string): string {
  try {
    return parseAddress(text).text;
  } catch (error) {
    throw error instanceof NetError ? refuse("server", error.message, 404) : error;
  }
}

/** An address, a prefix, or an address with a port. */
function readClient(path: string, text: string): Client {
  try {
    if (text.includes("/")) return parsePrefix(text);
    if (/^\[|^[^:]*:\d*$/.test(text)) {
      const { address, port } = parseEndpoint(text);
      // Port 0 would be any port.
      if (port > 0) return { ...whole(address), port };
    }
    return whole(parseAddress(text));
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw refuse(
      path,
      text.includes("/")
        ? error.message
        : `${shown(text)} is no address: write 203.0.113.7, 203.0.113.7:40001 or 203.0.113.0/24`,
    );
  }
}

function whole({ family, bytes }: Address): Client {
  return { family, bytes, length: bytes.length * 8 };
}

/** Addresses are canonical: only to find a prefix they must be read. */
function serversWithin(servers: ImageServer[], wanted: Client): ImageServer[] {
  const { bytes, length } = wanted;
  if (length < bytes.length * 8) {
    return servers.filter(({ address }) => holds(wanted, parseAddress(address)));
  }
  const text = formatAddress(bytes);
  return servers.filter(({ address }) => address === text);
}

function holds({ family, bytes, length }: Client, address: Address): boolean {
  return family === address.family &&
    address.bytes.every((byte, at) => {
      const bits = Math.min(8, Math.max(0, length - at * 8));
      return ((byte ^ bytes[at]!) & (0xff00 >> bits)) === 0;
    });
}

function readWorker({ dataplane }: Running, worker: number): number {
  if (worker < dataplane.workers) return worker;
  const last = dataplane.workers - 1;
  throw refuse("worker", `no worker ${worker}: they are 0 to ${last}`, 404);
}

function refuse(path: string, message: string, status: 400 | 404 = 400): RefusedError {
  return new RefusedError(status, [{ path, message }]);
}
