/** What an attacker would try first, over real HTTP and TLS. */
import assert from "node:assert/strict";
import { certificateFiles } from "../tools/tls.ts";
import { Site } from "./site.ts";

const open = () => Site.open(undefined, { requireToken: true });

const PATHS = [
  "/static/../../../../etc/passwd",
  "/static/..%2f..%2f..%2f..%2fetc%2fpasswd",
  "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
  "/static/..%5c..%5cetc%5cpasswd",
  "/static/....//....//etc/passwd",
  "/static/%252e%252e%252fetc%252fpasswd",
  "/static//etc/passwd",
  "/static/%00",
  "/static/mod.ts",
  "/static/../mod.ts",
  "/../../../../etc/passwd",
  "/login/../../etc/passwd",
  "http://127.0.0.1/static/../../../../etc/passwd",
];

Deno.test("no address leads to a file that is not meant to be served", async () => {
  await using site = await open();
  for (const path of PATHS) {
    const answer = await site.raw(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 (400|401|403|404) /, path);
    assert.doesNotMatch(answer, /root:|import |@module/, path);
  }
});

Deno.test("a token counts once, and by its header alone", async () => {
  await using site = await open();
  const { secret } = site.access.tokens.add({ name: "ann", scope: "read", expires: null });
  const ask = (path: string, ...headers: string[]) =>
    site.raw(
      [`GET ${path} HTTP/1.1`, "Host: 127.0.0.1", "Connection: close", ...headers, "", ""]
        .join("\r\n"),
    );
  const right = `Authorization: Bearer ${secret}`;
  assert.match(await ask("/api/v1/status", right), /^HTTP\/1\.1 200/);
  for (
    const [path, ...headers] of [
      ["/api/v1/status", right, right],
      ["/api/v1/status", "Authorization: Bearer x", right],
      [`/api/v1/status?access_token=${secret}`],
      [`/api/v1/status?token=${secret}`],
      ["/api/v1/status", `Cookie: guideway_session=${secret}`],
      ["/api/v1/status", `X-Api-Key: ${secret}`],
      ["/api/v1/status", "X-Forwarded-For: 127.0.0.1"],
    ] as [string, ...string[]][]
  ) {
    assert.match(await ask(path, ...headers), /^HTTP\/1\.1 401/, headers.join(", "));
  }
});

Deno.test("no method and no header makes a question of what needs more", async () => {
  await using site = await open();
  const { secret } = site.access.tokens.add({ name: "ann", scope: "read", expires: null });
  const headers = { authorization: `Bearer ${secret}` };
  for (const path of ["/api/v1/tokens", "/api/v1/audit"]) {
    const { status } = await fetch(site.url + path, { method: "HEAD", headers });
    assert.equal(status, 403, `HEAD ${path}`);
  }
  const sly = { ...headers, "x-http-method-override": "DELETE" };
  const answer = await site.ask("GET", "/api/v1/vips/90.0.0.0%2F8?_method=DELETE", undefined, sly);
  assert.equal(answer.status, 200);
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "BREW"]) {
    const { status } = await site.ask(method, "/api/v1/vips/90.0.0.0%2F8", {}, headers);
    assert.equal(status, 403, method);
  }
  assert.equal(site.controller.revision, 1);
});

Deno.test("what comes without a token is answered before its body is there", async () => {
  await using site = await open();
  using connection = await Deno.connect({ port: Number(new URL(site.url).port) });
  const request = "PUT /api/v1/config HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
    "Content-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n{";
  await connection.write(new TextEncoder().encode(request));
  const bytes = new Uint8Array(4096);
  const count = await connection.read(bytes);
  assert.match(new TextDecoder().decode(bytes.subarray(0, count!)), /^HTTP\/1\.1 401/);
});

Deno.test("clients that stop in the middle of a login hold up nobody, over TLS as well", async () => {
  await using site = await Site.open(undefined, {
    hostname: "0.0.0.0",
    tls: certificateFiles("one"),
  });
  const { secret } = site.access.tokens.add({ name: "ann", scope: "read", expires: null });
  const port = Number(new URL(site.url).port);
  const caCerts = [Deno.readTextFileSync(certificateFiles("one").cert)];
  const connections: Deno.Conn[] = [];
  try {
    // Half of them do not even begin with TLS.
    for (let at = 0; at < 100; at++) {
      connections.push(await Deno.connect({ hostname: "127.0.0.1", port }));
    }
    const half = "POST /login HTTP/1.1\r\nHost: localhost\r\n" +
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ncsrf=";
    for (let at = 0; at < 100; at++) {
      const connection = await Deno.connectTls({ hostname: "localhost", port, caCerts });
      connections.push(connection);
      await connection.write(new TextEncoder().encode(half));
    }
    using client = Deno.createHttpClient({ caCerts });
    const headers = { authorization: `Bearer ${secret}` };
    const answer = await fetch(`https://localhost:${port}/api/v1/status`, { client, headers });
    assert.equal((await answer.json()).revision, 1);
  } finally {
    for (const connection of connections) connection.close();
  }
});

Deno.test("1,000 streams with a token end when it is revoked, and nobody is kept", async () => {
  await using site = await open();
  const { secret } = site.access.tokens.add({ name: "ann", scope: "read", expires: null });
  const headers = { authorization: `Bearer ${secret}` };
  const streams = await Promise.all(
    Array.from({ length: 1000 }, async () => {
      const response = await fetch(`${site.url}/api/v1/events?topics=totals`, { headers });
      assert.equal(response.status, 200);
      return { end: response.text() };
    }),
  );
  site.access.tokens.revoke("ann");
  await Promise.all(streams.map(({ end }) => end));
  assert.equal(site.controller.events.size, 0);
});
