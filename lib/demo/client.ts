/**
 * The client of the demo: real HTTP/1.1 from given source ports. It runs as a program of its own in
 * the client's namespace and prints what it has counted as JSON lines.
 *
 * @module
 */
import { HttpConnection } from "./http.ts";
import { emptyTally, type Tally } from "./tally.ts";
import { type Connection, round } from "./traffic.ts";

/** Header in which a server says its name. */
export const SERVER_HEADER = "x-served-by";

const TIMEOUT_MS = 5000;
const REPORT_MS = 250;
/** Connections that are open at a time, of each kind. */
const LANES = 6;
const ERRORS = 5;

function pause(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}

function noteError(tally: Tally, { source, port, destination }: Connection, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  if (tally.errors.length >= ERRORS) return;
  tally.errors.push(`${source} port ${port} to ${destination}: ${reason}`);
}

function bump(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

async function useConnection(
  connection: Connection,
  { gap, signal }: ClientOptions,
  tally: Tally,
): Promise<void> {
  const kept = connection.requests > 1;
  using http = new HttpConnection(connection, TIMEOUT_MS);
  const prefix = connection.vip.prefix;
  let first: string | undefined;
  let changed = false;
  for (let n = 0; n < connection.requests && !signal.aborted; n++) {
    tally.requests++;
    try {
      const { headers, reused } = await http.get("/", kept);
      const server = headers.get(SERVER_HEADER);
      if (!server) throw new Error("the answer does not say which server it is from");
      tally.answered++;
      bump(tally.servers[prefix]!, server);
      if (first === undefined) bump(tally.connections[prefix]!, server);
      else if (server !== first || !reused) changed = true;
      first ??= server;
    } catch (error) {
      tally.failed++;
      noteError(tally, connection, error);
      changed = changed || first !== undefined;
    }
    await pause(gap);
  }
  if (!kept) return;
  tally.kept.connections++;
  if (changed) tally.kept.changed++;
}

/** Works a list off, several at a time. */
async function inLanes(
  list: Connection[],
  work: (one: Connection) => Promise<void>,
): Promise<void> {
  const rest = list.values();
  const lane = async () => {
    for (const one of rest) await work(one);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** What the client does. */
export interface ClientOptions {
  /** How many rounds; Infinity: until the signal. */
  rounds: number;
  /** Milliseconds that a connection waits after a request. */
  gap: number;
  /** Ends it once the requests under way are answered. */
  signal: AbortSignal;
}

/** Sends rounds of requests and reports the tally so far several times a second, and at the end. */
export async function runClient(
  options: ClientOptions,
  report: (tally: Tally) => void,
): Promise<void> {
  const tally = emptyTally();
  const timer = setInterval(() => report(tally), REPORT_MS);
  const work = (one: Connection) => useConnection(one, options, tally);
  try {
    for (let index = 0; index < options.rounds && !options.signal.aborted; index++) {
      const list = round(index);
      await Promise.all([
        inLanes(list.filter((one) => one.requests === 1), work),
        inLanes(list.filter((one) => one.requests > 1), work),
      ]);
    }
  } finally {
    clearInterval(timer);
    report(tally);
  }
}
