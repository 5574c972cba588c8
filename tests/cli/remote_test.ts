import assert from "node:assert/strict";
import { certificateFiles } from "../tools/tls.ts";
import { CONFIG, guideway, makeFolder, Program } from "./program.ts";

const { cert, key } = certificateFiles("one");

Deno.test("commands reach a program elsewhere over TLS with a token, and say what is missing", async (t) => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG, [
    ...["--listen", "0.0.0.0:0", "--tls-cert", cert, "--tls-key", key],
  ]);
  const { secret } = await program.client.addToken("ann", "operate");
  const file = `${folder.path}/ann.token`;
  await Deno.writeTextFile(file, `${secret}\n`);
  const url = program.url.replace("0.0.0.0", "localhost");
  const ca = ["--ca", cert];
  const cases: [sentence: string, args: string[], code: number, output: RegExp, env?: object][] = [
    ["status", ["status", "--url", url, "--token-file", file, ...ca], 0, /revision +1/i],
    [
      "from the environment",
      ["server", "weight", "90.0.0.0/8", "10.0.0.2", "5", ...ca],
      0,
      /10\.0\.0\.2 weight 100 to 5/,
      { GUIDEWAY_URL: url, GUIDEWAY_TOKEN: secret },
    ],
    ["no token", ["status", "--url", url, ...ca], 1, /a token is needed: .*--token-file FILE/],
    [
      "too small a scope",
      ["conf", "set", "--timeout", "60", "--url", url, "--token-file", file, ...ca],
      4,
      /this needs scope admin; that of ann is operate/,
    ],
    ["no --ca", ["status", "--url", url, "--token-file", file], 3, /--ca FILE/],
    [
      "nobody there",
      ["status", "--url", "https://localhost:1", ...ca],
      3,
      /nothing answers at https/,
    ],
    ["in the clear", ["status", "--url", "http://192.0.2.1:1"], 2, /read by others.*use https/],
    ["no address", ["status", "--url", "lb.example"], 2, /not like https:\/\/lb\.example:8443/],
    ["no file", ["status", "--url", url, "--token-file", "/nowhere"], 1, /cannot read \/nowhere/],
    ["two programs", ["status", "--url", url, "--socket", "x"], 2, /--socket and --url name two/],
    ["a token for the socket", ["status", "--token-file", file], 2, /--token-file needs --url/],
  ];
  for (const [sentence, args, code, output, env = {}] of cases) {
    await t.step(sentence, async () => {
      const ended = await guideway(args, { ...env });
      const text = ended.stdout + ended.stderr;
      assert.equal(ended.code, code, text);
      assert.match(text, output);
      assert.ok(!text.includes(secret.slice(3)));
    });
  }
});
