/**
 * What the door knows of who may come in.
 *
 * @module
 */
import { AuditLog } from "../audit.ts";
import type { Store } from "../store.ts";
import { Tokens } from "../tokens.ts";
import { Attempts } from "./attempts.ts";
import { Sessions } from "./sessions.ts";

/** One for all places where the program listens. */
export interface Access {
  audit: AuditLog;
  tokens: Tokens;
  attempts: Attempts;
  sessions: Sessions;
}

/** @param store Null: nothing is kept. @throws {StoreError} when it cannot be read */
export function createAccess(store: Store | null): Access {
  return {
    audit: new AuditLog(store),
    tokens: new Tokens(store),
    attempts: new Attempts(),
    sessions: new Sessions(),
  };
}
