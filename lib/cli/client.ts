import type { Client } from "../client.ts";
import { connectTo } from "../connect.ts";
import { readTarget, type TargetOptions } from "./target.ts";

/** For `.option(...SOCKET_OPTION)` on every command that talks to the running program. */
export const SOCKET_OPTION = [
  "--socket <path>",
  "unix socket of the running program (or GUIDEWAY_SOCKET)",
] as const;

/** For `.option(...JSON_OPTION)` on every command that reads. */
export const JSON_OPTION = ["--json", "print JSON"] as const;

/** For `.option(...DRY_RUN_OPTION)` on every command that changes. */
export const DRY_RUN_OPTION = ["--dry-run", "say what would change and change nothing"] as const;

/** A client of the program that the command is about. */
export function connect(options: TargetOptions): Client {
  return connectTo(readTarget(options));
}
