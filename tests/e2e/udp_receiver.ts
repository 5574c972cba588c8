/**
 * Counts the numbered packets of udp_sender.ts: `udp_receiver.ts ADDRESS PORT`. Prints
 * `{"listening":true}`, and several times a second what it has counted so far.
 *
 * @module
 */
import { readFileSync } from "node:fs";

const [hostname, port] = Deno.args;
const socket = Deno.listenDatagram({
  transport: "udp",
  hostname: hostname!,
  port: Number(port),
});
const numbers = new Set<number>();
const sources = new Set<string>();
let packets = 0;

/** Of this namespace: what came while the socket had no room, since this process had no processor. */
function lost(): number {
  const [names = "", values = ""] = readFileSync("/proc/net/snmp", "utf8").split("\n")
    .filter((line) => line.startsWith("Udp:"));
  return Number(values.split(" ")[names.split(" ").indexOf("RcvbufErrors")]);
}

console.log(JSON.stringify({ listening: true }));
setInterval(() => {
  const counted = { packets, different: numbers.size, lost: lost(), sources: [...sources] };
  console.log(JSON.stringify(counted));
}, 100);
for await (const [bytes, from] of socket) {
  packets++;
  numbers.add(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
  if (from.transport === "udp") sources.add(`${from.hostname} ${from.port}`);
}
