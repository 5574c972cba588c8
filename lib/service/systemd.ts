import { existsSync } from "node:fs";

/** Whether systemd runs this machine (sd_booted(3)). */
export function systemdRuns(): boolean {
  return existsSync("/run/systemd/system");
}

/** Runs `systemctl WORDS…`. @throws {Error} with its own words */
export async function systemctl(...words: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("systemctl", {
    args: words,
    stdin: "null",
    stdout: "null",
  }).output();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim();
  throw new Error(`systemctl ${words.join(" ")} failed: ${said}`);
}
