/**
 * `dist/guideway`: the program, its packet library and the console in one file, and that file's SHA-256.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { namedRuntime, npmRuntime, ownRuntime, type Runtime } from "./runtime.ts";
import { stage, StageError } from "./stage.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const PARTS = join(ROOT, "build/executable");
const OUT = join(ROOT, "dist/guideway");
const WRITTEN = new Date("2020-01-01T00:00:00Z");
/**
 * MiB of each half of the engine's space for young objects. Unless told it grows to 32 of them under many changes, and
 * stays there; loading 3,000 VIPs and reading them takes as long with 4, 8, 16 and 32.
 */
const YOUNG_MOST = 4;
/** Put in the place of the old when it is whole. */
const NEW = `${OUT}.${Deno.pid}`;

/** Compiles what `deno task build` has built. @throws {Error} with a sentence. */
export async function buildExecutable(): Promise<void> {
  const modules = await gatherParts();
  await Deno.mkdir(join(ROOT, "dist"), { recursive: true });
  try {
    const runtime = await namedRuntime() ?? ownRuntime();
    await compile(runtime, modules).catch(async (error) => {
      if (runtime.denort !== null || !isDownload(error)) throw error;
      console.error("Deno cannot download its runtime here; npm has one of Deno 2.4.2 instead.");
      await compile(await npmRuntime(), modules);
    });
    await finish();
  } finally {
    await Deno.remove(NEW).catch(() => {});
  }
}

/**
 * Puts all that goes inside into one folder, each file at its path in the source. The modules become a few: reading 400
 * would take longer, and what browsers run is there already.
 *
 * @returns Names of the modules.
 */
async function gatherParts(): Promise<string[]> {
  await Deno.remove(PARTS, { recursive: true }).catch(() => {});
  await Deno.mkdir(PARTS, { recursive: true });
  await stage("Bundling the program", Deno.execPath(), [
    ...["bundle", "--quiet", "--platform", "deno", "--code-splitting"],
    ...["--config", join(ROOT, "deno.json"), "--outdir", PARTS, join(ROOT, "main.ts")],
  ]);
  const modules = await filesBelow(PARTS);
  const assets = (await filesBelow(join(ROOT, "routes/(static)")))
    .filter((path) => /\.(css|svg)$/.test(path)).map((path) => `routes/(static)/${path}`);
  const scripts = (await filesBelow(join(ROOT, "build/console")))
    .map((path) => `build/console/${path}`);
  for (const path of ["build/libguideway.so", ...assets, ...scripts]) {
    await Deno.mkdir(join(PARTS, path, ".."), { recursive: true });
    await Deno.copyFile(join(ROOT, path), join(PARTS, path));
  }
  // The executable tells when its files were written: at every build the same.
  for (const path of await filesBelow(PARTS)) {
    await Deno.utime(join(PARTS, path), WRITTEN, WRITTEN);
  }
  return modules;
}

async function filesBelow(folder: string, prefix = ""): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(join(folder, prefix))) {
    const path = join(prefix, name);
    if (isDirectory) paths.push(...await filesBelow(folder, path));
    else paths.push(path);
  }
  return paths.sort();
}

async function compile({ deno, denort, what }: Runtime, modules: string[]): Promise<void> {
  console.error(`Compiling with ${what}`);
  const included = [...modules, "build", "routes"].filter((path) => path !== "main.js");
  await stage(
    "Compiling",
    deno,
    [
      // Without the cache of compiled code: it would be a file in a folder that others may write to.
      ...["compile", "--quiet", "--allow-all", "--no-check", "--no-config", "--no-code-cache"],
      `--v8-flags=--max-semi-space-size=${YOUNG_MOST}`,
      ...included.flatMap((path) => ["--include", path]),
      ...["--output", NEW, "main.js"],
    ],
    denort === null ? {} : { DENORT_BIN: denort },
    PARTS,
  );
}

function isDownload(error: unknown): boolean {
  return error instanceof StageError && /denort|sending request|download/i.test(error.message);
}

/** Lets it tell its versions before it takes its place. */
async function finish(): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(NEW, { args: ["--version"] }).output();
  const words = new TextDecoder().decode(success ? stdout : stderr).trim();
  if (!success) throw new Error(`The executable does not start: ${words}`);
  const bytes = await Deno.readFile(NEW);
  const digest = createHash("sha256").update(bytes).digest("hex");
  await Deno.rename(NEW, OUT);
  await Deno.writeTextFile(`${OUT}.sha256`, `${digest}  guideway\n`);
  console.error(`${words}\ndist/guideway: ${(bytes.length / 1e6).toFixed(1)} MB, ${digest}`);
}
