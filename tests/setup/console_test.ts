import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { buildConsole } from "../../lib/setup/console.ts";
import { sourceFiles } from "../tools/modules.ts";

const BUILT = new URL("../../build/console/", import.meta.url);

const manifest = async () =>
  JSON.parse(await Deno.readTextFile(new URL("manifest.json", BUILT))) as {
    scripts: Record<string, string>;
    files: string[];
  };

Deno.test("each island is bundled under a name that its content gives", async () => {
  await buildConsole();
  const { scripts, files } = await manifest();
  const islands = (await sourceFiles(["routes/(islands)"], [".ts", ".tsx"]))
    .map((path) => path.slice("routes/(islands)/".length))
    .filter((name) => !name.includes("/"))
    .map((name) => name.replace(/\.tsx?$/, ""));
  assert.deepEqual(Object.keys(scripts).sort(), islands.sort());
  for (const [name, file] of Object.entries(scripts)) {
    const digest = createHash("sha256").update(await Deno.readFile(new URL(file, BUILT)))
      .digest("hex");
    assert.equal(file, `${name}-${digest.slice(0, 12)}.js`);
  }
  for (const file of files) assert.ok((await Deno.stat(new URL(file, BUILT))).size > 0, file);
});

Deno.test("what is bundled already is not bundled again", async () => {
  await buildConsole();
  const before = await Deno.stat(new URL("manifest.json", BUILT));
  await buildConsole();
  const after = await Deno.stat(new URL("manifest.json", BUILT));
  assert.equal(Number(after.mtime), Number(before.mtime));
});
