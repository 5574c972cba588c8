/** A service manager's socket: prints what it is told, a datagram a line as JSON. `--unstable-net`; the path behind. */
const socket = Deno.listenDatagram({ transport: "unixpacket", path: Deno.args[0]! });
console.log("listening");
for await (const [bytes] of socket) {
  console.log(JSON.stringify(new TextDecoder().decode(bytes)));
}
