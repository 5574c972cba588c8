import assert from "node:assert/strict";
import { ListenError } from "../../lib/server.ts";
import { certificateFiles, trusting } from "../tools/tls.ts";
import { Site } from "./site.ts";

/** A site that listens everywhere, with a token that may all. */
async function openTls(tls = certificateFiles("one")) {
  const site = await Site.open(undefined, { hostname: "0.0.0.0", tls });
  const { secret } = site.access.tokens.add({ name: "ann", scope: "admin", expires: null });
  const port = new URL(site.url).port;
  return {
    site,
    port,
    url: `https://localhost:${port}`,
    bearer: { authorization: `Bearer ${secret}` },
    [Symbol.asyncDispose]: () => site[Symbol.asyncDispose](),
  };
}

Deno.test("listening beyond loopback without TLS is refused", async () => {
  await assert.rejects(
    Site.open(undefined, { hostname: "0.0.0.0" }),
    (error) => error instanceof ListenError && /without TLS/.test(error.message),
  );
});

Deno.test("over TLS a token is needed, from loopback, too", async () => {
  await using tls = await openTls();
  using client = trusting("one");
  const status = async (url: string, init: RequestInit = {}) => {
    const response = await fetch(url, { client, ...init });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await status(`${tls.url}/api/v1/status`), 401);
  assert.equal(await status(`${tls.url}/api/v1/status`, { headers: tls.bearer }), 200);
  assert.equal(await status(`https://127.0.0.1:${tls.port}/healthz`), 200);
  const headers = { ...tls.bearer, "content-type": "application/json" };
  const change = { method: "PATCH", headers, body: '{"timeout":77}' };
  assert.equal(await status(`${tls.url}/api/v1/config/conf`, change), 200);
  const foreign = { ...change, headers: { ...headers, origin: "https://evil.example" } };
  assert.equal(await status(`${tls.url}/api/v1/config/conf`, foreign), 403);
  const own = { ...change, headers: { ...headers, origin: tls.url } };
  assert.equal(await status(`${tls.url}/api/v1/config/conf`, own), 200);
  const [entry] = tls.site.access.audit.list({ limit: 1 }).entries;
  assert.deepEqual([entry?.who, entry?.origin], ["ann", "127.0.0.1"]);
});

Deno.test("plain HTTP is not served where TLS is", async () => {
  await using tls = await openTls();
  await assert.rejects(fetch(`http://localhost:${tls.port}/healthz`));
});

Deno.test("over TLS names of the certificate are served, and addresses; others are not", async () => {
  await using tls = await openTls();
  const ask = async (host: string): Promise<string> => {
    using connection = await Deno.connectTls({
      port: Number(tls.port),
      hostname: "localhost",
      caCerts: [Deno.readTextFileSync(certificateFiles("one").cert)],
    });
    const text = `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    await connection.write(new TextEncoder().encode(text));
    return (await new Response(connection.readable).text()).slice(9, 12);
  };
  for (
    const host of ["lb.example", "lb.example:8443", "LB.EXAMPLE", "192.0.2.7:8443", "[2001:db8::1]"]
  ) {
    assert.equal(await ask(host), "200", host);
  }
  for (
    const host of ["evil.example", "lb.example.evil.example", "evil.example:8443", "1.2.3.4.evil"]
  ) {
    assert.equal(await ask(host), "403", host);
  }
});

Deno.test("a renewed certificate is served without a pause, and what is under way goes on", async () => {
  const folder = await Deno.makeTempDir({ prefix: "gwt-tls-" });
  const files = { cert: `${folder}/a.crt`, key: `${folder}/a.key` };
  const put = (name: "one" | "two") => {
    const from = certificateFiles(name);
    for (const part of ["cert", "key"] as const) Deno.copyFileSync(from[part], files[part]);
  };
  try {
    put("one");
    await using tls = await openTls(files);
    using both = trusting("one", "two");
    using second = trusting("two");
    const headers = tls.bearer;
    const stream = await fetch(`${tls.url}/api/v1/events?topics=change`, { client: both, headers });
    const reader = stream.body!.getReader();
    await reader.read();
    await assert.rejects(fetch(`${tls.url}/healthz`, { client: second }));

    assert.equal(await tls.site.listening.reload(), false, "nothing changed");
    Deno.copyFileSync(certificateFiles("two").cert, files.cert);
    await assert.rejects(tls.site.listening.reload(), /not the private key of/);
    put("two");
    assert.equal(await tls.site.listening.reload(), true);
    const answer = await fetch(`${tls.url}/healthz`, { client: second });
    assert.equal((await answer.json()).status, "ok");

    await tls.site.controller.apply({ kind: "conf.update", conf: { timeout: 88 } });
    const told = await reader.read();
    assert.match(new TextDecoder().decode(told.value), /^event: change/);
    await reader.cancel();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
