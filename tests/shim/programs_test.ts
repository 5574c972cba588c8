import assert from "node:assert/strict";

/** The C tests and fuzzers, as `make -C shim` builds them, with sanitizers. */
const ROOT = new URL("../../", import.meta.url).pathname;
const FUZZERS = [...Deno.readDirSync(`${ROOT}tests/shim`)]
  .map(({ name }) => name)
  .filter((name) => /^fuzz.*\.c$/.test(name))
  .map((name) => name.replace(/\.c$/, ""))
  .sort();

/** For all fuzzers together. */
const FUZZ_SECONDS = Number(Deno.env.get("FUZZ_SECONDS") ?? 60);

async function run(program: string, args: string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" })
    .output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

async function make(target: string): Promise<string> {
  const { code, text } = await run("make", ["-C", `${ROOT}shim`, target]);
  assert.equal(code, 0, `make ${target} failed:\n${text.slice(-4000)}`);
  return text;
}

/** The places of known inputs, those there are: one folder a fuzzer. */
async function corpus(fuzzer: string): Promise<string[]> {
  const folder = `${ROOT}tests/corpus/${fuzzer}`;
  const info = await Deno.stat(folder).catch(() => null);
  return info?.isDirectory ? [folder] : [];
}

/** What made the fuzzer stop, in hex, from the files that it wrote. */
async function findings(folder: string): Promise<string> {
  const found: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile) continue;
    const bytes = await Deno.readFile(`${folder}/${name}`);
    found.push(`${name}: ${bytes.subarray(0, 4096).toHex()}`);
  }
  return found.join("\n");
}

async function fuzz(fuzzer: string, seconds: number): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    // New inputs go into the first folder: the checkout stays as it is.
    await Deno.mkdir(`${folder}/new`);
    const { code, text } = await run(`${ROOT}build/${fuzzer}`, [
      `-max_total_time=${seconds}`,
      `-artifact_prefix=${folder}/`,
      "-print_final_stats=1",
      "-timeout=10",
      `${folder}/new`,
      ...await corpus(fuzzer),
    ]);
    assert.equal(code, 0, `${fuzzer}:\n${text.slice(-4000)}\n${await findings(folder)}`);
    const executed = /stat::number_of_executed_units:\s*(\d+)/.exec(text)?.[1];
    assert.ok(Number(executed) > 1000, `${fuzzer} ran only ${executed} inputs`);
    console.log(`${fuzzer}: ${executed} inputs in ${seconds} s`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the C tests pass with address and undefined-behaviour sanitizers", async () => {
  const text = await make("test");
  assert.match(text, /shim: running \w+/, "no C test ran");
});

Deno.test("there are fuzzers, and they build", async () => {
  assert.notEqual(FUZZERS.length, 0);
  await make("fuzz");
});

for (const fuzzer of FUZZERS) {
  const seconds = Math.max(1, Math.round(FUZZ_SECONDS / FUZZERS.length));
  Deno.test(`no input breaks ${fuzzer}`, () => fuzz(fuzzer, seconds));
}
