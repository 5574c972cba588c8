/**
 * What a run of the demo could leave on a machine.
 *
 * @module
 */
import assert from "node:assert/strict";

/** A machine's state at a moment, as sorted lists of words. */
export interface Traces {
  namespaces: string[];
  interfaces: string[];
  hugepages: string[];
  /** Command lines that speak of the demo or of a run's folder. */
  processes: string[];
  folders: string[];
}

async function output(program: string, args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args, stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}

async function processes(): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    const words = line.replaceAll("\0", " ").trim();
    if (/main\.ts demo\b|\bgwd-\d+-/.test(words)) found.push(`${name} ${words}`);
  }
  return found.sort();
}

async function folders(): Promise<string[]> {
  const own = await Deno.makeTempDir();
  try {
    const parent = own.slice(0, own.lastIndexOf("/"));
    const names = await Array.fromAsync(Deno.readDir(parent), ({ name }) => name);
    return names.filter((name) => /^gwd-\d+-/.test(name)).sort();
  } finally {
    await Deno.remove(own);
  }
}

/** Looks around. */
export async function look(): Promise<Traces> {
  const namespaces = (await output("ip", ["netns", "list"])).split("\n");
  const links = (await output("ip", ["-br", "link"])).split("\n");
  const memory = (await Deno.readTextFile("/proc/meminfo")).split("\n");
  return {
    namespaces: namespaces.map((line) => line.split(" ")[0]!).filter((name) => /^gwd-/.test(name)),
    interfaces: links.map((line) => line.split(/[ @]/)[0]!).filter(Boolean).sort(),
    hugepages: memory.filter((line) => /^HugePages_(Total|Free)/.test(line)),
    processes: await processes(),
    folders: await folders(),
  };
}

/** Nothing is there that was not there before. */
export async function assertNothingLeft(before: Traces): Promise<void> {
  const after = await look();
  for (const key of Object.keys(before) as (keyof Traces)[]) {
    const left = after[key].filter((one) => !before[key].includes(one));
    assert.deepEqual(left, [], `left behind: ${key}`);
  }
}
