/**
 * The file that tells what slot ids mean, beside the tables that hold them: a table is worth nothing without it.
 *
 * Two lines: a SHA-256, and JSON that it is of.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import type { Ids, ServerIds } from "../snapshot/slots.ts";

/** Counts up when {@linkcode Ids}, or how servers are sent to, have other fields. */
const FORMAT = 1;

/** What is kept. */
export interface Directory {
  ids: Ids;
  /** Indices of ports, by device: ways back name ports by them. */
  ports: ReadonlyMap<string, number>;
}

interface Stored {
  format: number;
  vips: [string, { id: number; servers: Omit<ServerIds, "live">[] }][];
  flushed: [number, number][];
  ports: [string, number][];
}

/**
 * Reads the file.
 *
 * @returns In words, why nobody can tell what was there; null where there is no file.
 */
export function readDirectory(path: string): Directory | string | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    return `${path}: ${String(error)}`;
  }
  const end = text.indexOf("\n");
  const json = text.slice(end + 1);
  if (end < 0 || text.slice(0, end) !== sum(json)) return `${path}: damaged: its sum is wrong`;
  const stored: Stored = JSON.parse(json);
  if (stored.format !== FORMAT) return `${path}: written by another version of the program`;
  return decode(stored);
}

/** Writes the file; whenever the program ends, it is the one before or the new one. @throws {Error} the system's */
export function writeDirectory(path: string, directory: Directory): void {
  const json = JSON.stringify(encode(directory)) + "\n";
  const fresh = `${path}.new`;
  try {
    writeFileSync(fresh, `${sum(json)}\n${json}`, { mode: 0o600 });
    renameSync(fresh, path);
  } catch (error) {
    try {
      unlinkSync(fresh);
    } catch {
      // It could not even be made.
    }
    throw error;
  }
}

function encode({ ids, ports }: Directory): Stored {
  return {
    format: FORMAT,
    vips: [...ids.vips].map(([name, { id, servers }]) => [name, {
      id,
      servers: [...servers.values()].map(({ slot, address, sending }) => ({
        slot,
        address,
        sending,
      })),
    }]),
    flushed: [...ids.flushed],
    ports: [...ports],
  };
}

/** Nothing of it is configured until a configuration says so. */
function decode({ vips, flushed, ports }: Stored): Directory {
  const ids: Ids = {
    vips: new Map(vips.map(([name, { id, servers }]) => [name, {
      id,
      live: false,
      servers: new Map(servers.map((server) => [server.address, { ...server, live: false }])),
    }])),
    flushed: new Map(flushed),
  };
  return { ids, ports: new Map(ports) };
}

function sum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
