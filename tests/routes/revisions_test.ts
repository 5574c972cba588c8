/** What ran before, what changed, and the way back. */
import assert from "node:assert/strict";
import type { Client } from "../../lib/client.ts";
import { connectTo } from "../../lib/connect.ts";
import { RefusedError } from "../../lib/refused.ts";
import { type CONFIG, Site } from "./site.ts";

const SERVERS = "/api/v1/vips/90.0.0.0%2F8/servers";

/** A site with four revisions: the start, a server added, its weight changed, and it is gone. */
async function withHistory(act: (site: Site, client: Client) => Promise<void>): Promise<void> {
  await using site = await Site.open();
  using client = connectTo({ url: site.url });
  for (
    const [method, path, body] of [
      ["POST", SERVERS, { address: "10.0.0.9" }],
      ["PATCH", `${SERVERS}/10.0.0.9`, { weight: 7 }],
      ["DELETE", `${SERVERS}/10.0.0.9`, undefined],
    ] as const
  ) {
    assert.equal((await site.ask(method, path, body)).status, 200);
  }
  await act(site, client);
}

Deno.test("revisions are listed, the newest first, by page and whole", () =>
  withHistory(async (_site, client) => {
    const { revisions, cursor } = await client.revisions();
    assert.equal(cursor, null);
    assert.deepEqual(revisions.map(({ number, comment }) => [number, comment]), [
      [4, "server.remove"],
      [3, "server.weight"],
      [2, "server.add"],
      [1, "start"],
    ]);
    assert.ok(revisions.every(({ created }) => !Number.isNaN(Date.parse(created))));
    const first = await client.revisions({ limit: 3 });
    const rest = await client.revisions({ limit: 3, cursor: first.cursor! });
    assert.deepEqual([...first.revisions, ...rest.revisions], revisions);
    assert.equal(rest.cursor, null);
  }));

Deno.test("a revision is shown as it was accepted, in JSON and YAML, with its ETag", () =>
  withHistory(async (site, client) => {
    const { config, number, comment } = await client.revision(3);
    assert.deepEqual([number, comment], [3, "server.weight"]);
    const { vips } = config as typeof CONFIG;
    assert.deepEqual(vips[0]!.servers.at(-1), { address: "10.0.0.9", weight: 7 });
    assert.match(await client.revisionText(3), /address: 10\.0\.0\.9\n +weight: 7/);
    const answer = await site.ask("GET", "/api/v1/revisions/3");
    assert.equal(answer.headers.get("etag"), '"3"');
  }));

Deno.test("any two revisions are compared, in either direction, or one with what runs", () =>
  withHistory(async (_site, client) => {
    const path = 'vips["90.0.0.0/8"].servers["10.0.0.9"]';
    assert.deepEqual(await client.revisionDiff(2, 3), {
      from: 2,
      to: 3,
      changes: [{ path: `${path}.weight`, from: 100, to: 7 }],
    });
    assert.deepEqual((await client.revisionDiff(3, 2)).changes, [
      { path: `${path}.weight`, from: 7, to: 100 },
    ]);
    assert.deepEqual(await client.revisionDiff(3), {
      from: 3,
      to: 4,
      changes: [{ path, from: { address: "10.0.0.9", weight: 7 }, to: null }],
    });
    assert.deepEqual((await client.revisionDiff(1, 4)).changes, []);
  }));

Deno.test("going back makes a new revision of the old configuration, and flows stay", () =>
  withHistory(async (site, client) => {
    site.traffic(200);
    const dry = await client.rollback(3, { dryRun: true });
    assert.deepEqual([dry.revision, dry.dry_run], [4, true]);
    assert.deepEqual(dry.plan.vips[0]!.added, ["10.0.0.9"]);
    assert.equal(site.controller.revision, 4);
    const done = await client.rollback(3, { ifMatch: 4 });
    assert.deepEqual(done.plan, dry.plan, "what was told before is what happened");
    assert.equal(done.revision, 5);
    assert.deepEqual((await client.revisionDiff(3)).changes, []);
    assert.equal((await client.revisions({ limit: 1 })).revisions[0]!.comment, "rollback to 3");
    const before = site.controller.counters().total;
    site.traffic(200);
    const { total } = site.controller.counters();
    assert.equal(total.next_packet! - before.next_packet!, 200);
    assert.equal(total.first_packet, before.first_packet);
  }));

Deno.test("going back to what runs changes nothing and makes no revision", () =>
  withHistory(async (site, client) => {
    assert.equal((await client.rollback(1)).revision, 4);
    assert.equal(site.controller.revision, 4);
  }));

Deno.test("somebody else's change in between stops a way back with If-Match", () =>
  withHistory(async (site, client) => {
    await assert.rejects(
      client.rollback(3, { ifMatch: 2 }),
      (error) => error instanceof RefusedError && error.status === 412,
    );
    assert.equal(site.controller.revision, 4);
  }));

Deno.test("a revision that is not there is told, with the newest", () =>
  withHistory(async (site) => {
    for (const [method, path] of [["GET", ""], ["GET", "/diff"], ["POST", "/rollback"]] as const) {
      const { status, body } = await site.ask(method, `/api/v1/revisions/77${path}`);
      assert.equal(status, 404);
      assert.match(body.error.message, /revision 77 is not there; the newest is 4/);
    }
    const { status } = await site.ask("GET", "/api/v1/revisions/3/diff?to=77");
    assert.equal(status, 404);
  }));

Deno.test("a revision that this program no longer takes is shown, and not gone back to", () =>
  withHistory(async (site) => {
    site.store.revisions.append({ vips: [{ prefix: "90.0.0.0/8", encap: "sctp" }] }, {
      number: 99,
    });
    const shown = await site.ask("GET", "/api/v1/revisions/99");
    assert.equal(shown.body.config.vips[0].encap, "sctp");
    for (const [method, path] of [["GET", "/diff"], ["POST", "/rollback"]] as const) {
      const { status, body } = await site.ask(method, `/api/v1/revisions/99${path}`);
      assert.equal(status, 409);
      assert.equal(body.error.path, "vips[0].encap");
    }
    assert.equal(site.controller.revision, 4);
  }));

Deno.test("a store that cannot be read is told as such, and what runs goes on", () =>
  withHistory(async (site) => {
    site.store.close();
    const { status, body } = await site.ask("GET", "/api/v1/revisions");
    assert.equal(status, 503);
    assert.match(body.error.message, /guideway\.db/);
    assert.equal((await site.ask("GET", "/api/v1/status")).status, 200);
  }));

Deno.test("revisions that could not be stored yet are there all the same", () =>
  withHistory(async (site, client) => {
    site.store.revisions.append({}, { number: 5 }); // somebody took the next number: it cannot be stored
    await site.ask("POST", SERVERS, { address: "10.0.0.8" });
    assert.match((await client.status()).store_problem ?? "", /UNIQUE|constraint/i);
    const { revisions } = await client.revisions({ limit: 2 });
    assert.deepEqual(revisions.map(({ number }) => number), [5, 4]);
    const { config, comment } = await client.revision(5);
    assert.equal(comment, "server.add");
    assert.equal((config as typeof CONFIG).vips[0]!.servers.at(-1)!.address, "10.0.0.8");
  }));
