import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { CONFIG, guideway, makeFolder, Program } from "./program.ts";

const ROOT = Deno.uid() === 0;
const VIP = "90.0.0.0/8";

/** A disk of 2 MB, at the program's state folder. */
async function makeDisk(): Promise<{ folder: string; state: string } & AsyncDisposable> {
  const folder = await makeFolder();
  const state = `${folder.path}/state`;
  Deno.mkdirSync(state);
  await system("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", state);
  return {
    folder: folder.path,
    state,
    [Symbol.asyncDispose]: async () => {
      await system("umount", state);
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function system(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args }).output();
  assert.ok(success, `${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

/** Takes all the room that is left. @returns gives it back */
function fill(state: string): () => void {
  const path = `${state}/filler`;
  const file = Deno.openSync(path, { create: true, write: true });
  try {
    for (const piece of [new Uint8Array(65536), new Uint8Array(1024)]) {
      try {
        for (;;) if (file.writeSync(piece) < piece.length) break;
      } catch {
        // It is full.
      }
    }
  } finally {
    file.close();
  }
  return () => Deno.removeSync(path);
}

/** How the program says it is. */
async function told(program: Program) {
  const status = await program.client.status();
  const healthz = await program.fetch("/healthz");
  return { status, healthz: healthz.status, words: JSON.stringify(await healthz.json()) };
}

/** Waits until it says that the store is in order. */
async function mended(program: Program): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if ((await program.client.status()).store_problem === null) return;
    await pause(200);
  }
  assert.fail(`still not in order:\n${program.log}`);
}

async function weightOf(program: Program): Promise<number> {
  return (await program.client.config()).config.vips[0]!.servers[0]!.weight;
}

/** Overwrites the second half of the file: what a broken disk leaves. */
function damage(path: string): void {
  const size = Deno.statSync(path).size;
  const file = Deno.openSync(path, { write: true });
  file.seekSync(Math.floor(size / 2 / 4096) * 4096, Deno.SeekMode.Start);
  file.writeSync(new Uint8Array(size).fill(0x5a));
  file.close();
}

for (
  const [how, harm] of [
    ["in its second half", damage],
    ["as a whole", (path: string) => Deno.writeTextFileSync(path, "what is this?".repeat(1000))],
  ] as const
) {
  Deno.test(`a store that is damaged ${how} is set aside, and what ran last runs again`, async () => {
    await using folder = await makeFolder();
    {
      await using program = await Program.start(folder.path, CONFIG);
      for (const weight of [7, 8, 9]) await program.client.setWeight(VIP, "10.0.0.1", weight);
      await program.stop(); // what SQLite keeps beside the file would heal it
    }
    harm(`${folder.path}/state/guideway.db`);
    await using program = await Program.start(folder.path);
    assert.deepEqual([await weightOf(program), (await program.client.config()).revision], [9, 4]);
    const { status, healthz, words } = await told(program);
    assert.match(status.start_notes.join(), /was damaged and is set aside as \S+damaged-/);
    assert.deepEqual([healthz, status.store_problem], [200, null]);
    assert.match(words, /was damaged/);
    assert.match(program.log, /store_damaged/);
    assert.match(await (await program.fetch("/")).text(), /At its start, .*was damaged/);
    assert.match((await program.guideway("status")).stderr, /was damaged/);
    assert.equal((await program.client.setWeight(VIP, "10.0.0.1", 10)).revision, 5);
    const aside = [...Deno.readDirSync(`${folder.path}/state`)].map(({ name }) => name);
    assert.ok(aside.some((name) => /^guideway\.db\.damaged-\w+$/.test(name)), aside.join());
  });
}

Deno.test({
  name:
    "on a full disk changes run and are told not to be stored, and are stored when there is room",
  ignore: !ROOT,
  fn: async () => {
    await using disk = await makeDisk();
    {
      await using program = await Program.start(disk.folder, CONFIG);
      const stored = await program.client.setWeight(VIP, "10.0.0.1", 7);
      assert.equal(stored.store_problem, null);
      const empty = fill(disk.state);
      let last = stored;
      // What SQLite has set aside already takes some.
      for (let weight = 8; weight <= 60 && last.store_problem === null; weight++) {
        last = await program.client.setWeight(VIP, "10.0.0.1", weight);
      }
      assert.match(last.store_problem ?? "", /full|no space/i);
      assert.equal(await weightOf(program), (last.revision - 2) + 7);
      const { status, healthz, words } = await told(program);
      assert.deepEqual([healthz, status.store_problem === null], [503, false]);
      assert.match(words, /full|no space/i);
      const shown = await program.guideway("server", "weight", VIP, "10.0.0.1", "61");
      assert.match(shown.stderr, /it is not stored yet, which is tried again: .*(full|no space)/i);
      empty();
      await mended(program);
      await program.stop("SIGKILL");
    }
    await using program = await Program.start(disk.folder);
    assert.equal(await weightOf(program), 61);
  },
});

Deno.test({
  name: "a start on a full disk runs what ran last, and stores again when there is room",
  ignore: !ROOT,
  fn: async () => {
    await using disk = await makeDisk();
    {
      await using program = await Program.start(disk.folder, CONFIG);
      await program.client.setWeight(VIP, "10.0.0.1", 7);
    }
    const empty = fill(disk.state);
    {
      await using program = await Program.start(disk.folder);
      assert.equal(await weightOf(program), 7);
      const done = await program.client.setWeight(VIP, "10.0.0.1", 8);
      if (done.store_problem !== null) assert.equal((await told(program)).healthz, 503);
      empty();
      await mended(program);
      await program.stop("SIGKILL");
    }
    await using program = await Program.start(disk.folder);
    assert.equal(await weightOf(program), 8);
  },
});

Deno.test({
  name: "a start on a read-only disk runs what ran last, and confirms no change as stored",
  ignore: !ROOT,
  fn: async () => {
    await using disk = await makeDisk();
    {
      await using program = await Program.start(disk.folder, CONFIG);
      await program.client.setWeight(VIP, "10.0.0.1", 7);
    }
    await system("mount", "-o", "remount,ro", disk.state);
    {
      await using program = await Program.start(disk.folder);
      assert.equal(await weightOf(program), 7);
      assert.match((await told(program)).status.store_problem ?? "", /read-?only|unable to open/i);
      const done = await program.client.setWeight(VIP, "10.0.0.1", 8);
      assert.match(done.store_problem ?? "", /read-?only|unable to open/i);
      assert.equal(await weightOf(program), 8);
      const token = await program.guideway("token", "add", "ci", "--scope", "read");
      assert.notEqual(token.code, 0, "a token that would not be there later is not made");
      assert.match(await (await program.fetch("/")).text(), /Changes are not stored/);
      await system("mount", "-o", "remount,rw", disk.state);
      await mended(program);
      await program.stop("SIGKILL");
    }
    await using program = await Program.start(disk.folder);
    assert.equal(await weightOf(program), 8);
  },
});

Deno.test("a configuration that cannot run leaves the last good one running, and says what differs", async () => {
  await using folder = await makeFolder();
  {
    await using program = await Program.start(folder.path, CONFIG);
    await program.client.setWeight(VIP, "10.0.0.1", 7);
  }
  const device = { interfaces: { net0: { device: "af_packet:gw-nothing" } } };
  const wrong: [config: unknown, why: RegExp][] = [
    [
      { ...CONFIG, ...device },
      /net0\.device: .*gw-nothing.*revision 2 runs; it would have changed: .*device/,
    ],
    [{ ...CONFIG, vips: [{ prefix: "90.0.0.0/8", encap: "gre5" }] }, /encap.*: revision 2 runs$/],
  ];
  for (const [config, why] of wrong) {
    await using program = await Program.start(folder.path, config);
    const { config: runs, revision } = await program.client.config();
    assert.deepEqual([revision, runs.vips[0]!.servers[0]!.weight], [2, 7]);
    const { status, words } = await told(program);
    assert.match(status.start_notes.join(), why);
    assert.match(words, /cannot run/);
    assert.match(program.log, /config_fallback/);
  }
  await using program = await Program.start(folder.path);
  assert.equal((await program.client.setWeight(VIP, "10.0.0.1", 8)).revision, 3);
});

Deno.test("a backup of a running program comes back, with its tokens", async () => {
  await using folder = await makeFolder();
  const file = `${folder.path}/kept`;
  const state = ["--state", `${folder.path}/state`];
  {
    await using program = await Program.start(folder.path, CONFIG);
    await program.client.setWeight(VIP, "10.0.0.1", 7);
    await program.guideway("token", "add", "ci", "--scope", "read");
    const made = await guideway(["backup", file, ...state]);
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /kept: revision 2 and 1 before, 1 tokens, \d+ entries/);
    assert.match((await guideway(["backup", file, ...state])).stderr, /kept: is there already/);
    await program.client.setWeight(VIP, "10.0.0.1", 8);
    const refused = await guideway(["restore", file, ...state]);
    assert.deepEqual([refused.code, /another program uses/.test(refused.stderr)], [1, true]);
  }
  Deno.writeTextFileSync(`${folder.path}/other`, "not a store");
  const wrong = await guideway(["restore", `${folder.path}/other`, ...state]);
  assert.match(wrong.stderr, /^guideway: \S+\/other: file is not a database/);
  const done = await guideway(["restore", file, ...state]);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stderr, /what was there before is .*guideway\.db\.before-restore-/);
  await using program = await Program.start(folder.path);
  assert.deepEqual([await weightOf(program), (await program.client.config()).revision], [7, 2]);
  assert.match((await program.guideway("token", "list")).stdout, /^ci +read +active/m);
});
