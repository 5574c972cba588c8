/**
 * Tokens by which programs and people may ask: their names and what each may, and of their secrets only the hashes.
 *
 * @module
 */
import type { Database, Row } from "./database.ts";

/** A token. Times are ISO 8601. */
export interface StoredToken {
  id: number;
  name: string;
  /** SHA-256 of the secret. */
  hash: Uint8Array;
  scope: string;
  created: string;
  /** Null: never. */
  expires: string | null;
  last_used: string | null;
  /** Null: it is in force. */
  revoked: string | null;
}

/** Revoked tokens are remembered, but not more than that many. */
export const REVOKED_MOST = 1000;

/** The tokens in the store. Every call throws `StoreError` when the store cannot be read or written. */
export class Tokens {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All, the oldest first; revoked ones too. */
  list(): StoredToken[] {
    return this.#database.all("SELECT * FROM tokens ORDER BY id").map(tokenOf);
  }

  /** Adds a token, and returns it when it is on the disk. @throws {StoreError} also where the name is in force already */
  add(token: Omit<StoredToken, "id" | "last_used" | "revoked">): StoredToken {
    const { name, hash, scope, created, expires } = token;
    const { added } = this.#database.write(() =>
      this.#database.run(
        "INSERT INTO tokens (name, hash, scope, created, expires) VALUES (?, ?, ?, ?, ?)",
        name,
        hash,
        scope,
        created,
        expires,
      )
    );
    return { ...token, id: added, last_used: null, revoked: null };
  }

  /** The token of that name is in force no more. @returns Whether there was one. */
  revoke(name: string, at: string): boolean {
    return this.#database.write(() => {
      const { changes } = this.#database.run(
        "UPDATE tokens SET revoked = ? WHERE name = ? AND revoked IS NULL",
        at,
        name,
      );
      this.#database.run(
        "DELETE FROM tokens WHERE revoked IS NOT NULL AND id NOT IN " +
          "(SELECT id FROM tokens WHERE revoked IS NOT NULL ORDER BY revoked DESC LIMIT ?)",
        REVOKED_MOST,
      );
      return changes > 0;
    });
  }

  /** Remembers when a token was used. */
  used(id: number, at: string): void {
    this.#database.writeLazily(() =>
      this.#database.run("UPDATE tokens SET last_used = ? WHERE id = ?", at, id)
    );
  }
}

function tokenOf(row: Row): StoredToken {
  const text = (value: unknown) => value === null ? null : String(value);
  return {
    id: Number(row.id),
    name: String(row.name),
    hash: row.hash as Uint8Array,
    scope: String(row.scope),
    created: String(row.created),
    expires: text(row.expires),
    last_used: text(row.last_used),
    revoked: text(row.revoked),
  };
}
