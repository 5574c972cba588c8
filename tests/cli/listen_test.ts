import assert from "node:assert/strict";
import { certificateFiles, EXPIRED, trusting } from "../tools/tls.ts";
import { CONFIG, guideway, makeFolder, Program } from "./program.ts";

const { cert, key } = certificateFiles("one");
const other = certificateFiles("two");

const REFUSED: [sentence: string, code: number, args: string[], message: RegExp][] = [
  [
    "beyond loopback without TLS",
    2,
    ["--listen", "0.0.0.0:0"],
    /0\.0\.0\.0:0 is not a loopback address; add --tls-cert FILE and --tls-key FILE, .*token add/,
  ],
  ["a certificate alone", 2, ["--tls-cert", cert], /--tls-cert needs --tls-key FILE beside it/],
  ["a key alone", 2, ["--tls-key", key], /--tls-key needs --tls-cert FILE beside it/],
  [
    "a certificate that is not there",
    1,
    ["--tls-cert", "/nowhere.crt", "--tls-key", key],
    /^guideway: \/nowhere\.crt: cannot be read: it is not there$/m,
  ],
  [
    "another's key",
    1,
    ["--tls-cert", cert, "--tls-key", other.key],
    /two\.key: not the private key/,
  ],
  [
    "an expired certificate",
    1,
    ["--tls-cert", EXPIRED, "--tls-key", key],
    /expired\.crt: .*expired at/,
  ],
];

Deno.test("what cannot be listened with is refused before anything starts, in a sentence", async (t) => {
  for (const [sentence, code, args, message] of REFUSED) {
    await t.step(sentence, async () => {
      await using folder = await makeFolder();
      const place = ["--state", `${folder.path}/state`, "--socket", `${folder.path}/gw.sock`];
      const ended = await guideway(["run", ...place, "--listen", "127.0.0.1:0", ...args]);
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr, message);
      assert.deepEqual([...Deno.readDirSync(folder.path)], []);
    });
  }
});

Deno.test("TLS is served beyond loopback, and a new certificate from SIGHUP on", async () => {
  await using folder = await makeFolder();
  const files = { cert: `${folder.path}/a.crt`, key: `${folder.path}/a.key` };
  const put = (from: { cert: string; key: string }) => {
    Deno.copyFileSync(from.cert, files.cert);
    Deno.copyFileSync(from.key, files.key);
  };
  put({ cert, key });
  await using program = await Program.start(folder.path, CONFIG, [
    ...["--listen", "0.0.0.0:0", "--tls-cert", files.cert, "--tls-key", files.key],
  ]);
  assert.match(program.url, /^https:\/\/0\.0\.0\.0:\d+$/);
  assert.match(program.log, /certificate_expires=21\d\d-/);
  assert.ok(await program.logged(/nobody has a token yet: make one with guideway token add/));
  const url = program.url.replace("0.0.0.0", "localhost");
  using first = trusting("one");
  using second = trusting("two");
  assert.equal((await (await fetch(`${url}/healthz`, { client: first })).json()).status, "ok");
  put(other);
  program.signal("SIGHUP");
  assert.ok(await program.logged(/certificate_taken: a new certificate is served/));
  assert.equal((await (await fetch(`${url}/healthz`, { client: second })).json()).status, "ok");
});
