import type { Client } from "../client.ts";
import { connectTo } from "../connect.ts";
import { defaultSocket } from "../paths.ts";

/** For `.option(...SOCKET_OPTION)` on every command that talks to the running program. */
export const SOCKET_OPTION = [
  "--socket <path>",
  "unix socket of the running program (or GUIDEWAY_SOCKET)",
] as const;

/** For `.option(...JSON_OPTION)` on every command that reads. */
export const JSON_OPTION = ["--json", "print JSON"] as const;

/** For `.option(...DRY_RUN_OPTION)` on every command that changes. */
export const DRY_RUN_OPTION = ["--dry-run", "say what would change and change nothing"] as const;

/** A client of the program that listens at `--socket`. */
export function connect(options: { socket?: string | undefined }): Client {
  return connectTo({ socket: options.socket ?? defaultSocket() });
}
