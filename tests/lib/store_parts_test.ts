import assert from "node:assert/strict";
import { Store, StoreError } from "../../lib/store.ts";
import type { AuditEntry } from "../../lib/store/audit.ts";

/** Runs `act` with a new store. */
async function withStore(act: (store: Store, folder: string) => unknown): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "gwt-store-" });
  try {
    using store = Store.open(folder);
    await act(store, folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const MINUTE = 60;
const NOON = 1_800_000_000 - 1_800_000_000 % MINUTE;

Deno.test("samples of the last day are kept, one a minute", () =>
  withStore((store) => {
    const { history } = store;
    for (let minute = 0; minute < 1500; minute++) {
      history.addSample(NOON + minute * MINUTE + 7, { minute });
    }
    history.addSample(NOON + 1499 * MINUTE + 58, { minute: "again" });
    const all = history.samples(0);
    assert.equal(all.length, 1441);
    assert.deepEqual(all[0], { at: NOON + 59 * MINUTE, sample: { minute: 59 } });
    assert.deepEqual(all.at(-1)?.sample, { minute: "again" });
    assert.deepEqual(history.samples(NOON + 1499 * MINUTE).length, 1);
  }));

Deno.test("samples from a clock that was ahead go when it was put right", () =>
  withStore(({ history }) => {
    history.addSample(NOON + 365 * 1440 * MINUTE, "next year");
    history.addSample(NOON, "now");
    history.addSample(NOON + MINUTE, "then");
    assert.deepEqual(history.samples(0).map(({ sample }) => sample), ["now", "then"]);
  }));

const token = (name: string, byte: number) => ({
  name,
  hash: new Uint8Array(32).fill(byte),
  scope: "read",
  created: "2026-01-01T00:00:00.000Z",
  expires: null,
});

Deno.test("a token's name is free again once it is revoked, and the revoked one is remembered", () =>
  withStore(({ tokens }) => {
    const { id } = tokens.add(token("ci", 1));
    assert.throws(() => tokens.add(token("ci", 2)), StoreError);
    tokens.used(id, "2026-01-02T00:00:00.000Z");
    assert.equal(tokens.revoke("nobody", "2026-01-03T00:00:00.000Z"), false);
    assert.equal(tokens.revoke("ci", "2026-01-03T00:00:00.000Z"), true);
    assert.equal(tokens.revoke("ci", "2026-01-04T00:00:00.000Z"), false);
    tokens.add(token("ci", 3));
    const [first, second] = tokens.list();
    assert.deepEqual([first?.last_used, first?.revoked], [
      "2026-01-02T00:00:00.000Z",
      "2026-01-03T00:00:00.000Z",
    ]);
    assert.deepEqual([...second!.hash], [...new Uint8Array(32).fill(3)]);
    assert.deepEqual([second?.last_used, second?.revoked], [null, null]);
  }));

Deno.test("of revoked tokens a thousand are remembered, and none in force is forgotten", () =>
  withStore(({ tokens }) => {
    tokens.add(token("old", 0));
    for (let at = 0; at < 1005; at++) {
      const hash = new Uint8Array(new Uint32Array([at, 1, 2, 3, 4, 5, 6, 7]).buffer);
      tokens.add({ ...token(`t${at}`, 0), hash });
      tokens.revoke(`t${at}`, new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString());
    }
    const names = tokens.list().map(({ name }) => name);
    assert.equal(names.length, 1001);
    assert.deepEqual(names.slice(0, 2), ["old", "t5"]);
  }));

const entry = (what: string): AuditEntry => ({
  at: "2026-01-01T00:00:00.000Z",
  who: "ann",
  origin: "192.0.2.1",
  request: "PATCH /api/v1/config/conf",
  what,
  revision_before: 1,
  revision_after: null,
  outcome: "refused",
  reason: "",
});

Deno.test("the audit log is read from the newest on, page by page, and searched", () =>
  withStore(({ audit }) => {
    audit.append(["one", "Two", "three"].map(entry));
    const page = audit.list(Infinity, 2);
    assert.deepEqual(page.map(({ what }) => what), ["three", "Two"]);
    assert.deepEqual(audit.list(page.at(-1)!.id, 9).map(({ what }) => what), ["one"]);
    const { id: _, ...found } = audit.list(Infinity, 9, "tWO")[0]!;
    assert.deepEqual(found, entry("Two"));
    assert.equal(audit.list(Infinity, 9, "ANN").length, 3);
    assert.equal(audit.list(Infinity, 9, "%").length, 0);
  }));

Deno.test("the audit log is bounded in entries and in bytes", () =>
  withStore(({ audit }) => {
    audit.append(Array.from({ length: 100_010 }, (_, at) => entry(String(at))));
    assert.deepEqual(audit.list(20, 99).map(({ what }) => what), [
      ...Array.from({ length: 9 }, (_, at) => String(18 - at)),
    ]);
    // 2,000 characters of each of these stay, so that 32 MB are full after some 16,000.
    const long = entry("x".repeat(5000));
    for (let turn = 0; turn < 18; turn++) audit.append(Array<AuditEntry>(1000).fill(long));
    const all = audit.list(Infinity, 200_000);
    assert.equal(all[0]?.what.length, 2000);
    const chars = all.reduce((sum, { what }) => sum + what.length, 0);
    assert.ok(chars < 32 * 1024 * 1024, `${chars} characters`);
    assert.ok(all.length > 1000, `${all.length} entries`);
  }));
