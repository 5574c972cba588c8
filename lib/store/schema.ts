/**
 * The tables of the store's file, and the steps from each older form of it to the next.
 *
 * @module
 */

/** "GWay": tells our files from other programs' SQLite files. */
export const APPLICATION = 0x47576179;

/**
 * Step n leads from schema n to n + 1; schema 0 is an empty file. A step that was released never changes. Steps only add:
 * tables, and columns with a default, so that an older program can go on with the file (newer.ts).
 */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE revisions (
    number INTEGER PRIMARY KEY,
    config TEXT NOT NULL,
    created TEXT NOT NULL,
    comment TEXT NOT NULL
  ) STRICT;
  PRAGMA application_id = ${APPLICATION};
  `,
  `
  ALTER TABLE revisions ADD COLUMN author TEXT NOT NULL DEFAULT '';
  ALTER TABLE revisions ADD COLUMN origin TEXT NOT NULL DEFAULT '';
  CREATE TABLE tokens (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    created TEXT NOT NULL,
    expires TEXT,
    last_used TEXT,
    revoked TEXT
  ) STRICT;
  CREATE UNIQUE INDEX tokens_in_force ON tokens (name) WHERE revoked IS NULL;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    origin TEXT NOT NULL,
    request TEXT NOT NULL,
    what TEXT NOT NULL,
    revision_before INTEGER,
    revision_after INTEGER,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL
  ) STRICT;
  CREATE TABLE history (
    at INTEGER PRIMARY KEY,
    sample TEXT NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE revisions ADD COLUMN via TEXT NOT NULL DEFAULT '';
  ALTER TABLE revisions ADD COLUMN what TEXT NOT NULL DEFAULT '';
  `,
];

/** Of our file format. */
export const SCHEMA = STEPS.length;
