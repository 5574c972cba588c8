/**
 * Sends numbered UDP packets at a steady rate:
 * `udp_sender.ts ADDRESS PORT COUNT PER_SECOND [SOCKETS]`. Each socket is a flow.
 *
 * @module
 */
const [hostname, port, count, rate, sockets] = Deno.args;
const TICK_MS = 5;

const senders = Array.from({ length: Number(sockets ?? 1) }, () =>
  Deno.listenDatagram({
    transport: "udp",
    hostname: hostname!.includes(":") ? "::" : "0.0.0.0",
    port: 0,
  }));
const to = { transport: "udp", hostname: hostname!, port: Number(port) } as const;
const packet = new Uint8Array(64);
const view = new DataView(packet.buffer);

const started = performance.now();
for (let sent = 0; sent < Number(count);) {
  const due = Math.min(Number(count), (performance.now() - started) * Number(rate) / 1000);
  for (; sent < due; sent++) {
    view.setUint32(0, sent);
    await senders[sent % senders.length]!.send(packet, to);
  }
  await new Promise((resolve) => setTimeout(resolve, TICK_MS));
}
for (const sender of senders) sender.close();
