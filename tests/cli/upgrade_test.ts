/** `guideway upgrade`: what is refused, who is told, and which process ends when. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { connectTo } from "../../lib/connect.ts";
import { until } from "../e2e/lab.ts";
import { changed, executable, script } from "../e2e/lab_upgrade.ts";
import { CONFIG, makeFolder, Program } from "./program.ts";
import { Receiver } from "./receiver.ts";

/** Whoever hands over cuts off what is left after 0.3 s. */
const PATIENCE_MS = 3000;

/** Whether there is such a process, and it has not ended. */
function lives(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

/** The process that an upgrade's steps name. */
async function processOf(program: Program): Promise<number> {
  const last = await program.client.lastUpgrade();
  return Number(/process (\d+)/.exec(JSON.stringify(last?.steps))?.[1]);
}

async function assertGoesOn(program: Program): Promise<void> {
  const { revision, start_notes } = await program.client.status();
  assert.equal(revision, 1);
  assert.deepEqual(start_notes, []);
}

Deno.test("a file that is no Guideway is refused with its path and the reason", async (t) => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  await script(`${folder.path}/other`, "echo other 1.0");
  await script(`${folder.path}/silent`, "exit 3");
  await Deno.writeTextFile(`${folder.path}/text`, "x");
  await Deno.mkdir(`${folder.path}/folder`);
  const rows: [string, RegExp][] = [
    ["none", /none: the running program finds no such file; .*put it elsewhere/],
    ["folder", /folder: not a file/],
    ["text", /text: not executable; chmod \+x makes it/],
    ["other", /other: no Guideway: to --version it says "other 1.0"/],
    ["silent", /silent: no Guideway: to --version it says nothing/],
  ];
  for (const [name, reason] of rows) {
    await t.step(name, async () => {
      const { code, stderr } = await program.guideway("upgrade", `${folder.path}/${name}`);
      assert.equal(code, 4, stderr);
      assert.match(stderr, /^guideway: refused: file: \/.*/);
      assert.match(stderr, reason);
    });
  }
  assert.equal(await program.client.lastUpgrade(), null);
  await assertGoesOn(program);
});

Deno.test("it is asked for over the unix socket alone, with an absolute path", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const response = await program.fetch("/api/v1/upgrade", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ file: await executable(folder.path) }),
  });
  assert.equal(response.status, 403);
  assert.match((await response.json()).error.message, /over the unix socket alone/);
  await assert.rejects(program.client.upgrade("guideway", "a"), /file: not an absolute path/);
  const { code, stderr } = await program.guideway("upgrade", "x", "--url", program.url);
  assert.equal(code, 2, stderr);
  await assertGoesOn(program);
});

Deno.test("one that ends at once leaves the old one as it was", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const good = await executable(folder.path);
  const bad = await script(`${folder.path}/bad`, `[ "$1" = run ] && exit 3; exec ${good} "$@"`);
  const { code, stdout, stderr } = await program.guideway("upgrade", bad);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^checked .*\nstarted .*\nfailed +nothing changed; the old program goes on$/m,
  );
  assert.match(stderr, /the upgrade failed: it ended with code 3;/);
  assert.equal((await program.client.lastUpgrade())?.state, "failed");
  await assertGoesOn(program);
  assert.ok(await program.logged(/upgrade_failed: .*it ended with code 3/));
});

Deno.test("one that dies when it listens already leaves no socket in the way", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const dies = await changed(folder.path, "dies", {
    "lib/serve/listening.ts": (text) =>
      text.replace(/(function logReady\(.*\{\n)/, "$1  Deno.exit(5);\n"),
  });
  const { code, stderr } = await program.guideway("upgrade", dies);
  assert.equal(code, 1, stderr + program.log);
  assert.match(stderr, /it ended with code 5/);
  assert.equal((await program.client.status()).revision, 1);
  assert.equal((await program.fetch("/healthz")).status, 200);
});

Deno.test("one at a time; a stop ends the one that was begun", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const good = await executable(folder.path);
  const slow = await script(
    `${folder.path}/slow`,
    `[ "$1" = run ] && exec sleep 60; exec ${good} "$@"`,
  );
  const begun = await program.client.upgrade(slow, "first");
  assert.equal(begun.state, "running");
  assert.deepEqual((await program.client.upgrade(slow, "first")).id, "first");
  const { code, stderr } = await program.guideway("upgrade", good);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /an upgrade to \S+slow goes on already/);
  const pid = await until("a process", 10, () => processOf(program));
  assert.ok(lives(pid));
  const { milliseconds } = await program.stop();
  assert.ok(milliseconds < 3000, `${milliseconds} ms`);
  assert.ok(!lives(pid));
  assert.match(program.log, /upgrade_failed: .*told to stop/);
});

Deno.test("a request that meets the hand-over has an end, though the first process stays", async (t) => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const file = await executable(folder.path);
  const upgrade = async () => {
    const { code, stderr } = await program.guideway("upgrade", file);
    assert.equal(code, 0, stderr + program.log);
  };
  await t.step("one that is never whole", async () => {
    using slow = await Deno.connect({ transport: "unix", path: program.socket });
    const head = "PUT /api/v1/config HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n";
    await slow.write(new TextEncoder().encode(head));
    await upgrade();
    assert.ok(await isOver(slow), program.log);
    assert.match(program.log, /clients were cut off .*connections=1/);
    assert.doesNotMatch(program.log, /error/);
  });
  await t.step("many that come all the time", async () => {
    const stop = new AbortController();
    const asking = Array.from({ length: 40 }, () => askOn(program, stop.signal));
    for (let time = 0; time < 5; time++) await upgrade();
    stop.abort();
    const longest = Math.max(...await Promise.all(asking));
    assert.ok(longest < PATIENCE_MS, `one took ${Math.round(longest)} ms`);
  });
});

/** Whether a connection gives an answer or its end within a second. */
async function isOver(connection: Deno.Conn): Promise<boolean> {
  const never = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1000));
  const over = connection.read(new Uint8Array(1)).then(() => true, () => true);
  return await Promise.race([over, never]);
}

/** Asks again and again, over one connection as long as that lasts. @returns The longest time to an end, in ms */
async function askOn({ socket }: Program, stop: AbortSignal): Promise<number> {
  using client = connectTo({ socket });
  let longest = 0;
  while (!stop.aborted) {
    const began = performance.now();
    await client.lastUpgrade(AbortSignal.timeout(PATIENCE_MS)).catch(() => {});
    longest = Math.max(longest, performance.now() - began);
  }
  return longest;
}

Deno.test("the first process stands for the one that runs: signals, exit code, port", async (t) => {
  await using folder = await makeFolder();
  const file = await executable(folder.path);
  const begin = async () => {
    const program = await Program.start(folder.path, CONFIG);
    for (let time = 0; time < 2; time++) {
      const { code, stderr } = await program.guideway("upgrade", file);
      assert.equal(code, 0, stderr + program.log);
    }
    assert.equal((await program.fetch("/healthz")).status, 200, "it listens where it did");
    return { program, pid: await processOf(program) };
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    await t.step(signal, async () => {
      const { program, pid } = await begin();
      await using _ends = program;
      const { code } = await program.stop(signal);
      assert.equal(code, 0);
      assert.ok(!lives(pid));
      assert.match(program.log, new RegExp(`stopping: stopping reason=${signal}\\n.*stopped`));
    });
  }
  await t.step("a child that is killed", async () => {
    const { program, pid } = await begin();
    await using _ends = program;
    Deno.kill(pid, "SIGKILL");
    assert.equal((await program.ended).code, 137);
  });
  await t.step("a first process that is killed", async () => {
    const { program, pid } = await begin();
    await using _ends = program;
    program.signal("SIGKILL");
    await until("its end", 5, () => Promise.resolve(!lives(pid)));
    await program.stop();
    assert.match(program.log, /stopping: stopping reason="its parent ended"/);
  });
  await t.step("a signal while it hands over", async () => {
    await using program = await Program.start(folder.path, CONFIG);
    const hangs = await changed(folder.path, "hangs", {
      "lib/serve/held.ts": (text) => text.replace(/(: Held \{\n)/, "$1  for (;;);\n"),
    });
    await program.client.upgrade(hangs, "x");
    const pid = await until("a process", 10, () => processOf(program));
    await program.client.events(["store"]).next();
    for await (const _ of program.client.events(["store"])) {
      // Until it no longer serves.
    }
    const { code, milliseconds } = await program.stop();
    assert.equal(code, 0);
    assert.ok(milliseconds < 3000, `${milliseconds} ms`);
    assert.ok(!lives(pid));
  });
});

Deno.test("the service manager is told which process the service is", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/notify`;
  await using receiver = await Receiver.open(path);
  const env = { NOTIFY_SOCKET: path, WATCHDOG_USEC: "400000" };
  await using program = await Program.start(folder.path, CONFIG, [], env);
  await receiver.until("WATCHDOG");
  const { code, stderr } = await program.guideway("upgrade", await executable(folder.path));
  assert.equal(code, 0, stderr);
  assert.match(await receiver.until("RELOADING"), /^RELOADING=1\nSTATUS=handing over/);
  const [, pid] = /^MAINPID=(\d+)\nREADY=1$/.exec(await receiver.until("MAINPID"))!;
  try {
    assert.equal((await program.ended).code, 0);
    assert.match(await receiver.until("READY"), /^READY=1\nSTATUS=forwarding by revision 1/);
    await receiver.until("WATCHDOG");
    assert.equal((await program.client.status()).revision, 1);
  } finally {
    Deno.kill(Number(pid), "SIGTERM");
    await until("its end", 5, () => Promise.resolve(!lives(Number(pid))));
  }
  await receiver.until("STOPPING");
});

Deno.test("to a version with a newer store, and back to this one", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const newer = await changed(folder.path, "newer", {
    "lib/store/schema.ts": (text) =>
      text.replace(
        /\];\n/,
        "  `ALTER TABLE revisions ADD COLUMN seal TEXT NOT NULL DEFAULT '';`,\n];\n",
      ),
  });
  for (const [timeout, file] of [[61, newer], [62, await executable(folder.path)]] as const) {
    const { code, stderr } = await program.guideway("upgrade", file);
    assert.equal(code, 0, stderr + program.log);
    await program.client.updateConf({ timeout });
    assert.equal((await program.client.status()).store_problem, null);
  }
  const { revisions } = await program.client.revisions();
  assert.deepEqual(revisions.map(({ number }) => number), [3, 2, 1]);
  await program.stop();
  using database = new DatabaseSync(`${folder.path}/state/guideway.db`);
  assert.equal(database.prepare("PRAGMA user_version").get()?.user_version, 4);
});

Deno.test("--json tells the whole of it; what it was started with counts no more", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  await program.client.removeVip("90.0.0.0/8");
  const { stdout } = await program.guideway("upgrade", await executable(folder.path), "--json");
  const { upgrade, installed } = JSON.parse(stdout);
  assert.equal(upgrade.state, "done");
  assert.deepEqual(
    upgrade.steps.map(({ step }: { step: string }) => step),
    ["checked", "started", "prepared", "handed_over", "ready"],
  );
  assert.ok(upgrade.interruption_ms < 1000);
  assert.equal(installed, null);
  const { config, revision } = await program.client.config();
  assert.deepEqual([config.vips.length, revision], [1, 2]);
  const [entry] = (await program.client.audit()).entries;
  assert.equal(entry?.what, `upgrade to ${upgrade.file}`);
  assert.equal(entry.outcome, "done");
});
