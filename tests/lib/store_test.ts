import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Store, StoreError } from "../../lib/store.ts";

/** Runs `act` in a folder of its own. */
async function inFolder(act: (folder: string) => unknown): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "gwt-store-" });
  try {
    await act(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("revisions are numbered from 1 and come back as they were", () =>
  inFolder((folder) => {
    {
      using store = Store.open(folder);
      assert.equal(store.revisions.latest(), null);
      assert.equal(store.revisions.append({ a: 1 }, { comment: "first" }), 1);
      assert.equal(store.revisions.append({ a: [2, "zwei"] }), 2);
    }
    using store = Store.open(folder);
    assert.deepEqual(store.revisions.latest()?.config, { a: [2, "zwei"] });
    assert.equal(store.revisions.get(1)?.comment, "first");
    assert.ok(!Number.isNaN(Date.parse(store.revisions.get(1)!.created)));
    assert.equal(store.revisions.get(3), null);
    assert.deepEqual(store.revisions.list().map(({ number }) => number), [2, 1]);
    assert.deepEqual(store.revisions.list(1).map(({ number }) => number), [2]);
  }));

Deno.test("a number that is taken is refused and nothing is overwritten", () =>
  inFolder((folder) => {
    using store = Store.open(folder);
    store.revisions.append({ a: 1 }, { number: 7 });
    assert.throws(() => store.revisions.append({ a: 2 }, { number: 7 }), StoreError);
    assert.deepEqual(store.revisions.get(7)?.config, { a: 1 });
    assert.equal(store.revisions.append({ a: 3 }), 8);
  }));

Deno.test("old revisions make room for new ones", () =>
  inFolder((folder) => {
    using store = Store.open(folder);
    const large = "x".repeat(4 * 1024 * 1024);
    for (let n = 1; n <= 25; n++) store.revisions.append(n < 25 ? n : large);
    assert.deepEqual(store.revisions.list().map(({ number }) => number).at(-1), 6);
    assert.equal(store.revisions.latest()?.number, 25);
    for (let n = 26; n <= 1100; n++) store.revisions.append(n);
    assert.equal(store.revisions.list(2000).length, 1000);
    assert.equal(store.revisions.get(100), null);
    assert.equal(store.revisions.get(101)?.config, 101);
  }));

Deno.test("many writes compile no more statements than a few", (t) =>
  inFolder(async (folder) => {
    using store = Store.open(folder);
    const { prepare } = DatabaseSync.prototype;
    let compiled = 0;
    DatabaseSync.prototype.prepare = function (this: DatabaseSync, query: string) {
      compiled += 1;
      return prepare.call(this, query);
    };
    try {
      const write = (n: number) => {
        store.revisions.append({ n });
        store.history.addSample(60 * n, n);
      };
      write(1);
      const first = compiled;
      for (let n = 2; n <= 100; n++) write(n);
      assert.equal(compiled, first);
      await t.step("and what was written is there", () => {
        assert.deepEqual(store.revisions.latest()?.config, { n: 100 });
        assert.equal(store.history.samples(0).length, 100);
      });
    } finally {
      DatabaseSync.prototype.prepare = prepare;
    }
  }));

Deno.test("the folder is made for its owner only", () =>
  inFolder((folder) => {
    const inner = join(folder, "a", "b");
    using _store = Store.open(inner);
    assert.equal(Deno.statSync(inner).mode! & 0o777, 0o700);
  }));

const FOREIGN: [sentence: string, make: (path: string) => void, message: RegExp][] = [
  [
    "no database at all",
    (path) => Deno.writeTextFileSync(path, "conf: {}\n".repeat(500)),
    /guideway\.db: file is not a database/,
  ],
  [
    "another program's database",
    (path) => {
      using database = new DatabaseSync(path);
      database.exec("CREATE TABLE t (x)");
    },
    /guideway\.db: not a store of this program/,
  ],
  [
    "a newer version's store that has another form",
    (path) => {
      Store.open(join(path, "..")).close();
      using database = new DatabaseSync(path);
      database.exec("PRAGMA user_version = 1000; ALTER TABLE tokens RENAME COLUMN hash TO digest");
    },
    /newer version \(schema 1000; this one knows 3\).*table tokens: column hash is not as it was/,
  ],
  [
    "a newer version's store that wants what this one does not know",
    (path) => {
      Store.open(join(path, "..")).close();
      using database = new DatabaseSync(path);
      database.exec(
        "PRAGMA user_version = 4; DROP TABLE history; " +
          "CREATE TABLE history (at INTEGER PRIMARY KEY, sample TEXT NOT NULL, by TEXT NOT NULL) STRICT",
      );
    },
    /schema 4; this one knows 3.*table history: column by must be written/,
  ],
  [
    "a damaged store",
    (path) => {
      {
        using store = Store.open(join(path, ".."));
        for (let at = 0; at < 50; at++) store.revisions.append({ filler: "y".repeat(3000) });
      }
      using file = Deno.openSync(path, { write: true });
      file.seekSync(8192, Deno.SeekMode.Start);
      file.writeSync(new Uint8Array(16_384).fill(0xa5));
    },
    /guideway\.db: (damaged|database disk image is malformed)/,
  ],
];

for (const [sentence, make, message] of FOREIGN) {
  Deno.test(`refused and left as it is: ${sentence}`, () =>
    inFolder((folder) => {
      const path = join(folder, "guideway.db");
      make(path);
      const before = Deno.readFileSync(path);
      assert.throws(() => Store.open(folder), (error) => {
        assert.ok(error instanceof StoreError, String(error));
        assert.match(error.message, message);
        return true;
      });
      assert.deepEqual(Deno.readFileSync(path), before);
    }));
}

Deno.test("a folder that cannot be made is told with its path", () =>
  inFolder((folder) => {
    Deno.writeTextFileSync(join(folder, "file"), "");
    assert.throws(() => Store.open(join(folder, "file", "state")), /guideway\.db: /);
  }));

Deno.test("killed at any moment, 50 times, every confirmed revision is there", () =>
  inFolder(async (folder) => {
    const script = new URL("./store_child.ts", import.meta.url).pathname;
    let confirmed = 0;
    for (let kill = 0; kill < 50; kill++) {
      confirmed = Math.max(confirmed, await confirmedUntilKilled(script, folder, kill));
      using store = Store.open(folder);
      const newest = store.revisions.latest()?.number ?? 0;
      // The last one may be stored and killed before it was said.
      assert.ok(newest === confirmed || newest === confirmed + 1, `${newest} after ${confirmed}`);
      const kept = countdown(newest).slice(0, 1000);
      assert.deepEqual(store.revisions.list(newest).map(({ number }) => number), kept);
      for (const { number, config } of store.revisions.list(20)) {
        assert.equal((config as { made: number }).made, number);
      }
      confirmed = newest;
    }
    assert.ok(confirmed > 50, `only ${confirmed} revisions were made`);
  }));

function countdown(from: number): number[] {
  return Array.from({ length: from }, (_, at) => from - at);
}

/** Kills the child after a random time from its first word on (every fifth time: from its start), and says what it confirmed. */
async function confirmedUntilKilled(script: string, folder: string, turn: number): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", script, folder],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const killSoon = (most: number) => {
    timer ??= setTimeout(() => child.kill("SIGKILL"), Math.random() * most);
  };
  if (turn % 5 === 0) killSoon(300);
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    killSoon(30);
    text += chunk;
  }
  await child.status;
  clearTimeout(timer);
  const whole = text.slice(0, text.lastIndexOf("\n") + 1).trim();
  return whole === "" ? 0 : Number(whole.split("\n").at(-1));
}
