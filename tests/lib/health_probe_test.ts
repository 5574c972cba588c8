/** Single checks of real servers. */
import assert from "node:assert/strict";
import { type Check, checkOf } from "../../lib/config/health.ts";
import { parseConfig } from "../../lib/config.ts";
import { probe } from "../../lib/health/probe.ts";
import { freePort, httpServer, openFiles, tcpServer, udpServer, until } from "./health_servers.ts";

function check(health: object): Check {
  const vip = { prefix: "90.0.0.0/8", health };
  return checkOf(parseConfig({ conf: { ip4_src_address: "192.0.2.1" }, vips: [vip] }).vips[0]!)!;
}

const NEVER = new AbortController().signal;

async function problem(health: object, stop = NEVER): Promise<string | null> {
  try {
    await probe(check(health), "127.0.0.1", stop);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

Deno.test("tcp: who accepts is well, who refuses is told with its place", async () => {
  await using server = tcpServer();
  assert.equal(await problem({ port: server.port }), null);
  const port = freePort();
  assert.equal(await problem({ port }), `TCP 127.0.0.1:${port}: connection refused`);
});

Deno.test("http: the path and the host are asked for, and the status decides", async () => {
  let seen = "";
  await using server = httpServer((request) => {
    seen = `${request.headers.get("host")} ${new URL(request.url).pathname}`;
    return seen.endsWith("/sick") ? 503 : 204;
  });
  const { port } = server;
  assert.equal(await problem({ type: "http", port }), null);
  assert.equal(seen, `127.0.0.1:${port} /`);
  assert.equal(await problem({ type: "http", port, path: "/healthz", host: "example.org" }), null);
  assert.equal(seen, "example.org /healthz");
  assert.equal(
    await problem({ type: "http", port, path: "/sick" }),
    `HTTP 503 from 127.0.0.1:${port}/sick, wanted 200-399`,
  );
  assert.equal(await problem({ type: "http", port, path: "/sick", expect: "200,500-503" }), null);
  assert.match(
    await problem({ type: "http", port, expect: "200" }) ?? "",
    /HTTP 204 .* wanted 200$/,
  );
});

Deno.test("http: what is no HTTP, and what ends or says nothing, is told", async () => {
  await using smtp = tcpServer("220 mail.example.org ESMTP\r\n");
  assert.equal(
    await problem({ type: "http", port: smtp.port }),
    `HTTP 127.0.0.1:${smtp.port}: the answer is not HTTP`,
  );
  await using long = tcpServer("x".repeat(10_000));
  assert.match(await problem({ type: "http", port: long.port }) ?? "", /the answer is not HTTP$/);
  await using mute = tcpServer();
  const health = { type: "http", port: mute.port, timeout: 0.2 };
  assert.equal(await problem(health), `HTTP 127.0.0.1:${mute.port}: no answer within 0.2 s`);
});

Deno.test("https: the certificate is nobody's business, the status is", async () => {
  const read = (name: string) =>
    Deno.readTextFileSync(new URL(`../tools/certificates/${name}`, import.meta.url));
  const tls = { cert: read("expired.crt"), key: read("one.key") };
  await using server = httpServer((request) => request.url.endsWith("/sick") ? 500 : 200, tls);
  const { port } = server;
  assert.equal(await problem({ type: "https", port, host: "example.org" }), null);
  assert.equal(await problem({ type: "https", port }), null);
  assert.match(await problem({ type: "https", port, path: "/sick" }) ?? "", /^HTTPS 500 from /);
  await using plain = tcpServer("220 no TLS here\r\n");
  assert.match(await problem({ type: "https", port: plain.port }) ?? "", /^HTTPS 127/);
  await using mute = tcpServer();
  const silent = { type: "https", port: mute.port, timeout: 0.2 };
  assert.match(await problem(silent) ?? "", /no answer within 0.2 s$/);
});

Deno.test("udp: any answer to what is sent is well", async () => {
  await using server = await udpServer();
  assert.equal(await problem({ type: "udp", port: server.port, send: "00FF" }), null);
  assert.deepEqual(server.got, ["00ff"]);
  await using mute = await udpServer(true);
  const health = { type: "udp", port: mute.port, send: "00", timeout: 0.2 };
  assert.equal(await problem(health), `UDP 127.0.0.1:${mute.port}: no answer within 0.2 s`);
});

Deno.test("a check that is ended early ends at once, and none leaves a file open", async () => {
  await using mute = tcpServer();
  await using udp = await udpServer(true);
  await problem({ type: "https", port: mute.port, timeout: 0.1 });
  await until("the first ones are gone", () => mute.asked() >= 1);
  const before = openFiles();
  for (const type of ["http", "https", "udp"]) {
    const abort = new AbortController();
    const port = type === "udp" ? udp.port : mute.port;
    const more = type === "udp" ? { send: "00" } : {};
    const began = performance.now();
    const all = Array.from(
      { length: 20 },
      () => problem({ type, port, interval: 60, timeout: 60, ...more }, abort.signal),
    );
    setTimeout(() => abort.abort(new Error("stopped")), 100);
    for (const reason of await Promise.all(all)) assert.match(reason ?? "", /: stopped$/);
    assert.ok(performance.now() - began < 30_000);
  }
  await until("all is closed", () => openFiles() <= before);
});
