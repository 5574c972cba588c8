/** Who may what, over real HTTP: each operation that is described, with each kind of token and with none. */
import assert from "node:assert/strict";
import { type Scope, SCOPES } from "../../lib/caller.ts";
import { startLog, stopLog } from "../../lib/log.ts";
import { Site } from "./site.ts";

const open = () => Site.open(undefined, { requireToken: true });
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

function tokenOf(site: Site, scope: Scope, name: string = scope): string {
  return site.access.tokens.add({ name, scope, expires: null }).secret;
}

interface Operation {
  name: string;
  method: string;
  path: string;
  scope: Scope;
}

/** What the OpenAPI document says that each operation needs. */
const OPERATIONS: Operation[] = await (async () => {
  await using site = await Site.open();
  const { body } = await site.ask("GET", "/api/v1/openapi.json");
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, { security: { token: [Scope] }[] }>)
      .map(([method, { security }]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: path.replace("{vip}", "90.0.0.0%2F8").replace("{address}", "10.0.0.1")
          .replace("{revision}", "1").replace("{name}", "none"),
        scope: security[0]!.token[0],
      }))
  );
})();

/** The status of an answer that is not read. */
async function statusOf(site: Site, { method, path }: Operation, headers: Record<string, string>) {
  const body = method === "GET" ? {} : { body: "{}" };
  const type = method === "GET" ? {} : { "content-type": "application/json" };
  const response = await fetch(site.url + path, {
    method,
    headers: { ...type, ...headers },
    ...body,
  });
  await response.body?.cancel();
  return response.status;
}

Deno.test("each operation is served to a token with its scope or more, and to nobody else", async (t) => {
  for (const operation of OPERATIONS) {
    await t.step(operation.name, async () => {
      await using site = await open();
      const secrets = SCOPES.map((scope) => tokenOf(site, scope));
      for (const [at, scope] of SCOPES.entries()) {
        const status = await statusOf(site, operation, bearer(secrets[at]!));
        const enough = at >= SCOPES.indexOf(operation.scope);
        if (enough) assert.ok(![401, 403, 429, 500].includes(status), `${scope}: ${status}`);
        else assert.equal(status, 403, scope);
      }
    });
  }
  assert.ok(OPERATIONS.length > 20);
});

Deno.test("what operate may is what its words say, and no more", () => {
  const names = (scope: Scope) =>
    OPERATIONS.filter((one) => one.scope === scope).map(({ name }) => name).sort();
  assert.deepEqual(names("operate"), [
    "DELETE /api/v1/vips/{vip}/servers/{address}",
    "PATCH /api/v1/vips/{vip}/servers",
    "PATCH /api/v1/vips/{vip}/servers/{address}",
    "POST /api/v1/revisions/{revision}/rollback",
    "POST /api/v1/vips/{vip}/flush",
    "POST /api/v1/vips/{vip}/servers",
    "POST /api/v1/vips/{vip}/servers/{address}/flush",
  ]);
  const looks = names("admin").filter((name) => name.startsWith("GET"));
  assert.deepEqual(looks, ["GET /api/v1/audit", "GET /api/v1/tokens"]);
  assert.deepEqual(names("read").filter((name) => !name.startsWith("GET")), [
    "POST /api/v1/trace",
  ]);
});

Deno.test("without a token nothing is told and nothing changes, but that the program lives", async () => {
  for (const operation of OPERATIONS) {
    await using site = await open();
    assert.equal(await statusOf(site, operation, {}), 401, operation.name);
    assert.equal(site.controller.revision, 1);
  }
  await using site = await open();
  for (const path of ["/metrics", "/api/docs", "/api/v1/openapi.json", "/nowhere"]) {
    const response = await fetch(site.url + path);
    await response.body?.cancel();
    assert.equal(response.status, 401, path);
    assert.match(response.headers.get("www-authenticate") ?? "", /^Bearer/);
  }
  assert.equal((await site.ask("GET", "/healthz")).status, 200);
});

const NOT_TOKENS = [
  "",
  "Bearer",
  "Bearer gw_",
  `Bearer gw_${"A".repeat(43)}`,
  `Bearer gw_${"A".repeat(5000)}`,
  "Basic YWRtaW46YWRtaW4=",
  "Bearer x",
];

Deno.test("a token that is none is refused, also where none is needed", async () => {
  for (const authorization of NOT_TOKENS) {
    await using site = await Site.open();
    const { status } = await site.ask("GET", "/api/v1/status", undefined, { authorization });
    assert.equal(status, 401, authorization.slice(0, 40));
  }
});

Deno.test("a revoked token and an expired one are refused from then on", async () => {
  await using site = await open();
  const secret = tokenOf(site, "admin");
  const soon = new Date(Date.now() + 300).toISOString();
  const short = site.access.tokens.add({ name: "short", scope: "read", expires: soon }).secret;
  const status = async (secret: string) =>
    (await site.ask("GET", "/api/v1/status", undefined, bearer(secret))).status;
  assert.deepEqual([await status(secret), await status(short)], [200, 200]);
  assert.equal(
    (await site.ask("DELETE", "/api/v1/tokens/admin", undefined, bearer(secret))).status,
    200,
  );
  assert.equal(await status(secret), 401);
  while (Date.now() < Date.parse(soon)) await new Promise((next) => setTimeout(next, 20));
  assert.equal(await status(short), 401);
});

Deno.test("an address that is written otherwise needs the same scope", async () => {
  await using site = await open();
  const read = bearer(tokenOf(site, "read"));
  for (
    const path of [
      "/api/v1/%74okens",
      "/api/v1/tokens?x",
      "/api/v1/%61udit",
      "/api//v1/tokens",
      "/api/v1/tokens/",
      "/static/../api/v1/tokens",
      "/static/%2e%2e/api/v1/tokens",
      "/static/..%2fapi/v1/tokens",
      "/login/../api/v1/tokens",
    ]
  ) {
    const answer = await site.raw(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${read.authorization}\r\nConnection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 (403|404)/, path);
  }
});

Deno.test("operate goes back to a revision unless that would change settings", async () => {
  await using site = await open();
  const [operate, admin] = [bearer(tokenOf(site, "operate")), bearer(tokenOf(site, "admin"))];
  const weight = { weight: 7 };
  await site.ask("PATCH", "/api/v1/vips/90.0.0.0%2F8/servers/10.0.0.1", weight, operate);
  assert.equal(
    (await site.ask("POST", "/api/v1/revisions/1/rollback", undefined, operate)).status,
    200,
  );
  await site.ask("PATCH", "/api/v1/config/conf", { timeout: 77 }, admin);
  const refused = await site.ask("POST", "/api/v1/revisions/1/rollback", undefined, operate);
  assert.equal(refused.status, 403);
  assert.match(refused.body.error.message, /conf\.timeout.*scope admin/);
  assert.equal(site.controller.config().conf.timeout, 77);
  assert.equal(
    (await site.ask("POST", "/api/v1/revisions/1/rollback", undefined, admin)).status,
    200,
  );
});

Deno.test("nobody gets the answer that another one got for the same Idempotency-Key", async () => {
  await using site = await open();
  const key = { "idempotency-key": "one" };
  const path = "/api/v1/vips/90.0.0.0%2F8/servers/10.0.0.1";
  for (const name of ["ann", "bob"]) {
    const headers = { ...key, ...bearer(tokenOf(site, "operate", name)) };
    const answer = await site.ask("PATCH", path, { weight: 7 }, headers);
    assert.deepEqual([answer.status, answer.headers.get("idempotency-replayed")], [200, null]);
  }
});

Deno.test("wrong tokens are answered ten times from an address, then Retry-After is all", async () => {
  await using site = await open();
  const secret = tokenOf(site, "read");
  const wrong = bearer(`gw_${"B".repeat(43)}`);
  const statuses = [];
  for (let time = 0; time < 12; time++) {
    statuses.push((await site.ask("GET", "/api/v1/status", undefined, wrong)).status);
  }
  assert.deepEqual(statuses, [...Array(10).fill(401), 429, 429]);
  const right = await site.ask("GET", "/api/v1/status", undefined, bearer(secret));
  assert.equal(right.status, 429);
  const wait = Number(right.headers.get("retry-after"));
  assert.ok(wait >= 1 && wait <= 6, `${wait}`);
});

Deno.test("secrets are in no log, no audit entry and no file", async () => {
  const lines: string[] = [];
  startLog({ level: "debug", format: "json", write: (line) => void lines.push(line) });
  try {
    await using site = await open();
    const admin = tokenOf(site, "admin", "boss");
    const made = await site.ask("POST", "/api/v1/tokens", { name: "ci", scope: "read" }, {
      ...bearer(admin),
      "idempotency-key": "k",
    });
    const { secret } = made.body;
    assert.match(secret, /^gw_[\w-]{43}$/);
    assert.equal(made.headers.get("cache-control"), "no-store");
    await site.ask("GET", "/api/v1/status", undefined, bearer(secret));
    await site.ask("PATCH", "/api/v1/config/conf", { timeout: 9 }, bearer(secret));
    await site.ask("GET", "/api/v1/status", undefined, bearer("gw_" + "Q".repeat(43)));
    await site.ask("DELETE", "/api/v1/tokens/ci", undefined, bearer(admin));
    const audit = await site.ask("GET", "/api/v1/audit", undefined, bearer(admin));
    // deno-lint-ignore no-explicit-any -- JSON
    assert.deepEqual(audit.body.entries.map((one: any) => [one.who, one.outcome, one.what]), [
      ["boss", "done", "token ci revoked"],
      ["nobody", "denied", ""],
      ["ci", "denied", ""],
      ["boss", "done", "token ci with scope read made"],
    ]);
    const list = await site.ask("GET", "/api/v1/tokens", undefined, bearer(admin));
    const folder = site.store.path.slice(0, site.store.path.lastIndexOf("/"));
    const files = [...Deno.readDirSync(folder)].map(({ name }) =>
      new TextDecoder("latin1").decode(Deno.readFileSync(`${folder}/${name}`))
    );
    const all = [...lines, ...files, JSON.stringify([audit.body, list.body])].join("\n");
    assert.match(all, /token ci revoked/, "the store was read");
    for (const one of [secret, admin, "Q".repeat(43)]) assert.ok(!all.includes(one.slice(3)));
  } finally {
    stopLog();
  }
});

Deno.test("tokens outlive the program, and are known while the store cannot be read", async () => {
  const { Tokens } = await import("../../lib/tokens.ts");
  await using site = await open();
  const secret = tokenOf(site, "operate");
  const again = new Tokens(site.store);
  assert.equal(again.find(secret)?.scope, "operate");
  site.store.close();
  assert.equal(again.find(secret)?.name, "operate");
  assert.throws(() => again.revoke("operate"), /guideway\.db/);
  assert.equal(again.find(secret), null, "revoked all the same");
});

Deno.test("no route changes anything but for its caller", async () => {
  const { sourceFiles, readSource } = await import("../tools/modules.ts");
  for (const file of await sourceFiles(["routes"], [".ts", ".tsx"])) {
    const text = await readSource(file);
    assert.doesNotMatch(text, /controller\.apply\(/, `${file}: use applyChange`);
    if (file === "routes/api/v1/change.ts") continue;
    assert.doesNotMatch(text, /applyNoted/, `${file}: pages ask REST`);
  }
});
