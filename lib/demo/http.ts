/**
 * Real HTTP/1.1 over a connection from a given source port.
 *
 * @module
 */
import { Socket } from "./socket.ts";
import type { Connection } from "./traffic.ts";

const PORT = 80;
const END = "\r\n\r\n";

/** An answer of a server, whose body was read. */
export interface Answer {
  headers: Headers;
  /** The request went over the connection that an earlier one had opened. */
  reused: boolean;
}

/** Asks over one connection as long as it is kept; over a new one from the same port otherwise. */
export class HttpConnection implements Disposable {
  readonly #connection: Connection;
  readonly #timeout: number;
  #socket: Socket | null = null;

  /** @param timeout Milliseconds that connecting, and each wait for bytes, may take. */
  constructor(connection: Connection, timeout: number) {
    this.#connection = connection;
    this.#timeout = timeout;
  }

  /** @throws {Error} when no answer comes, or another status than 200. */
  async get(path: string, keep: boolean): Promise<Answer> {
    const reused = this.#socket !== null;
    try {
      const socket = this.#socket ??= await this.#connect();
      socket.write(new TextEncoder().encode(this.#request(path, keep)));
      const headers = await readAnswer(socket);
      if (!keep || headers.get("connection") === "close") this[Symbol.dispose]();
      return { headers, reused };
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#socket?.[Symbol.dispose]();
    this.#socket = null;
  }

  #connect(): Promise<Socket> {
    const { source, port, destination } = this.#connection;
    const to = { address: destination, port: PORT };
    return Socket.connect({ address: source, port }, to, this.#timeout);
  }

  #request(path: string, keep: boolean): string {
    const { destination } = this.#connection;
    const host = destination.includes(":") ? `[${destination}]` : destination;
    const connection = keep ? "keep-alive" : "close";
    return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: ${connection}${END}`;
  }
}

/** Reads a whole answer, whose body has a stated length. */
async function readAnswer(socket: Socket): Promise<Headers> {
  const decoder = new TextDecoder("latin1");
  let text = "";
  const more = async () => {
    const bytes = await socket.read();
    if (bytes.length === 0) throw new Error("the connection was closed before the answer");
    text += decoder.decode(bytes);
  };
  while (!text.includes(END)) await more();
  const head = text.slice(0, text.indexOf(END));
  const [line = "", ...fields] = head.split("\r\n");
  const status = line.split(" ")[1];
  if (status !== "200") throw new Error(`status ${status}`);
  const headers = new Headers(fields.map((field): [string, string] => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon), field.slice(colon + 1).trim()];
  }));
  const size = head.length + END.length + Number(headers.get("content-length"));
  while (text.length < size) await more();
  return headers;
}
