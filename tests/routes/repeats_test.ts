/** Changes that are asked for twice, since no answer came. */
import assert from "node:assert/strict";
import { Site } from "./site.ts";

const SERVERS = "/api/v1/vips/90.0.0.0%2F8/servers";
const key = (value: string) => ({ "idempotency-key": value });

Deno.test("a change with a key happens once, and is answered alike", async () => {
  await using site = await Site.open();
  const ask = () => site.ask("POST", SERVERS, { address: "10.0.0.9" }, key("a-1"));
  const first = await ask();
  assert.equal(first.status, 200);
  assert.equal(first.headers.get("idempotency-replayed"), null);
  const second = await ask();
  assert.deepEqual([second.status, second.body], [200, first.body]);
  assert.equal(second.headers.get("etag"), first.headers.get("etag"));
  assert.equal(second.headers.get("idempotency-replayed"), "true");
  assert.equal(site.controller.revision, 2);
  // Without a key the same is refused: it is there already.
  assert.equal((await site.ask("POST", SERVERS, { address: "10.0.0.9" })).status, 409);
});

Deno.test("two at the same time are one change", async () => {
  await using site = await Site.open();
  const answers = await Promise.all(
    Array.from(
      { length: 20 },
      () => site.ask("POST", SERVERS, { address: "10.0.0.9" }, key("together")),
    ),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(site.controller.revision, 2);
});

Deno.test("a refusal is repeated, too, also when it would be none any more", async () => {
  await using site = await Site.open();
  const ask = () => site.ask("DELETE", `${SERVERS}/10.0.0.9`, undefined, key("gone"));
  const { status, body } = await ask();
  assert.equal(status, 404);
  await site.ask("POST", SERVERS, { address: "10.0.0.9" });
  assert.deepEqual((await ask()).body, body);
  assert.equal(site.controller.revision, 2);
});

Deno.test("a key that was used for another request is refused", async () => {
  await using site = await Site.open();
  await site.ask("POST", SERVERS, { address: "10.0.0.8" }, key("k"));
  for (
    const [method, path, body] of [
      ["POST", SERVERS, { address: "10.0.0.9" }],
      ["POST", `${SERVERS}?dry_run`, { address: "10.0.0.8" }],
      ["DELETE", `${SERVERS}/10.0.0.8`, undefined],
    ] as const
  ) {
    const answer = await site.ask(method, path, body, key("k"));
    assert.equal(answer.status, 409);
    assert.match(answer.body.error.message, /Idempotency-Key: "k" was used for another request/);
  }
  assert.equal(site.controller.revision, 2);
});

Deno.test("a key that is none is refused, and reading needs none", async () => {
  await using site = await Site.open();
  for (const odd of ["a b", "x".repeat(201)]) {
    const answer = await site.ask("POST", SERVERS, { address: "10.0.0.9" }, key(odd));
    assert.equal(answer.status, 400);
    assert.match(answer.body.error.message, /Idempotency-Key: 1 to 200 characters/);
  }
  const read = await site.ask("GET", "/api/v1/status", undefined, key("a b"));
  assert.equal(read.status, 200);
  assert.equal(site.controller.revision, 1);
});

Deno.test("the newest thousand keys are known", async () => {
  await using site = await Site.open();
  const ask = (n: number) =>
    site.ask("PATCH", `${SERVERS}/10.0.0.1?dry_run`, { weight: n % 100 }, key(`n-${n}`));
  for (let n = 0; n < 1100; n++) await ask(n);
  assert.equal((await ask(1099)).headers.get("idempotency-replayed"), "true");
  assert.equal((await ask(200)).headers.get("idempotency-replayed"), "true");
  assert.equal((await ask(0)).headers.get("idempotency-replayed"), null);
});
