/**
 * Files that a newer program wrote. Steps of the schema only add, so that an older program can go on with the file: after
 * an upgrade that failed, and after one to an older version. Whether that is so is looked at, not believed.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { STEPS } from "./schema.ts";

interface Column {
  name: string;
  type: string;
  notnull: number;
  dflt_value: string | null;
  pk: number;
}

/**
 * Why a program of these steps cannot use the file; null: it finds all that it knows, and can leave out what it does not
 * know.
 */
export function misfit(sqlite: DatabaseSync, steps = STEPS): string | null {
  const known = new DatabaseSync(":memory:");
  try {
    for (const step of steps) known.exec(step);
    for (const table of tablesOf(known)) {
      const reason = differs(columnsOf(known, table), columnsOf(sqlite, table));
      if (reason !== null) return `table ${table}: ${reason}`;
    }
    return null;
  } finally {
    known.close();
  }
}

function differs(ours: Column[], theirs: Column[]): string | null {
  if (theirs.length === 0) return "is not there";
  for (const { name, type, pk } of ours) {
    const column = theirs.find((one) => one.name === name);
    if (column?.type !== type || column.pk !== pk) return `column ${name} is not as it was`;
  }
  const names = new Set(ours.map(({ name }) => name));
  const needed = theirs.find((one) =>
    !names.has(one.name) && one.notnull === 1 && one.dflt_value === null
  );
  return needed === undefined ? null : `column ${needed.name} must be written`;
}

function tablesOf(sqlite: DatabaseSync): string[] {
  const query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
  return sqlite.prepare(query).all().map(({ name }) => String(name));
}

function columnsOf(sqlite: DatabaseSync, table: string): Column[] {
  return sqlite.prepare("SELECT * FROM pragma_table_info(?)").all(table) as unknown as Column[];
}
