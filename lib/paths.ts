/**
 * Where the program keeps its state and listens, unless it is told.
 *
 * @module
 */
import { join } from "node:path";

/** The state directory: /var/lib/guideway for root, else below the user's own state folder. */
export function defaultStateDirectory(): string {
  if (Deno.uid() === 0) return "/var/lib/guideway";
  const base = absolute(Deno.env.get("XDG_STATE_HOME")) ??
    join(absolute(Deno.env.get("HOME")) ?? Deno.cwd(), ".local", "state");
  return join(base, "guideway");
}

/** The folder in memory for established connections, another one for each state directory (without links). */
export async function defaultFlowMemory(stateDirectory: string): Promise<string> {
  const bytes = new TextEncoder().encode(stateDirectory);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const name = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0"));
  return `/dev/shm/guideway-${name.join("")}`;
}

/** The unix socket: `GUIDEWAY_SOCKET`, else /run for root, else the user's runtime or state folder. */
export function defaultSocket(stateDirectory = defaultStateDirectory()): string {
  const told = Deno.env.get("GUIDEWAY_SOCKET");
  if (told) return told;
  if (Deno.uid() === 0) return "/run/guideway/guideway.sock";
  const runtime = absolute(Deno.env.get("XDG_RUNTIME_DIR"));
  return join(runtime ?? stateDirectory, "guideway.sock");
}

/** The XDG rules say that a relative path counts as unset. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith("/") ? path : undefined;
}
