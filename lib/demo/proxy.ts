/**
 * A TCP port of this host that leads to a unix socket, for a program in another namespace.
 *
 * @module
 */

/** A listening proxy. */
export interface Proxy extends Disposable {
  /** `http://127.0.0.1:8480/` */
  url: string;
}

function listen(first: number): Deno.TcpListener {
  for (let port = first;; port++) {
    try {
      return Deno.listen({ hostname: "127.0.0.1", port });
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || port === first + 99) throw error;
    }
  }
}

async function connect(client: Deno.TcpConn, path: string, open: Set<Deno.Conn>): Promise<void> {
  let server: Deno.UnixConn | undefined;
  try {
    server = await Deno.connect({ transport: "unix", path });
    open.add(client).add(server);
    await Promise.all([
      client.readable.pipeTo(server.writable),
      server.readable.pipeTo(client.writable),
    ]);
  } catch {
    // One side went away, or nobody listens yet: the other side sees its connection end.
    for (const one of [client, server]) closeQuietly(one);
  } finally {
    open.delete(client);
    if (server) open.delete(server);
  }
}

function closeQuietly(connection: Deno.Conn | undefined): void {
  try {
    connection?.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

/** Forwards 127.0.0.1's port `first`, or the next free one, to the unix socket. */
export function startProxy(first: number, path: string): Proxy {
  const listener = listen(first);
  const open = new Set<Deno.Conn>();
  (async () => {
    for await (const client of listener) connect(client, path, open);
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/`,
    [Symbol.dispose]: () => {
      listener.close();
      open.forEach(closeQuietly);
    },
  };
}
