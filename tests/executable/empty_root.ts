/**
 * A folder that holds the executable and the C library, and is all that the executable sees of the machine.
 *
 * @module
 */
import { dirname } from "node:path";
import { ROOT } from "../e2e/lab.ts";

/** The executable that is tested. */
export const EXE = Deno.env.get("GUIDEWAY_EXE") ?? "";

/** A test of the executable; without one, or without root where it is needed, it is skipped. */
export function exeTest(name: string, fn: () => Promise<void>, needsRoot = false): void {
  Deno.test({ name, ignore: EXE === "" || (needsRoot && !ROOT), fn });
}

/** How a program ended, and what it said. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, with these variables alone. */
export async function outcome(
  [program = "", ...args]: string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    env: { PATH: Deno.env.get("PATH") ?? "", ...env },
    clearEnv: true,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Paths of the shared libraries that a program needs, all of them. */
export async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await outcome(["ldd", program]);
  return stdout.split("\n").map((line) => /(\/\S+) \(0x/.exec(line)?.[1])
    .filter((path) => path !== undefined);
}

/** The folder; removed at the end of the scope. */
export async function emptyRoot(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "gw" });
  const places = await Promise.all(
    (await librariesOf(EXE)).map(async (file) => ({ file, from: await Deno.realPath(file) })),
  );
  for (const { file, from } of places) {
    await Deno.mkdir(path + dirname(file), { recursive: true });
    await Deno.copyFile(from, path + file);
  }
  await Promise.all(["proc", "sys"].map((name) => Deno.mkdir(`${path}/${name}`)));
  await Deno.copyFile(EXE, `${path}/guideway`);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** The command line of `guideway ARGS…` in there; what is mounted goes with it. */
export function within(root: string, args: string[]): string[] {
  const mounts = 'mount -t proc proc "$1/proc" && mount -t sysfs sysfs "$1/sys"';
  const script = `${mounts} && exec chroot "$@"`;
  return ["unshare", "--mount", "sh", "-c", script, "sh", root, "/guideway", ...args];
}
