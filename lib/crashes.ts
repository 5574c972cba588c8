/**
 * What crashes left behind: `crash-<seconds since 1970>.txt` in the state folder, written by the packet library while the
 * program ended. A start tells of it once, and gives it the name `crashed-….txt`.
 *
 * @module
 */
import { readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { log } from "./log.ts";

/** So many reports are kept. */
const KEEP_MOST = 20;

/** Tells of the crashes since the last start, in the log and as sentences. Never fails: a report helps, no more. */
export function tellCrashes(folder: string): string[] {
  try {
    const reports = readdirSync(folder).filter((name) => /^crash-\d+\.txt$/.test(name)).sort();
    const told = reports.map((name) => tellCrash(folder, name));
    const old = readdirSync(folder).filter((name) => /^crashed-\d+\.txt$/.test(name)).sort();
    for (const name of old.slice(0, -KEEP_MOST)) rmSync(join(folder, name));
    return told;
  } catch (error) {
    log("crash_unread", { error: String(error) });
    return [];
  }
}

function tellCrash(folder: string, name: string): string {
  const report = join(folder, name.replace("crash-", "crashed-"));
  renameSync(join(folder, name), report);
  const at = new Date(Number(/\d+/.exec(name)![0]) * 1000).toISOString();
  const lines = readFileSync(report, "utf8").split("\n");
  const fact = (word: string) => lines.find((line) => line.startsWith(word))?.slice(word.length);
  const facts = {
    at,
    signal: /crashed: (\w+)/.exec(lines[0] ?? "")?.[1],
    worker: fact("worker "),
    step: fact("step "),
    revision: fact("revision "),
    report,
  };
  log("crashed", facts);
  return `the program crashed at ${at}: ${facts.signal}, worker ${facts.worker}, step ${facts.step}, ` +
    `revision ${facts.revision}; ${report} tells more`;
}
