/**
 * Whether a file is an executable of this program.
 *
 * @module
 */
import { isAbsolute } from "node:path";
import { RefusedError } from "../refused.ts";
import { shown } from "../shown.ts";

/** For `FILE --version`, which unpacks the library; a slow disk may be at it. */
const VERSION_MS = 10_000;

/** What the service's sandbox hides, as the unit has it unless files of the service lie there. */
const HIDDEN = /^\/(home|root|tmp|var\/tmp)\//;

/** The version that the executable tells. @throws {RefusedError} 400 with what is wrong */
export async function checkExecutable(file: string): Promise<string> {
  if (!isAbsolute(file)) throw refused(`not an absolute path: ${shown(file)}`);
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw refused(`${file}: ${reasonOf(error)}`);
    const hint = HIDDEN.test(file)
      ? "; if it is there, the service is not let see it: put it elsewhere, as into /usr/local/lib"
      : "";
    throw refused(`${file}: the running program finds no such file${hint}`);
  }
  if (!info.isFile) throw refused(`${file}: not a file`);
  if (((info.mode ?? 0) & 0o111) === 0) throw refused(`${file}: not executable; chmod +x makes it`);
  const said = await askVersion(file);
  const version = /^guideway (\S+)$/m.exec(said.split("\n", 1)[0]!)?.[1];
  if (version === undefined) {
    const words = said === "" ? "nothing" : shown(said.split("\n", 1)[0]!.slice(0, 100));
    throw refused(`${file}: no Guideway: to --version it says ${words}`);
  }
  return version;
}

async function askVersion(file: string): Promise<string> {
  const late = AbortSignal.timeout(VERSION_MS);
  try {
    const { stdout } = await new Deno.Command(file, {
      args: ["--version"],
      stdin: "null",
      stderr: "null",
      signal: late,
    }).output();
    if (late.aborted) throw new Error(`no answer to --version within ${VERSION_MS / 1000} s`);
    return new TextDecoder().decode(stdout);
  } catch (error) {
    throw refused(`${file}: ${reasonOf(error)}`);
  }
}

function refused(message: string): RefusedError {
  return new RefusedError(400, [{ path: "file", message }]);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
