/**
 * Which system this is, and whether a source checkout can set itself up on it.
 *
 * @module
 */

/** What decides whether the setup works here. */
export interface System {
  /** Deno's word: `linux`, `darwin`, … */
  os: string;
  /** Deno's word: `x86_64` or `aarch64`. */
  arch: string;
  /** As people say it: `Debian GNU/Linux 12 (bookworm)`. */
  name: string;
  /** Of the same packages: `debian` is among the words of ID and ID_LIKE. */
  debian: boolean;
}

/** Reads `KEY=value` and `KEY="value"` lines, as in /etc/os-release. */
export function parseOsRelease(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const match = /^([A-Z_]+)=(?:"(.*)"|(.*))$/.exec(line.trim());
    if (match) values[match[1]!] = match[2] ?? match[3] ?? "";
  }
  return values;
}

/** The system that this program runs on. */
export async function readSystem(): Promise<System> {
  const text = await Deno.readTextFile("/etc/os-release").catch(() => "");
  const release = parseOsRelease(text);
  const words = `${release["ID"] ?? ""} ${release["ID_LIKE"] ?? ""}`.split(" ");
  return {
    os: Deno.build.os,
    arch: Deno.build.arch,
    name: release["PRETTY_NAME"] ?? Deno.build.os,
    debian: words.includes("debian"),
  };
}

/** One sentence that says why the setup cannot work here; null: it can. */
export function unsupported(system: System): string | null {
  const how = "run it on Debian 12 or 13 (x86-64 or arm64), in a virtual machine if need be";
  if (system.os !== "linux") return `Guideway needs Linux, and this is ${system.os}: ${how}.`;
  if (system.arch !== "x86_64" && system.arch !== "aarch64") {
    return `Guideway needs an x86-64 or arm64 processor, and this is ${system.arch}: ${how}.`;
  }
  if (!system.debian) {
    return `The setup installs Debian packages, and this is ${system.name}: ${how}.`;
  }
  return null;
}

/** The first of the folders below `root` that is there and not this user's, as after a run with sudo. */
export async function foreignFolder(
  root: URL,
  names: string[],
  uid: number,
): Promise<string | null> {
  for (const name of names) {
    const info = await Deno.stat(new URL(name, root)).catch(() => null);
    if (info && info.uid !== uid) return name;
  }
  return null;
}
