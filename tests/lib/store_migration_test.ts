import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Store, StoreError } from "../../lib/store.ts";
import { misfit } from "../../lib/store/newer.ts";
import { STEPS } from "../../lib/store/schema.ts";

/** Written by the program when schema 1 was the newest. */
const SCHEMA_1 = new URL("./golden/store_schema1.db", import.meta.url);

/** Runs `act` with a folder that holds that file. */
async function withOldStore(act: (folder: string, path: string) => unknown): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "gwt-store-" });
  try {
    const path = join(folder, "guideway.db");
    Deno.copyFileSync(SCHEMA_1, path);
    await act(folder, path);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("a store of schema 1 opens, and nothing is lost", () =>
  withOldStore((folder) => {
    for (const time of ["first", "second"]) {
      using store = Store.open(folder);
      assert.deepEqual(store.revisions.list(), [
        {
          number: 7,
          config: { conf: { timeout: 60 }, vips: [] },
          created: "2026-01-03T00:00:00.000Z",
          comment: "conf.update",
          author: "",
          origin: "",
          via: "",
          what: "",
        },
        {
          number: 2,
          config: { vips: [] },
          created: "2026-01-02T03:04:06.000Z",
          comment: "vip.remove",
          author: "",
          origin: "",
          via: "",
          what: "",
        },
        {
          number: 1,
          config: { vips: [{ prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.1" }] }] },
          created: "2026-01-02T03:04:05.000Z",
          comment: "start",
          author: "",
          origin: "",
          via: "",
          what: "",
        },
      ], `the ${time} time`);
      assert.deepEqual([store.tokens.list(), store.audit.list(Infinity, 9)], [[], []]);
    }
    using store = Store.open(folder);
    assert.equal(store.revisions.append({}, { author: "ann", origin: "192.0.2.1" }), 8);
    assert.equal(store.revisions.latest()?.author, "ann");
  }));

Deno.test("a step to a newer schema that fails leaves the store as it was", () =>
  withOldStore((folder, path) => {
    const before = () => {
      using database = new DatabaseSync(path);
      return [
        database.prepare("PRAGMA user_version").all(),
        database.prepare("SELECT name, sql FROM sqlite_schema").all(),
        database.prepare("SELECT * FROM revisions").all(),
      ];
    };
    {
      // The last step's last table is in the way: all that came before it must be taken back.
      using database = new DatabaseSync(path);
      database.exec("CREATE TABLE history (x)");
    }
    const was = before();
    assert.throws(
      () => Store.open(folder),
      (error) =>
        error instanceof StoreError &&
        /guideway\.db: cannot be brought from schema 1 to 3: table history already exists; it is as it was/
          .test(error.message),
    );
    assert.deepEqual(before(), was);
    {
      using database = new DatabaseSync(path);
      database.exec("DROP TABLE history");
    }
    using store = Store.open(folder);
    assert.equal(store.revisions.latest()?.number, 7);
  }));

Deno.test("every older program can go on with a file of the newest schema", () => {
  using newest = new DatabaseSync(":memory:");
  for (const step of STEPS) newest.exec(step);
  for (let schema = 1; schema <= STEPS.length; schema++) {
    assert.equal(misfit(newest, STEPS.slice(0, schema)), null, `schema ${schema}`);
  }
});

Deno.test("a store that a newer program brought further is written by an older one, and nothing is lost", () => {
  const folder = Deno.makeTempDirSync({ prefix: "gwt-store-" });
  try {
    Store.open(folder).close();
    const path = join(folder, "guideway.db");
    {
      using database = new DatabaseSync(path);
      database.exec(`
        ALTER TABLE revisions ADD COLUMN signed TEXT NOT NULL DEFAULT 'no';
        CREATE TABLE seals (number INTEGER PRIMARY KEY, seal TEXT NOT NULL) STRICT;
        INSERT INTO revisions (number, config, created, comment, signed) VALUES (7, '{}', '', 'x', 'yes');
        PRAGMA user_version = 5;
      `);
    }
    {
      using store = Store.open(folder);
      assert.equal(store.revisions.latest()?.number, 7);
      assert.equal(store.revisions.append({ vips: [] }), 8);
    }
    using database = new DatabaseSync(path);
    const version = database.prepare("PRAGMA user_version").get();
    assert.deepEqual({ ...version }, { user_version: 5 });
    const rows = database.prepare("SELECT number, signed FROM revisions ORDER BY number").all();
    assert.deepEqual(rows.map((row) => ({ ...row })), [
      { number: 7, signed: "yes" },
      { number: 8, signed: "no" },
    ]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
