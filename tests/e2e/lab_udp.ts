/**
 * Sends a datagram to each place and waits for its echo: `lab_udp.ts BYTES TIMES PLACE…`, a place being
 * `ADDRESS PORT` as one word. Every datagram comes from a socket of its own. Prints an {@linkcode Echo} a line.
 *
 * @module
 */
import { createSocket } from "node:dgram";

/** What became of a datagram. */
export interface Echo {
  to: string;
  /** Where the echo came from; null: there was none within the time. */
  from: string | null;
  /** Who echoed it. */
  server: string;
  /** The echo is as long as what was sent, and equal but for the name of the server. */
  whole: boolean;
}

/** What a server writes its name over. */
const NAME = 8;
const PATIENCE_MS = 5000;

function pattern(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => index * 131 + (index >> 8));
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => index < NAME || byte === b[index]);
}

function exchange(place: string, bytes: number): Promise<Echo> {
  const [address = "", port] = place.split(" ");
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const sent = pattern(bytes);
  return new Promise((resolve) => {
    const end = (echo: Omit<Echo, "to">) => {
      clearTimeout(timer);
      socket.close();
      resolve({ to: place, ...echo });
    };
    const timer = setTimeout(() => end({ from: null, server: "", whole: false }), PATIENCE_MS);
    socket.on("message", (got, { address, port }) => {
      const server = got.subarray(0, NAME).toString("latin1").trim();
      end({ from: `${address} ${port}`, server, whole: same(sent, got) });
    });
    socket.send(sent, Number(port), address);
  });
}

if (import.meta.main) {
  const [bytes, times, ...places] = Deno.args;
  for (let n = 0; n < Number(times); n++) {
    for (const place of places) console.log(JSON.stringify(await exchange(place, Number(bytes))));
  }
}
