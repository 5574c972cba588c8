import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import type { Stream } from "./stream.ts";

/**
 * A TLS connection whose certificate is not verified: a check is about the service, not about who runs it, as with the
 * other load balancers.
 *
 * @param host Name to ask for; null: none.
 */
export async function openTls(
  address: string,
  port: number,
  host: string | null,
  signal: AbortSignal,
): Promise<Stream & Disposable> {
  // Knocks first: what node:tls has under way where nobody answers cannot be ended in older runtimes.
  (await Deno.connect({ hostname: address, port, signal })).close();
  const name = host?.replace(/:\d+$/, "") ?? "";
  const servername = name === "" || isIP(name.replace(/^\[|\]$/g, "")) !== 0
    ? {}
    : { servername: name };
  const socket = connect({ host: address, port, rejectUnauthorized: false, ...servername });
  const ended = new Promise<never>((_, reject) => {
    socket.on("error", reject);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  ended.catch(() => {});
  try {
    await Promise.race([
      new Promise<void>((resolve) => socket.once("secureConnect", resolve)),
      ended,
    ]);
    return streamOf(socket, ended);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function streamOf(socket: TLSSocket, ended: Promise<never>): Stream & Disposable {
  const parts = socket[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const close = () => void socket.destroy();
  return {
    async read(bytes) {
      const next = parts.next();
      next.catch(() => {}); // it fails, too, when nobody waits for it any more
      const { value, done } = await Promise.race([next, ended]);
      if (done) return null;
      const length = Math.min(bytes.length, value.length);
      bytes.set(value.subarray(0, length));
      return length;
    },
    write(bytes) {
      socket.write(bytes);
      return Promise.resolve(bytes.length);
    },
    close,
    [Symbol.dispose]: close,
  };
}
