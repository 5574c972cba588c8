/**
 * Real servers on loopback for health checks to ask.
 *
 * @module
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";

/** A server that counts who asks. Ends with its scope. */
export interface Server extends AsyncDisposable {
  port: number;
  /** Requests or connections so far. */
  asked(): number;
}

/** Answers HTTP with what `status` gives then; with a certificate HTTPS. */
export function httpServer(
  status: (request: Request) => number | Promise<number>,
  tls: { cert?: string; key?: string } = {},
): Server {
  let asked = 0;
  const server = Deno.serve(
    { ...tls as object, hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      asked++;
      return new Response(null, { status: await status(request) });
    },
  );
  return {
    port: server.addr.port,
    asked: () => asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Accepts connections, writes what it is told, and waits for the other side to end. */
export function tcpServer(words = ""): Server {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Promise<void>>();
  let asked = 0;
  const accepting = (async () => {
    for await (const connection of listener) {
      asked++;
      const served = serve(connection, words);
      open.add(served);
      void served.then(() => open.delete(served));
    }
  })();
  return {
    port: listener.addr.port,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(open);
    },
  };
}

async function serve(connection: Deno.TcpConn, words: string): Promise<void> {
  using one = connection;
  try {
    if (words !== "") await one.write(new TextEncoder().encode(words));
    for await (const _ of one.readable);
  } catch {
    // It was reset.
  }
}

/** Answers each datagram with itself, unless it is mute. */
export async function udpServer(mute = false): Promise<Server & { got: string[] }> {
  const socket = createSocket("udp4");
  const got: string[] = [];
  socket.on("message", (bytes, from) => {
    got.push(bytes.toString("hex"));
    if (!mute) socket.send(bytes, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    port: socket.address().port,
    asked: () => got.length,
    got,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** A port where nobody listens. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Files that this process has open. */
export function openFiles(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

/** Waits for a condition. */
export async function until(what: string, holds: () => boolean, seconds = 20): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
