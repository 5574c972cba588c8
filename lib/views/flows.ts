/**
 * Remembered flows with names in place of ids.
 *
 * @module
 */
import type { FlowQuery, FlowsView, FlowView } from "../question.ts";
import { notACursor } from "./cursor.ts";
import { RefusedError } from "../refused.ts";
import type { Flow } from "../dataplane.ts";
import { formatEndpoint } from "../net.ts";
import type { Running } from "../running.ts";
import { imageServers } from "../snapshot/slots.ts";
import { type ImageServer, readFilter } from "./flow_filter.ts";

const LIMIT_MAX = 10_000;
/**
 * A page may look at this many parts of the tables, of 65,536 buckets each: what is left is for the next page. The
 * program does nothing else meanwhile (some 10 ms a part at most); workers go on.
 */
const LOOKS_MAX = 16;

/**
 * A page of flows; it may be short, or even empty, while there is a cursor to go on with.
 *
 * @throws {RefusedError} 404 for an unknown VIP, server or worker, 400 for a bad address, cursor or limit.
 */
export function viewFlows(running: Running, query: FlowQuery): FlowsView {
  const limit = readLimit(query.limit);
  const servers = new Map([...imageServers(running.ids)].map((server) => [server.slot, server]));
  const filter = readFilter(running, servers, query);
  const flows: FlowView[] = [];
  let cursor: bigint | null = readCursor(query.cursor);
  for (let look = 0; look < LOOKS_MAX && flows.length < limit && cursor !== null; look++) {
    const page = running.dataplane.flows({ ...filter, cursor }, limit - flows.length);
    for (const flow of page.flows) {
      const server = servers.get(flow.server);
      // A flow of a server that left the image is over, whatever the table still holds.
      if (server !== undefined) flows.push(viewFlow(flow, server));
    }
    cursor = page.cursor;
  }
  return { flows, cursor: cursor === null ? null : String(cursor) };
}

function viewFlow(flow: Flow, server: ImageServer): FlowView {
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
