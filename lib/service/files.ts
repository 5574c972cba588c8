/**
 * Writes and removes a service's files, also below another root.
 *
 * @module
 */
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { chmod, mkdir, readdir, realpath, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { defaultFlowMemory } from "../paths.ts";
import { below, type ServiceOptions, UNIT } from "./place.ts";
import { SKELETON } from "./skeleton.ts";
import { readUnit, unitText } from "./unit.ts";

/** Something to do, and how it is told. */
export interface Step {
  path: string;
  /** What becomes of it: `written`, `made`, `kept`, `removed`. */
  what: string;
  /** The text of a file that is written. */
  text?: string;
  act: (() => Promise<unknown>) | null;
}

/** What an install does, in order; nothing is done yet. @throws {Error} where another's unit stands */
export function installSteps(root: string, options: ServiceOptions): Step[] {
  const { config, state } = options;
  return [
    unitStep(root, options),
    ...config === null ? [] : [configStep(root, config)],
    folderStep(below(root, state)),
  ];
}

function unitStep(root: string, options: ServiceOptions): Step {
  const path = below(root, UNIT);
  if (existsSync(path) && readUnit(readFileSync(path, "utf8")) === null) {
    throw new Error(`${path} is there and was not written by guideway: not replaced`);
  }
  const text = unitText(options);
  return { path, what: "written", text, act: () => write(path, text, 0o644) };
}

function configStep(root: string, config: string): Step {
  const path = below(root, config);
  if (existsSync(path)) return { path, what: "kept: it was there", act: null };
  return { path, what: "written", text: SKELETON, act: () => write(path, SKELETON, 0o640) };
}

function folderStep(path: string): Step {
  if (!existsSync(path)) {
    const make = () => mkdir(path, { recursive: true }).then(() => chmod(path, 0o700));
    return { path, what: "made", act: make };
  }
  if (!lstatSync(path).isDirectory()) throw new Error(`${path} is there and no folder`);
  return { path, what: "kept: it was there", act: null };
}

async function write(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode });
  // What was there keeps its mode otherwise.
  await chmod(path, mode);
}

/** What an uninstall does, in order. @throws {Error} where no unit of ours is installed */
export function uninstallSteps(root: string, purge: boolean): Step[] {
  const path = below(root, UNIT);
  if (!existsSync(path)) throw new Error(`there is no ${path}: nothing is installed`);
  const unit = readUnit(readFileSync(path, "utf8"));
  if (unit === null) throw new Error(`${path} was not written by guideway: not removed`);
  const there = (file: string | null, remove: (path: string) => Promise<void>): Step[] => {
    const path = file === null ? null : below(root, file);
    if (path === null || !existsSync(path)) return [];
    if (!purge) return [{ path, what: "left; --purge removes it", act: null }];
    return [{ path, what: "removed", act: () => remove(path) }];
  };
  return [
    { path, what: "removed", act: () => rm(path) },
    ...there(unit.config, removeFile),
    ...there(unit.state, purgeState),
  ];
}

async function removeFile(path: string): Promise<void> {
  await rm(path);
  await removeEmpty(dirname(path));
}

/**
 * Only what the program writes there, also what it set aside: the folder may have been somebody else's first.
 */
const STATE_FILES = /^(lock|last-good\.json|guideway\.db)([-.].*)?$/;

async function purgeState(folder: string): Promise<void> {
  // Flows that outlived the program lie in memory, under a name that the folder gives.
  await rm(await defaultFlowMemory(await realpath(folder)), { recursive: true, force: true });
  for (const name of await readdir(folder)) {
    if (STATE_FILES.test(name)) await rm(join(folder, name));
  }
  await removeEmpty(folder);
}

async function removeEmpty(folder: string): Promise<void> {
  if ((await readdir(folder)).length === 0) await rmdir(folder);
}
