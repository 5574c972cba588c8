/**
 * Makes a source checkout ready: Debian packages, npm packages, the packet library, the console's scripts. Says nothing
 * when all is in place. `deno run -A lib/setup/mod.ts build|demo|test|compile`; words go to stderr. The last one makes
 * the executable, too.
 *
 * @module
 */
import { intact, launchers } from "../launchers.ts";
import { buildConsole } from "./console.ts";
import { buildExecutable } from "./executable.ts";
import { missingPackages, packagesFor, type Purpose } from "./packages.ts";
import { stage } from "./stage.ts";
import { foreignFolder, readSystem, unsupported } from "./system.ts";

/** Something is missing that the setup cannot get; the message says what and how to get it. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

const ROOT = new URL("../../", import.meta.url);

async function installPackages(purpose: Purpose): Promise<void> {
  const missing = await missingPackages(packagesFor(purpose));
  if (missing.length === 0) return;
  const install = `apt-get install ${missing.join(" ")}`;
  if (Deno.uid() !== 0) {
    throw new SetupError(
      `Missing Debian packages: ${missing.join(", ")}; get them with "sudo ${install}".`,
    );
  }
  console.error(`Missing Debian packages, to be installed with apt-get: ${missing.join(", ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  // A source out of order may not matter: what it says is told when the packages are not found.
  const lists = await stage("Reading Debian's package lists", "apt-get", [
    "update",
    "--option=APT::Update::Error-Mode=any",
  ], env).then(() => [], (error: Error) => [error.message]);
  try {
    await stage("Installing Debian packages", "apt-get", [
      "install",
      "--yes",
      "--no-install-recommends",
      ...missing,
    ], env);
  } catch (error) {
    throw new SetupError([...lists, (error as Error).message].join("\n"));
  }
}

/** The tests write where a run with sudo may have left root's files. */
async function requireOwnFolders(uid: number): Promise<void> {
  const foreign = await foreignFolder(ROOT, ["build", "build/obj", "node_modules"], uid);
  if (!foreign) return;
  const take = `sudo chown -R ${uid} build node_modules`;
  throw new SetupError(`${foreign} belongs to another user: use "sudo", or take it by "${take}".`);
}

async function installNpm(): Promise<void> {
  // Deno writes down in node_modules what it holds: with all in place this takes some 20 ms.
  const config = new URL("deno.json", ROOT).pathname;
  await stage("Installing npm packages", Deno.execPath(), ["install", "--config", config]);
}

async function buildLibrary(): Promise<void> {
  const shim = new URL("shim", ROOT).pathname;
  const jobs = `-j${navigator.hardwareConcurrency}`;
  await stage("Building the packet library", "make", ["-C", shim, jobs]);
}

/**
 * Brings all that the purpose needs into place.
 *
 * @throws {SetupError} when that is not possible here.
 * @throws {StageError} when a program of the setup fails.
 */
export async function setUp(purpose: Purpose): Promise<void> {
  const reason = unsupported(await readSystem());
  if (reason) throw new SetupError(reason);
  if (purpose === "demo" && Deno.uid() !== 0) {
    throw new SetupError('The demo makes network namespaces and needs root for that: use "sudo".');
  }
  await installPackages(purpose);
  const uid = Deno.uid();
  if (purpose === "test" && uid) await requireOwnFolders(uid);
  await Promise.all([installNpm().then(buildConsole), buildLibrary()]);
}

function purposeOf(word: string | undefined): Purpose | null {
  if (word === "build" || word === "demo" || word === "test") return word;
  return word === "compile" ? "build" : null;
}

async function main(word: string | undefined): Promise<number> {
  const purpose = purposeOf(word);
  if (purpose === null) {
    console.error("Usage: deno run -A lib/setup/mod.ts build|demo|test|compile");
    return 2;
  }
  const chain = launchers();
  try {
    await setUp(purpose);
    if (word === "compile") await buildExecutable();
    // Whoever ended `npx` meanwhile does not want what comes after the setup.
    return intact(chain) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args[0]));
