/**
 * How long packets stay away: `lab_gaps.ts send PER_SECOND PLACE…` numbers datagrams to each place (`ADDRESS PORT`);
 * `lab_gaps.ts receive PLACE…` prints `ready`, then a {@linkcode Gap} a line where none came for a while.
 *
 * @module
 */
import { createSocket } from "node:dgram";

/** A time without a packet at one place. */
export interface Gap {
  place: string;
  /** When it ended, milliseconds since 1970. */
  at: number;
  ms: number;
  /** Packets that never came. */
  lost: number;
}

/** Shorter ones are the machine's own doing. */
const TOLD_MS = 30;

function parts(place: string): { address: string; port: number } {
  const [address = "", port] = place.split(" ");
  return { address, port: Number(port) };
}

function send(perSecond: number, places: string[]): void {
  const socket = createSocket("udp4");
  const packet = new Uint8Array(64);
  const began = performance.now();
  let sent = 0;
  setInterval(() => {
    for (const due = (performance.now() - began) * perSecond / 1000; sent < due; sent++) {
      new DataView(packet.buffer).setUint32(0, sent);
      for (const place of places) {
        socket.send(packet.slice(), parts(place).port, parts(place).address);
      }
    }
  }, 1);
}

async function receive(places: string[]): Promise<void> {
  await Promise.all(places.map((place) => listen(place)));
  console.log("ready");
}

function listen(place: string): Promise<void> {
  const { address, port } = parts(place);
  const socket = createSocket("udp4");
  let last: { at: number; number: number } | null = null;
  socket.on("message", (bytes) => {
    const at = Date.now();
    const number = bytes.readUInt32BE(0);
    if (last !== null && at - last.at >= TOLD_MS) {
      const gap: Gap = { place, at, ms: at - last.at, lost: number - last.number - 1 };
      console.log(JSON.stringify(gap));
    }
    last = { at, number };
  });
  return new Promise((resolve) => socket.bind(port, address, () => resolve()));
}

if (import.meta.main) {
  const [mode, ...words] = Deno.args;
  if (mode === "send") send(Number(words[0]), words.slice(1));
  else await receive(words);
}
