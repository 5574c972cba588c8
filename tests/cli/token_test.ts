import assert from "node:assert/strict";
import { CONFIG, makeFolder, type Outcome, Program } from "./program.ts";

function ended(
  { code, stdout, stderr }: Outcome,
  wanted: number,
): { stdout: string; stderr: string } {
  assert.equal(code, wanted, stderr);
  return { stdout, stderr };
}

Deno.test("a token is made, used, listed and revoked, also after a restart", async () => {
  await using folder = await makeFolder();
  const status = async (url: string, secret: string) => {
    const headers = secret === "" ? {} : { authorization: `Bearer ${secret}` };
    const response = await fetch(`${url}/api/v1/status`, { headers });
    await response.body?.cancel();
    return response.status;
  };
  let secret: string;
  {
    await using program = await Program.start(folder.path, CONFIG, ["--require-token"]);
    const run = (...args: string[]) => program.guideway("token", ...args);
    const made = ended(await run("add", "ci", "--scope", "read", "--expires", "12h"), 0);
    secret = made.stdout.trim();
    assert.match(made.stdout, /^gw_[\w-]{43}\n$/, "the secret alone, for $(…)");
    assert.match(made.stderr, /token ci may read; .* only time/);
    assert.deepEqual([await status(program.url, ""), await status(program.url, secret)], [
      401,
      200,
    ]);

    assert.match(ended(await run("add", "ci", "--scope", "admin"), 4).stderr, /token ci already/);
    assert.match(ended(await run("add", "x", "--scope", "all"), 2).stderr, /none of read, operate/);
    assert.match(
      ended(await run("add", "x", "--scope", "read", "--expires", "2001-01-01"), 2).stderr,
      /2001-01-01 is past/,
    );
    assert.match(
      ended(await run("add", "x", "--scope", "read", "--expires", "soon"), 2).stderr,
      /--expires: soon is neither/,
    );
    assert.match(ended(await run("revoke", "x"), 4).stderr, /no token x in force/);
  }
  await using program = await Program.start(folder.path, undefined, ["--require-token"]);
  assert.equal(await status(program.url, secret), 200);
  const list = ended(await program.guideway("token", "list"), 0).stdout;
  assert.match(list, /^NAME +SCOPE +STATE +CREATED +EXPIRES +LAST USED$/m);
  assert.match(list, /^ci +read +active +\S+ \S+ +\S+ \S+ +\d{4}-\S+ \S+$/m);
  ended(await program.guideway("token", "revoke", "ci"), 0);
  assert.equal(await status(program.url, secret), 401);
  const audit = ended(await program.guideway("audit"), 0).stdout;
  assert.match(audit, /unix socket +\S+ +token ci revoked$/m);
  assert.match(audit, /nobody +127\.0\.0\.1 +GET \/api\/v1\/status \(denied: this token is not/m);
});
