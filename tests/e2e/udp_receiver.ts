/**
 * Counts the numbered packets of udp_sender.ts: `udp_receiver.ts ADDRESS PORT`. Prints
 * `{"listening":true}`, and several times a second what it has counted so far.
 *
 * @module
 */
const [hostname, port] = Deno.args;
const socket = Deno.listenDatagram({
  transport: "udp",
  hostname: hostname!,
  port: Number(port),
});
const numbers = new Set<number>();
const sources = new Set<string>();
let packets = 0;

console.log(JSON.stringify({ listening: true }));
setInterval(
  () => console.log(JSON.stringify({ packets, different: numbers.size, sources: [...sources] })),
  100,
);
for await (const [bytes, from] of socket) {
  packets++;
  numbers.add(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
  if (from.transport === "udp") sources.add(`${from.hostname} ${from.port}`);
}
