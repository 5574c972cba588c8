/**
 * An application server of the demo: a real HTTP server on every address of the VIPs. It runs as a
 * program of its own in the server's namespace.
 *
 * @module
 */
import { SERVER_HEADER } from "./client.ts";
import { VIPS } from "./topology.ts";

/** What a server prints once it listens everywhere. */
export const READY = "ready";

/** Serves until the program is ended; `ready` is called when all addresses listen. */
export async function runServer(name: string, ready: () => void): Promise<void> {
  const servers = VIPS.flatMap((vip) => vip.addresses).map((hostname) =>
    Deno.serve({ hostname, port: 80, onListen: () => {} }, (request) => {
      const text = `${name} answers ${new URL(request.url).hostname}\n`;
      return new Response(text, { headers: { [SERVER_HEADER]: name } });
    })
  );
  ready();
  await Promise.all(servers.map((server) => server.finished));
}
