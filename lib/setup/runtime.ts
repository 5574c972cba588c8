/**
 * The runtime that goes into the executable, and the Deno that puts it there: both of one version. `DENORT_BIN` names a
 * runtime; else Deno downloads its own; where it cannot, npm has one inside another program.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { elfSize } from "./elf.ts";
import { stage } from "./stage.ts";

const FOLDER = new URL("../../build/runtime/", import.meta.url).pathname;
/** Deno programs of one version: one to compile with, and one that begins with the runtime. */
const NPM = {
  version: "2.4.2",
  deno: {
    name: "@deno/linux-x64-glibc",
    version: "2.4.2",
    file: "deno",
    sha256: "1d6580e813252f6b27a41d97d2e3725a408baa2e765a86e45f65b228d3e93ad6",
  },
  runtime: {
    name: "@vltpkg/cli-linux-x64",
    version: "0.0.0-18",
    file: "vlt",
    sha256: "b38c4d77b5394feb3660d20f9d0ebabd01276534f139d579efd5d5f55c2a42bc",
  },
};

/** What `deno compile` is run with. */
export interface Runtime {
  /** The Deno that compiles. */
  deno: string;
  /** For `DENORT_BIN`; null: Deno downloads its own. */
  denort: string | null;
  /** A sentence for people. */
  what: string;
}

/** Deno's own, to be downloaded. */
export function ownRuntime(): Runtime {
  const what = `the runtime of Deno ${Deno.version.deno}, from where Deno keeps it`;
  return { deno: Deno.execPath(), denort: null, what };
}

/**
 * The one that `DENORT_BIN` names, with a Deno of its version; null without that variable.
 *
 * @throws {Error} when it is none, or of a version that this setup has no Deno for.
 */
export async function namedRuntime(): Promise<Runtime | null> {
  const denort = Deno.env.get("DENORT_BIN");
  if (!denort) return null;
  const version = versionOf(await Deno.readFile(denort));
  if (version === null) throw new Error(`DENORT_BIN: ${denort} is no runtime of Deno`);
  const what = `${denort} (Deno ${version}), as DENORT_BIN says`;
  if (version === Deno.version.deno) return { deno: Deno.execPath(), denort, what };
  if (version !== NPM.version) {
    throw new Error(
      `DENORT_BIN: ${denort} is of Deno ${version}, this is Deno ${Deno.version.deno}: run the task with Deno ${version}.`,
    );
  }
  return { deno: await fetched(NPM.deno), denort, what };
}

/** The one that npm has. @throws {Error} where it has none for this processor. */
export async function npmRuntime(): Promise<Runtime> {
  if (Deno.build.arch !== "x86_64") {
    throw new Error(
      `npm has no runtime for ${Deno.build.arch}: name one by DENORT_BIN, or compile where Deno can download its own.`,
    );
  }
  const deno = await fetched(NPM.deno);
  const denort = await fetched(NPM.runtime, (bytes) => bytes.subarray(0, elfSize(bytes)));
  return { deno, denort, what: `the runtime of Deno ${NPM.version}, from npm` };
}

/** What Deno calls itself towards servers stands in its programs. */
function versionOf(program: Uint8Array): string | null {
  const at = new TextDecoder("latin1").decode(program).match(/Deno\/(\d+\.\d+\.\d+)/);
  return at?.[1] ?? null;
}

/**
 * A program of an npm package, by way of Deno's own npm client; kept for the next time.
 *
 * @param cut What is kept of it: a program may carry more than is wanted.
 */
async function fetched(
  { name, version, file, sha256 }: typeof NPM.deno,
  cut = (bytes: Uint8Array) => bytes,
): Promise<string> {
  const kept = join(FOLDER, `${file}-${version}`);
  if (await Deno.stat(kept).then(() => true, () => false)) return kept;
  await Deno.mkdir(FOLDER, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: FOLDER });
  try {
    const needs = { dependencies: { [name]: version } };
    await Deno.writeTextFile(join(folder, "package.json"), JSON.stringify(needs));
    await stage(
      `Fetching ${name} ${version} from npm`,
      Deno.execPath(),
      [
        ...["install", "--no-lock", "--node-modules-dir=auto", "--minimum-dependency-age=0"],
      ],
      { DENO_DIR: join(folder, "cache") },
      folder,
    );
    const bytes = await Deno.readFile(join(folder, "node_modules", name, file));
    const digest = createHash("sha256").update(bytes).digest("hex");
    if (digest !== sha256) {
      throw new Error(`${file} of ${name} ${version} has the SHA-256 ${digest}, not ${sha256}.`);
    }
    await Deno.writeFile(`${folder}/${file}`, cut(bytes), { mode: 0o755 });
    await Deno.rename(`${folder}/${file}`, kept);
    return kept;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
