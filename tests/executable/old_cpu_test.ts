/** The executable on a processor of 2008: SSE4.2, no AVX. QEMU stands for it, and refuses what it does not know. */
import assert from "node:assert/strict";
import { CONFIG, makeFolder, Program, writeConfig } from "../cli/program.ts";
import { EXE, exeTest, outcome } from "./empty_root.ts";

const OLD = ["qemu-x86_64", "-cpu", "Nehalem", EXE];

exeTest("a processor without AVX2 forwards, measures and serves", async () => {
  await using folder = await makeFolder();
  const file = await writeConfig(folder.path, CONFIG);
  const bench = ["bench", "--flows", "1000", "--seconds", "0.1", "--buckets", "1024"];
  const { code, stdout, stderr } = await outcome([...OLD, ...bench, "--new-len", "1024"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^hit +1000 /m);

  const socket = `${folder.path}/gw.sock`;
  const files = ["--config", file, "--state", `${folder.path}/state`, "--socket", socket];
  const more = ["--listen", "127.0.0.1:0", "--log-format", "text", "--flow-memory", "none"];
  await using program = await Program.startAs([...OLD, "run", ...files, ...more], socket);
  const applied = await program.client.setWeight("90.0.0.0/8", "10.0.0.1", 50);
  assert.equal(applied.revision, 2);
  assert.match(await (await program.fetch("/")).text(), /<h1>Overview<\/h1>/);
});
