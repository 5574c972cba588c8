/**
 * The programs between the user and this one: `npx`, its shell, `deno task`. One that is ended by its
 * id alone tells the others nothing, so what they started looks whether they are still there.
 *
 * @module
 */
import { basename } from "node:path";

function read(pid: number, file: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${file}`);
  } catch {
    return "";
  }
}

/** 0: the process is gone. */
function parentOf(pid: number): number {
  const stat = read(pid, "stat");
  // After the name in brackets, which may hold anything: state, parent.
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
}

/** `npx …`, `npm exec …`, `sh -c …`, `deno task …`, and the program that npm starts deno by. */
function launches(pid: number): boolean {
  const [program, second] = read(pid, "cmdline").split(/[\0 ]/);
  const name = basename(program ?? "");
  if (name === "sh" || name === "dash") return second === "-c";
  return name === "deno" ? second === "task" : ["npm", "npx", "node"].includes(name);
}

/** Ids from this process up to the topmost launcher, each the parent of the one before. */
export function launchers(): number[] {
  const chain = [Deno.pid];
  for (let pid = parentOf(Deno.pid); pid > 1 && launches(pid); pid = parentOf(pid)) chain.push(pid);
  // Whoever started the topmost one counts too where there is no launcher: a shell that is killed.
  return chain.length > 1 ? chain : [Deno.pid, parentOf(Deno.pid)];
}

/** Whether every process of the chain still has the parent that it had. */
export function intact(chain: number[]): boolean {
  return chain.every((pid, at) => chain[at + 1] === undefined || parentOf(pid) === chain[at + 1]);
}
