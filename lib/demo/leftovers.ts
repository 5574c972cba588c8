/**
 * What runs of the demo left behind that were killed before they could clean up.
 *
 * @module
 */
import { basename, dirname } from "node:path";
import { listNamespaces, removeNamespaces } from "./namespaces.ts";

/** How everything that a run makes is named: `gwd-<pid>-…`. */
export const RUN_NAME = /^(gwd-(\d+)-)/;

/** Name prefix of what this process makes. */
export function runPrefix(): string {
  return `gwd-${Deno.pid}-`;
}

/** Who makes such names, from source and compiled. */
const MAKERS = ["deno", "guideway", basename(Deno.execPath())];

/** Whether the process is there and is a program like this one: another may have got its number since. */
async function alive(pid: number): Promise<boolean> {
  const command = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
  return MAKERS.includes(basename(command.split("\0")[0]!));
}

/** Those of the names that belong to a run whose process is gone, by the run's prefix. */
async function stale(names: string[]): Promise<Set<string>> {
  const prefixes = new Set<string>();
  for (const name of names) {
    const match = RUN_NAME.exec(name);
    if (match && !await alive(Number(match[2]))) prefixes.add(match[1]!);
  }
  return prefixes;
}

/** Removes namespaces, what runs in them, and folders of dead runs. Says what it removed. */
export async function removeLeftovers(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(dirname(folder)), (entry) => entry.name);
  const prefixes = await stale([...await listNamespaces(), ...entries]);
  for (const prefix of prefixes) {
    await removeNamespaces(prefix);
    for (const entry of entries.filter((name) => name.startsWith(prefix))) {
      await Deno.remove(`${dirname(folder)}/${entry}`, { recursive: true });
    }
  }
  return [...prefixes];
}
