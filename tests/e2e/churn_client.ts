/**
 * Keeps connections open and asks something on each again and again: `churn_client.ts COUNT PLACE…`, a place
 * being `ADDRESS PORT`, or `ADDRESS PORT http`, with so many connections each. A connection that ends is made anew. Prints an
 * {@linkcode End} for each that ended, and a {@linkcode State} every second.
 *
 * @module
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A connection that ended although nobody wanted it to. Times are in ms since the epoch. */
export interface End {
  kind: "end";
  place: string;
  /** Who answered on it; null: nobody did yet. */
  server: string | null;
  opened: number;
  /** Of the last answer; when it was opened if there was none. */
  answered: number;
  ended: number;
  /** In words: an error, or that another server answered. */
  why: string;
}

/** How it stands. */
export interface State {
  kind: "state";
  /** Connections on which somebody has answered, by place. */
  open: Record<string, number>;
  /** Questions that were answered since the start. */
  answers: number;
  /** Of the open connections, by place and server. */
  servers: Record<string, Record<string, number>>;
}

const PATIENCE_MS = 10_000;
/** Between the questions of a connection, at most. */
const PAUSE_MS = 4000;

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, (0.5 + Math.random() / 2) * PAUSE_MS));
}

/** What the server says up to the last line, which it ends with. */
async function readLine(socket: Socket): Promise<string> {
  let text = "";
  while (!text.endsWith("\n") || text.endsWith("\r\n")) {
    const [part] = await once(socket, "data", { signal: AbortSignal.timeout(PATIENCE_MS) });
    text += part;
  }
  return text.trim();
}

class Connection {
  server: string | null = null;
  readonly opened = Date.now();
  answered = this.opened;
  readonly #socket: Socket;
  readonly #host: string;
  readonly #http: boolean;

  constructor(place: string) {
    const [host = "", port, kind] = place.split(" ");
    this.#host = host;
    this.#http = kind === "http";
    this.#socket = connect({ host, port: Number(port), noDelay: true });
    this.#socket.setEncoding("latin1");
    // Errors show where something is waited for.
    this.#socket.on("error", () => {});
  }

  /** Asks for ever. @throws {Error} when the connection breaks, or another server answers */
  async ask(answered: () => void): Promise<never> {
    const broken = once(this.#socket, "close").then(() => {
      throw this.#socket.errored ?? new Error("the server closed it");
    });
    broken.catch(() => {});
    try {
      for (let n = 0;; n++) {
        const line = readLine(this.#socket);
        line.catch(() => {});
        this.#socket.write(this.#http ? `GET / HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n` : `${n}\n`);
        this.#check(n, await Promise.race([line, broken]));
        answered();
        await Promise.race([pause(), broken]);
      }
    } finally {
      this.#socket.destroy();
    }
  }

  #check(n: number, answer: string): void {
    const line = answer.split("\n").at(-1)!;
    const [server = "", number] = line.split(" ");
    if (!this.#http && Number(number) !== n) {
      throw new Error(`question ${n} was answered with ${line}`);
    }
    if (this.server !== null && server !== this.server) throw new Error(`${server} answered`);
    this.server = server;
    this.answered = Date.now();
  }
}

function state(places: string[], all: Map<Connection, string>, answers: number): State {
  const servers: State["servers"] = Object.fromEntries(places.map((place) => [place, {}]));
  const open: State["open"] = Object.fromEntries(places.map((place) => [place, 0]));
  for (const [{ server }, place] of all) {
    if (server === null) continue;
    open[place]!++;
    servers[place]![server] = (servers[place]![server] ?? 0) + 1;
  }
  return { kind: "state", open, answers, servers };
}

async function main(count: number, places: string[]): Promise<void> {
  const all = new Map<Connection, string>();
  let answers = 0;
  const print = (value: End | State) => console.log(JSON.stringify(value));
  setInterval(() => print(state(places, all, answers)), 1000);
  const keepOne = async (place: string) => {
    for (;;) {
      const connection = new Connection(place);
      all.set(connection, place);
      try {
        await connection.ask(() => answers++);
      } catch (error) {
        const { server, opened, answered } = connection;
        const why = error instanceof Error ? error.message : String(error);
        print({ kind: "end", place, server, opened, answered, ended: Date.now(), why });
      }
      all.delete(connection);
    }
  };
  for (let n = 0; n < count; n++) {
    for (const place of places) keepOne(place);
    // Not all at the same moment.
    if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

if (import.meta.main) await main(Number(Deno.args[0]), Deno.args.slice(1));
