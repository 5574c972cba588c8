/**
 * Remembered flows with names in place of ids.
 *
 * @module
 */
import type { FlowQuery, FlowsView, FlowView } from "../question.ts";
import { notACursor } from "./cursor.ts";
import { RefusedError } from "../refused.ts";
import type { Flow } from "../dataplane.ts";
import { knownVip } from "../controller/edit/known.ts";
import { formatEndpoint, NetError, parseAddress } from "../net.ts";
import type { Running } from "../running.ts";
import { imageServers, type ServerIds } from "../snapshot/slots.ts";

const LIMIT_MAX = 10_000;
/** A page may look at this many parts of the tables: what is left is for the next page. */
const LOOKS_MAX = 256;

/**
 * A page of flows; it may be short, or even empty, while there is a cursor to go on with.
 *
 * @throws {RefusedError} 404 for an unknown VIP or server, 400 for a bad cursor or limit.
 */
export function viewFlows(running: Running, query: FlowQuery): FlowsView {
  const limit = readLimit(query.limit);
  const vip = query.vip === undefined ? null : knownVip(running.config, query.vip);
  const servers = new Map([...imageServers(running.ids)].map((server) => [server.slot, server]));
  const wanted = query.server === undefined ? null : wantedSlots(servers, query.server, vip);
  const ask = {
    ...(vip === null ? {} : { vip: running.ids.vips.get(vip)!.id }),
    ...(wanted?.size === 1 ? { server: [...wanted][0]! } : {}),
  };
  const flows: FlowView[] = [];
  let cursor: bigint | null = readCursor(query.cursor);
  for (let look = 0; look < LOOKS_MAX && flows.length < limit && cursor !== null; look++) {
    const page = running.dataplane.flows({ ...ask, cursor }, limit - flows.length);
    for (const flow of page.flows) {
      const server = servers.get(flow.server);
      // A flow of a server that left the image is over, whatever the table still holds.
      if (server === undefined || wanted?.has(flow.server) === false) continue;
      flows.push(viewFlow(flow, server));
    }
    cursor = page.cursor;
  }
  return { flows, cursor: cursor === null ? null : String(cursor) };
}

function viewFlow(flow: Flow, server: ServerIds & { vipName: string }): FlowView {
  const hasPorts = flow.sourcePort !== 0 || flow.destinationPort !== 0;
  return {
    vip: server.vipName,
    server: server.address,
    protocol: PROTOCOLS[flow.protocol] ?? String(flow.protocol),
    source: formatEndpoint(flow.source, hasPorts ? flow.sourcePort : null),
    destination: formatEndpoint(flow.destination, hasPorts ? flow.destinationPort : null),
    worker: flow.worker,
    age_seconds: flow.age,
    idle_seconds: flow.idle,
  };
}

const PROTOCOLS: Record<number, string> = {
  1: "icmp",
  6: "tcp",
  17: "udp",
  47: "gre",
  50: "esp",
  58: "icmp6",
  132: "sctp",
};

/** The same address behind several VIPs is several servers. */
function wantedSlots(
  servers: Map<number, ServerIds & { vipName: string }>,
  text: string,
  vip: string | null,
): Set<number> {
  const address = canonical(text);
  const found = [...servers.values()].filter((server) =>
    server.address === address && (vip === null || server.vipName === vip)
  );
  if (found.length > 0) return new Set(found.map(({ slot }) => slot));
  const message = `no server ${address}${vip === null ? "" : ` behind ${vip}`}`;
  throw new RefusedError(404, [{ path: "server", message }]);
}

function canonical(text: string): string {
  try {
    return parseAddress(text).text;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw new RefusedError(404, [{ path: "server", message: error.message }]);
  }
}

function readCursor(text: string | undefined): bigint {
  if (text === undefined) return 0n;
  if (/^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n) return BigInt(text);
  throw notACursor(text);
}

function readLimit(limit = 100): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  const message = `must be 1 to ${LIMIT_MAX}, not ${limit}`;
  throw new RefusedError(400, [{ path: "limit", message }]);
}
