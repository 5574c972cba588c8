import assert from "node:assert/strict";
import { CONFIG, makeFolder, type Outcome, Program } from "./program.ts";

function ended(outcome: Outcome, code: number): Outcome {
  assert.equal(outcome.code, code, `${outcome.stdout}\n${outcome.stderr}`);
  assert.doesNotMatch(outcome.stderr, /\n\s+at |error: Uncaught/, "no stack");
  return outcome;
}

Deno.test("revisions are listed, shown, compared and gone back to, also after a restart", async () => {
  await using folder = await makeFolder();
  {
    await using program = await Program.start(folder.path, CONFIG);
    ended(await program.guideway("server", "weight", "90.0.0.0/8", "10.0.0.2", "5"), 0);
    ended(await program.guideway("vip", "remove", "2002::/16", "tcp/80"), 0);
  }
  await using program = await Program.start(folder.path);
  const run = async (...args: string[]) => ended(await program.guideway("revision", ...args), 0);

  const list = (await run("list")).stdout;
  assert.match(
    list,
    /^ *3 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +vip\.remove +unix socket +\S+ +runs +vip 2002::\/16 tcp\/80 removed$/m,
  );
  assert.match(
    list,
    /^ *2 +[-\d]+ [:\d]+ +server\.weight +unix socket +\S+ +vip 90\.0\.0\.0\/8: servers\.10\.0\.0\.2 weight 100 → 5$/m,
  );
  assert.equal(JSON.parse((await run("list", "--json")).stdout).revisions.length, 3);
  const short = await run("list", "--limit", "1");
  assert.match(short.stderr, /there are older ones; --limit 10 shows more/);

  assert.equal(
    (await run("diff", "1", "2")).stdout,
    '~ vips["90.0.0.0/8"].servers["10.0.0.2"].weight: 100 -> 5\n',
  );
  const lines = (await run("diff", "1")).stdout.trim().split("\n");
  assert.equal(lines.length, 2);
  assert.match(lines[1]!, /^- vips\["2002::\/16 tcp\/80"\]: \{/);
  assert.equal((await run("diff", "3")).stdout, "3 and 3 are the same\n");

  assert.match((await run("rollback", "1", "--dry-run")).stderr, /dry run.*revision 3 runs/);
  const done = await run("rollback", "1");
  assert.match(done.stdout, /2002::\/16 tcp\/80 +VIP added/);
  assert.match(done.stderr, /revision 4 runs/);
  assert.match((await run("list")).stdout, /^ *4 .+ rollback to 1 .+ runs .+ tcp\/80 added$/m);

  const file = `${folder.path}/first.yaml`;
  await Deno.writeTextFile(file, (await run("show", "1")).stdout);
  const again = ended(await program.guideway("apply", file), 0);
  assert.match(again.stderr, /nothing changes; revision 4 runs/);

  const missing = ended(await program.guideway("revision", "rollback", "77"), 4);
  assert.match(missing.stderr, /revision 77 is not there; the newest is 4/);
  ended(await program.guideway("revision", "show", "x"), 2);
  ended(await program.guideway("revision", "rollback", "2", "--if-match", "1"), 4);
});
