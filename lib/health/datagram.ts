import { createSocket } from "node:dgram";
import { hexBytes } from "../packet_fields.ts";

/** Sends the bytes and waits for any datagram from there. Rejects when the signal aborts. */
export async function askByDatagram(
  address: string,
  port: number,
  send: string,
  signal: AbortSignal,
): Promise<void> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    signal.throwIfAborted();
    socket.on("error", reject);
    socket.on("message", (_, from) => {
      if (from.port === port) resolve();
    });
    socket.send(hexBytes(send), port, address, (error: Error | null) => error && reject(error));
    await promise;
  } finally {
    signal.removeEventListener("abort", abort);
    socket.close();
  }
}
