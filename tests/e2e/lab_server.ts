/**
 * An application server: `lab_server.ts NAME PLACE…`, a place being `tcp ADDRESS PORT`, `udp ADDRESS
 * PORT` or `lines ADDRESS PORT` as one word. Prints `ready` once it listens everywhere.
 *
 * tcp: HTTP. GET answers with the name; PUT with the number of bytes and their SHA-256; GET /BYTES with so many.
 * udp: echoes, with the name over the first 8 bytes.
 * lines: echoes each line with the name before it, as long as the connection stays.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

const [name = "", ...places] = Deno.args;

async function answer(request: Request): Promise<Response> {
  if (request.method !== "PUT") {
    const bytes = Number(new URL(request.url).pathname.slice(1));
    return new Response(bytes ? new Uint8Array(bytes) : `${name}\n`);
  }
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += part.length;
    hash.update(part);
  }
  return new Response(`${bytes} ${hash.digest("hex")}\n`);
}

async function echoDatagrams(address: string, port: number): Promise<void> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  socket.on("message", (bytes, from) => {
    bytes.write(name.padEnd(8).slice(0, 8));
    socket.send(bytes, from.port, from.address);
  });
  socket.bind(port, address);
  await once(socket, "listening");
}

async function echoLines(address: string, port: number): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => {
    let rest = "";
    socket.setEncoding("latin1");
    socket.on("error", () => {});
    socket.on("data", (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      if (lines.length > 0) socket.write(lines.map((line) => `${name} ${line}\n`).join(""));
    });
    // Its client went on to another server: nobody will end it.
    socket.setTimeout(60_000, () => socket.destroy());
  });
  server.listen(port, address, 1024);
  await once(server, "listening");
}

for (const place of places) {
  const [kind, hostname = "", word] = place.split(" ");
  const port = Number(word);
  if (kind === "udp") await echoDatagrams(hostname, port);
  else if (kind === "lines") await echoLines(hostname, port);
  else Deno.serve({ hostname, port, onListen: () => {} }, answer);
}
console.log("ready");
