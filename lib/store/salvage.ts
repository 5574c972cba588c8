/**
 * A damaged store: set aside, never deleted, and read as far as it can be read.
 *
 * @module
 */
import { existsSync, renameSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Database } from "./database.ts";

/** SQLite's file, and what it keeps beside it. */
const PARTS = ["", "-wal", "-shm"] as const;
/** Each by the number that its rows have; all that is worth saving. */
const TABLES = { revisions: "number", tokens: "id", audit: "id" } as const;

/** How many rows of each table could be read. */
export type Salvaged = Record<keyof typeof TABLES, number>;

/** Gives the file another name, with what belongs to it. @returns the name */
export function setAside(path: string, word: string): string {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  let aside = `${path}.${word}-${time}`;
  for (let n = 2; existsSync(aside); n++) aside = `${path}.${word}-${time}-${n}`;
  for (const part of PARTS) if (existsSync(path + part)) renameSync(path + part, aside + part);
  return aside;
}

/** Takes over what can be read of a damaged file. */
export function salvage(aside: string, into: Database): Salvaged {
  const found: Salvaged = { revisions: 0, tokens: 0, audit: 0 };
  let from: DatabaseSync;
  try {
    from = new DatabaseSync(aside);
  } catch {
    return found;
  }
  try {
    for (const table of Object.keys(TABLES) as (keyof Salvaged)[]) {
      found[table] = takeTable(from, table, into);
    }
  } finally {
    from.close();
  }
  return found;
}

/** From both ends up to the damage. */
function takeTable(from: DatabaseSync, table: keyof Salvaged, into: Database): number {
  const columns = new Set(
    into.all(`SELECT name FROM pragma_table_info('${table}')`)
      .map(({ name }) => String(name)),
  );
  let taken = 0;
  for (const order of ["DESC", "ASC"]) {
    try {
      const rows = from.prepare(`SELECT * FROM ${table} ORDER BY ${TABLES[table]} ${order}`);
      for (const row of rows.iterate()) {
        const names = Object.keys(row).filter((name) => columns.has(name));
        const places = names.map(() => "?").join(", ");
        taken += into.run(
          `INSERT OR IGNORE INTO ${table} (${names.join(", ")}) VALUES (${places})`,
          ...names.map((name) => row[name] as string),
        ).changes;
      }
      return taken;
    } catch {
      // What was read up to here is taken; the rest is tried from the other end.
    }
  }
  return taken;
}
