/** Logging in as browsers do it, over real HTTP and TLS. */
import assert from "node:assert/strict";
import type { Scope } from "../../lib/caller.ts";
import { certificateFiles, trusting } from "../tools/tls.ts";
import { Site } from "./site.ts";

const HTML = { accept: "text/html" };

/** A browser without a screen: it keeps cookies, and follows nothing. */
class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #client: { client?: Deno.HttpClient };

  constructor(readonly url: string, client?: Deno.HttpClient) {
    this.#client = client === undefined ? {} : { client };
  }

  async ask(method: string, path: string, init: RequestInit = {}) {
    const headers = new Headers(init.headers);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookie !== "") headers.set("cookie", cookie);
    const response = await fetch(this.url + path, {
      method,
      redirect: "manual",
      ...init,
      headers,
      ...this.#client,
    });
    const set = response.headers.getSetCookie();
    for (const line of set) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/Max-Age=0/.test(line)) this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    const { status, headers: answered } = response;
    return { status, headers: answered, set, text: await response.text() };
  }

  async mark(path = "/login"): Promise<string> {
    const { text } = await this.ask("GET", path, { headers: HTML });
    return /name="csrf" value="([^"]+)"/.exec(text)![1]!;
  }

  async post(path: string, fields: Record<string, string>, headers: HeadersInit = {}) {
    const given = new Headers({ ...HTML, ...headers });
    return await this.ask("POST", path, { headers: given, body: new URLSearchParams(fields) });
  }

  async logIn(token: string, next = "/") {
    return await this.post("/login", { csrf: await this.mark(), token, next });
  }
}

const open = () => Site.open(undefined, { requireToken: true });
const secretOf = (site: Site, scope: Scope = "admin") =>
  site.access.tokens.add({ name: "ann", scope, expires: null }).secret;

Deno.test("who is not logged in is led to the login page, and back when that is done", async () => {
  await using site = await open();
  const visitor = new Visitor(site.url);
  const led = await visitor.ask("GET", "/settings?x=1", { headers: HTML });
  assert.equal(led.status, 303);
  assert.equal(led.headers.get("location"), "/login?next=%2Fsettings%3Fx%3D1");
  const page = await visitor.ask("GET", led.headers.get("location")!, { headers: HTML });
  assert.equal(page.status, 200);
  assert.match(page.text, /name="next" value="\/settings\?x=1"/);
  assert.doesNotMatch(page.text, /revision|0\.1\.0/i, "nothing is told of what runs");
  const done = await visitor.logIn(` ${secretOf(site)}\n`, "/settings?x=1");
  assert.deepEqual([done.status, done.headers.get("location")], [303, "/settings?x=1"]);
  assert.equal((await visitor.ask("GET", "/settings", { headers: HTML })).status, 200);
  assert.equal((await visitor.ask("GET", "/api/v1/status")).status, 200);
});

Deno.test("the session's cookie is for this site alone, for no script, and over TLS for TLS alone", async () => {
  const flags = (set: string[]) => set.find((line) => line.startsWith("guideway_session="))!;
  {
    await using site = await open();
    const { set } = await new Visitor(site.url).logIn(secretOf(site));
    assert.match(flags(set), /^guideway_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  }
  await using site = await Site.open(undefined, {
    hostname: "0.0.0.0",
    tls: certificateFiles("one"),
  });
  using client = trusting("one");
  const url = site.url.replace("0.0.0.0", "localhost");
  const { set } = await new Visitor(url, client).logIn(secretOf(site));
  assert.match(flags(set), /; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
});

Deno.test("a login leads to addresses of this site only", async () => {
  await using site = await open();
  const secret = secretOf(site);
  for (
    const next of [
      "//evil.example",
      "/\\evil.example",
      "https://evil.example/",
      "javascript:alert(1)",
      "/\t/evil.example",
      "",
      "/login?next=/login",
      "/logout",
      "settings",
    ]
  ) {
    const done = await new Visitor(site.url).logIn(secret, next);
    const location = new URL(done.headers.get("location")!, site.url);
    assert.equal(location.origin, new URL(site.url).origin, next);
    assert.doesNotMatch(location.pathname, /^\/\/|log(in|out)/, next);
  }
});

Deno.test("a wrong token gets no session, and after ten of them Retry-After", async () => {
  await using site = await open();
  const secret = secretOf(site);
  const visitor = new Visitor(site.url);
  const csrf = await visitor.mark();
  for (let time = 0; time < 10; time++) {
    const refused = await visitor.post("/login", { csrf, token: `gw_${"A".repeat(43)}` });
    assert.equal(refused.status, 401);
    assert.match(refused.text, /role="alert"[^>]*>This token is not known/);
  }
  const late = await visitor.post("/login", { csrf, token: secret });
  assert.equal(late.status, 429);
  assert.match(late.headers.get("retry-after")!, /^[1-6]$/);
  assert.match(late.text, /too many wrong attempts/);
  assert.equal(visitor.cookies.has("guideway_session"), false);
  const { entries } = site.access.audit.list();
  assert.equal(entries.length, 10);
  assert.deepEqual([entries[0]?.who, entries[0]?.outcome, entries[0]?.what], [
    "nobody",
    "denied",
    "log in",
  ]);
  assert.match(entries[0]!.reason, /not known/);
});

Deno.test("a login without the page's mark is refused, also with another browser's", async () => {
  await using site = await open();
  const token = secretOf(site);
  const [one, other] = [new Visitor(site.url), new Visitor(site.url)];
  const mark = await other.mark();
  await one.mark();
  for (const csrf of ["", "x", mark]) {
    const { status } = await one.post("/login", { csrf, token });
    assert.equal(status, 403, csrf);
  }
  assert.equal(site.access.sessions.size, 0);
});

Deno.test("a session changes things by REST only from pages of ours", async () => {
  await using site = await open();
  const visitor = new Visitor(site.url);
  await visitor.logIn(secretOf(site));
  const patch = (headers: HeadersInit) =>
    visitor.ask("PATCH", "/api/v1/config/conf", {
      headers: { "content-type": "application/json", ...headers },
      body: '{"timeout":77}',
    });
  assert.equal((await patch({})).status, 403);
  assert.equal((await patch({ origin: "http://evil.example" })).status, 403);
  assert.equal((await patch({ origin: "null" })).status, 403);
  assert.equal((await patch({ origin: site.url.replace("http:", "https:") })).status, 403);
  assert.equal(site.controller.revision, 1);
  assert.equal((await patch({ origin: site.url })).status, 200);
  const [entry] = site.access.audit.list().entries;
  assert.deepEqual([entry?.who, entry?.what], ["ann", "conf.timeout 40 → 77"]);
  const [head] = site.controller.revisions().revisions;
  assert.equal(head?.author, "ann");
});

Deno.test("a form may no more than the session's token, and a forged one nothing", async () => {
  await using site = await open();
  const visitor = new Visitor(site.url);
  await visitor.logIn(secretOf(site, "read"));
  const csrf = await visitor.mark("/settings");
  const fields = { revision: "1", timeout: "77", act: "apply" };
  assert.equal((await visitor.post("/settings/conf", { ...fields, csrf })).status, 403);
  assert.equal((await visitor.post("/settings/conf", { ...fields, csrf: "x" })).status, 403);
  assert.equal(
    (await visitor.post("/settings/tokens", { csrf, name: "x", scope: "admin" })).status,
    403,
  );
  assert.equal(site.controller.revision, 1);
  assert.equal(site.access.tokens.list().length, 1);
});

Deno.test("a session ends with logging out, with its token, and with another login", async () => {
  await using site = await open();
  const secret = secretOf(site);
  const status = async (visitor: Visitor) => (await visitor.ask("GET", "/api/v1/status")).status;
  const visitor = new Visitor(site.url);
  await visitor.logIn(secret);
  const stolen = new Visitor(site.url);
  stolen.cookies.set("guideway_session", visitor.cookies.get("guideway_session")!);
  assert.equal(await status(stolen), 200);
  const out = await visitor.post("/logout", { csrf: await visitor.mark("/") });
  assert.deepEqual([out.status, out.headers.get("location")], [303, "/login"]);
  assert.equal(visitor.cookies.has("guideway_session"), false);
  assert.equal(await status(stolen), 401);

  await visitor.logIn(secret);
  stolen.cookies.set("guideway_session", visitor.cookies.get("guideway_session")!);
  await visitor.logIn(secret);
  assert.deepEqual([await status(visitor), await status(stolen)], [200, 401]);
  site.access.tokens.revoke("ann");
  assert.equal(await status(visitor), 401);
});

Deno.test("a stream of events ends when its token is revoked", async () => {
  await using site = await open();
  const authorization = `Bearer ${secretOf(site, "read")}`;
  const stream = await fetch(`${site.url}/api/v1/events?topics=counters`, {
    headers: { authorization },
  });
  const text = stream.text();
  while (site.controller.events.size === 0) await new Promise((next) => setTimeout(next, 10));
  site.access.tokens.revoke("ann");
  assert.match(await text, /^event: hello/);
  assert.equal(site.controller.events.size, 0);
});

Deno.test("nobody may send much, and what nobody sends does not fill the audit log", async () => {
  await using site = await open();
  const visitor = new Visitor(site.url);
  const csrf = await visitor.mark();
  const large = await visitor.post("/login", { csrf, token: "x".repeat(100_000) });
  assert.equal(large.status, 413);
  for (let time = 0; time < 100; time++) {
    await visitor.post("/login", { csrf: "forged", token: "x" });
    await visitor.post("/theme", { csrf: "forged" });
    await visitor.ask("PUT", "/api/v1/config", { body: "{}" });
  }
  const { entries } = site.access.audit.list({ limit: 1000 });
  assert.ok(entries.length <= 60, `${entries.length} entries`);
});

Deno.test("the session's secret is in no file and no log", async () => {
  await using site = await open();
  const visitor = new Visitor(site.url);
  await visitor.logIn(secretOf(site));
  const secret = visitor.cookies.get("guideway_session")!;
  const folder = site.store.path.slice(0, site.store.path.lastIndexOf("/"));
  for (const { name } of Deno.readDirSync(folder)) {
    const text = new TextDecoder("latin1").decode(Deno.readFileSync(`${folder}/${name}`));
    assert.ok(!text.includes(secret), name);
  }
  assert.ok(!JSON.stringify(site.access.audit.list()).includes(secret));
});
