/**
 * What browsers fetch besides pages: one style sheet, put together from its parts, and the scripts that the setup
 * bundled. Each has a name that changes with its content, so that browsers may keep it for ever.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { log } from "../../lib/log.ts";
import { ownFile } from "../../lib/own_files.ts";

const HERE = "routes/(static)";
const SCRIPTS = "build/console";
const STYLES = [
  "tokens",
  "layout",
  "controls",
  "tables",
  "forms",
  "graphs",
  "docs",
  "changes",
  "diffs",
  "editor",
  "lists",
  "vip_form",
  "vip",
  "flows",
  "trace",
  "ports",
];

/** A file to be served. */
export interface Asset {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** All of them. */
export interface Assets {
  /** Addresses of the style sheet and the icon. */
  style: string;
  icon: string;
  /** Address of an island's script, or of `page`, which every page has; null where they were not built. */
  script(name: string): string | null;
  /** By address. */
  files: ReadonlyMap<string, Asset>;
}

let loaded: Assets | undefined;

/** Reads them once. */
export function assets(): Assets {
  return loaded ??= load();
}

function load(): Assets {
  const files = new Map<string, Asset>();
  const add = (name: string, ending: string, type: string, bytes: Uint8Array<ArrayBuffer>) => {
    const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
    const address = `/static/${name}-${digest}.${ending}`;
    files.set(address, { type, bytes });
    return address;
  };
  const style = add("style", "css", "text/css; charset=utf-8", styleSheet());
  const icon = add("icon", "svg", "image/svg+xml", readFileSync(ownFile(join(HERE, "icon.svg"))));
  const scripts = loadScripts(files);
  return { style, icon, files, script: (name) => scripts.get(name) ?? null };
}

function styleSheet(): Uint8Array<ArrayBuffer> {
  const parts = STYLES.map((name) =>
    readFileSync(ownFile(join(HERE, "style", `${name}.css`)), "utf8")
  );
  return new TextEncoder().encode(parts.join("\n"));
}

/** @returns Addresses by name. */
function loadScripts(files: Map<string, Asset>): Map<string, string> {
  try {
    const { scripts, files: names } = JSON.parse(
      readFileSync(ownFile(join(SCRIPTS, "manifest.json")), "utf8"),
    ) as { scripts: Record<string, string>; files: string[] };
    for (const name of names) {
      const bytes = readFileSync(ownFile(join(SCRIPTS, name)));
      files.set(`/static/${name}`, { type: "text/javascript; charset=utf-8", bytes });
    }
    return new Map(Object.entries(scripts).map(([name, file]) => [name, `/static/${file}`]));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log("no_scripts", { reason, build: "deno task build" });
    return new Map();
  }
}
