/**
 * Sends a numbered datagram each millisecond and reads the echoes: `lab_echoes.ts "ADDRESS PORT"`. Prints a
 * {@linkcode Report} five times a second.
 *
 * @module
 */
import { createSocket } from "node:dgram";

/** Of a fifth of a second. */
export interface Report {
  sent: number;
  received: number;
  /** The longest time without an echo, ms, up to the last echo. */
  longest: number;
}

const REPORT_MS = 200;
/** Of one round of sending: a machine that slept makes no burst of it. */
const MOST = 20;

if (import.meta.main) {
  const [address = "", port] = Deno.args[0]!.split(" ");
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const packet = new Uint8Array(64);
  const began = performance.now();
  let number = 0;
  let last = began;
  let report: Report = { sent: 0, received: 0, longest: 0 };
  socket.on("message", () => {
    const now = performance.now();
    report.received++;
    report.longest = Math.max(report.longest, now - last);
    last = now;
  });
  socket.bind();
  setInterval(() => {
    const due = Math.floor(performance.now() - began);
    if (due - number > MOST) number = due - MOST;
    for (; number < due; number++) {
      new DataView(packet.buffer).setUint32(8, number);
      socket.send(packet, Number(port), address);
      report.sent++;
    }
  }, 1);
  setInterval(() => {
    console.log(JSON.stringify(report));
    report = { sent: 0, received: 0, longest: 0 };
  }, REPORT_MS);
}
