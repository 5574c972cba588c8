/**
 * The scripts of the console, bundled for browsers: one for every page and one for each island, each named by its
 * content. What was bundled from the same sources before is kept.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { stage } from "./stage.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const ISLANDS = join(ROOT, "routes/(islands)");
const OUT = join(ROOT, "build/console");
/** What is built here takes the place of the old in one step. */
const NEW = join(ROOT, `build/console.${Deno.pid}`);
/** All that a script may be made of. */
const SOURCES = [
  ...["routes", "lib/client", "lib/client.ts", "lib/condition.ts", "lib/counter_names.ts"],
  ...["lib/history.ts", "lib/packet_fields"],
  ...["deno.json", "deno.lock", "lib/setup"],
];

/** What was built. */
interface Manifest {
  /** Digest of the sources. */
  sources: string;
  /** File by name of the island; `page` is every page's. */
  scripts: Record<string, string>;
  /** All files, shared parts too. */
  files: string[];
}

/** Bundles the scripts, if their sources changed. @throws {StageError} */
export async function buildConsole(): Promise<void> {
  const sources = await digestOf(SOURCES);
  if ((await readManifest())?.sources === sources) return;
  await Deno.mkdir(NEW, { recursive: true });
  try {
    await bundle(sources);
    await Deno.remove(OUT, { recursive: true }).catch(() => {});
    await Deno.rename(NEW, OUT);
  } finally {
    await Deno.remove(NEW, { recursive: true }).catch(() => {});
  }
}

async function bundle(sources: string): Promise<void> {
  const names = await islandNames();
  await stage("Building the console", Deno.execPath(), [
    ...["bundle", "--quiet", "--platform", "browser", "--minify", "--code-splitting"],
    ...["--config", join(ROOT, "deno.json"), "--outdir", NEW],
    ...names.map((name) => join(ISLANDS, name)),
  ]);
  const scripts: Manifest["scripts"] = {};
  for (const name of names) {
    const plain = name.replace(/\.tsx?$/, "");
    scripts[plain] = await nameByContent(plain);
  }
  const files = (await Array.fromAsync(Deno.readDir(NEW))).map(({ name }) => name).sort();
  const manifest: Manifest = { sources, scripts, files };
  await Deno.writeTextFile(join(NEW, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
}

async function readManifest(): Promise<Manifest | null> {
  try {
    return JSON.parse(await Deno.readTextFile(join(OUT, "manifest.json")));
  } catch {
    return null;
  }
}

/** Files of the folder itself; what they share is in folders below. */
async function islandNames(): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(ISLANDS));
  return entries.filter(({ isFile, name }) => isFile && /\.tsx?$/.test(name))
    .map(({ name }) => name).sort();
}

/** Nobody imports these by name: the shared parts, which are imported, are named by their content already. */
async function nameByContent(name: string): Promise<string> {
  const bytes = await Deno.readFile(join(NEW, `${name}.js`));
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const file = `${name}-${digest}.js`;
  await Deno.rename(join(NEW, `${name}.js`), join(NEW, file));
  return file;
}

async function digestOf(places: string[]): Promise<string> {
  const hash = createHash("sha256");
  const visit = async (path: string): Promise<void> => {
    const info = await Deno.stat(join(ROOT, path));
    if (info.isFile) {
      hash.update(path).update(await Deno.readFile(join(ROOT, path)));
      return;
    }
    const names = (await Array.fromAsync(Deno.readDir(join(ROOT, path)))).map(({ name }) => name);
    for (const name of names.sort()) {
      if (!name.endsWith(".css")) await visit(`${path}/${name}`);
    }
  };
  for (const place of places) await visit(place);
  return hash.digest("hex");
}
