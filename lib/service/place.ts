/**
 * What a service is made of: its program, its files, and where they lie.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";

/** What `guideway service install` is told. Paths are those that the service sees. */
export interface ServiceOptions {
  /** Null: the last stored revision goes on at each start. */
  config: string | null;
  state: string;
  listen: string;
  tls: { cert: string; key: string } | null;
  requireToken: boolean;
  /** The program and what stands before its own words. */
  command: string[];
}

/** Where systemd looks for what an administrator installs. */
export const UNIT = "/etc/systemd/system/guideway.service";

/** Only root's unit has a use for these. */
export const STATE = "/var/lib/guideway";
export const CONFIG = "/etc/guideway/guideway.yaml";

/**
 * The command line that starts this very program as a service: the executable, or deno with this checkout, which then
 * asks no registry for anything.
 */
export function programCommand(): string[] {
  if (Deno.build.standalone) return [Deno.execPath()];
  const main = resolve(import.meta.dirname!, "..", "..", "main.ts");
  return [Deno.execPath(), "run", "--allow-all", "--quiet", "--cached-only", main];
}

/** The path below another root: `/` leaves it as it is. */
export function below(root: string, path: string): string {
  return resolve(root) === "/" ? path : join(resolve(root), path);
}

/** The name below `folder` where the path is right below it, else null. */
export function nameIn(folder: string, path: string): string | null {
  return dirname(path) === folder ? path.slice(folder.length + 1) : null;
}
