/**
 * Tokens: secrets by which programs and people show who they are. A secret is told once and kept as its hash only.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Scope } from "./caller.ts";
import { log } from "./log.ts";
import type { TokenView } from "./question.ts";
import { RefusedError } from "./refused.ts";
import { type Store, StoreError } from "./store.ts";
import { REVOKED_MOST, type StoredToken } from "./store/tokens.ts";

/** What is to be made. */
export interface NewToken {
  name: string;
  scope: Scope;
  /** ISO 8601; null: never. */
  expires: string | null;
}

/** Who it is that showed a token. */
export interface FoundToken {
  id: number;
  name: string;
  scope: Scope;
}

/** What all our secrets begin with, so that they are known where they should not be. */
const PREFIX = "gw_";
const SECRET_BYTES = 32;
/** So many tokens may be in force. */
const TOKENS_MOST = 1000;
/** When a token was used last is stored as often as this, milliseconds. */
const USED_MS = 60_000;

/** All tokens. They can be looked up also while the store cannot be read. */
export class Tokens {
  readonly #store: Store | null;
  #all: StoredToken[];

  /** @param store Null: they end with the program. @throws {StoreError} when it cannot be read */
  constructor(store: Store | null) {
    this.#store = store;
    this.#all = store?.tokens.list() ?? [];
  }

  /** The oldest first; revoked ones too. */
  list(): TokenView[] {
    return this.#all.map(viewOf);
  }

  /**
   * Makes a token. Its secret is nowhere else.
   *
   * @throws {RefusedError} 409 where the name is taken, or there are too many; {StoreError} and then there is none.
   */
  add({ name, scope, expires }: NewToken): { token: TokenView; secret: string } {
    const inForce = this.#all.filter(({ revoked }) => revoked === null);
    if (inForce.some((token) => token.name === name)) {
      throw refused(
        409,
        "name",
        `there is a token ${name} already; revoke it, or take another name`,
      );
    }
    if (inForce.length >= TOKENS_MOST) {
      throw refused(409, "", `there are ${TOKENS_MOST} tokens already; revoke some`);
    }
    const secret = PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
    const created = new Date().toISOString();
    const token = { name, scope, hash: hashOf(secret), created, expires };
    const id = this.#all.reduce((most, one) => Math.max(most, one.id), 0) + 1;
    const stored = this.#store?.tokens.add(token) ??
      { ...token, id, last_used: null, revoked: null };
    this.#all.push(stored);
    return { token: viewOf(stored), secret };
  }

  /**
   * The token is refused from now on.
   *
   * @throws {RefusedError} 404. @throws {StoreError} It is refused all the same, until the program ends.
   */
  revoke(name: string): TokenView {
    const token = this.#all.find((one) => one.name === name && one.revoked === null);
    if (token === undefined) throw refused(404, "", `there is no token ${name} in force`);
    token.revoked = new Date().toISOString();
    this.#forget();
    this.#store?.tokens.revoke(name, token.revoked);
    return viewOf(token);
  }

  /** As the store does. */
  #forget(): void {
    const revoked = this.#all.filter((one) => one.revoked !== null);
    const oldest = new Set(revoked.slice(0, Math.max(0, revoked.length - REVOKED_MOST)));
    this.#all = this.#all.filter((one) => !oldest.has(one));
  }

  /** The token of that secret if it is in force, else null; remembers that it was used. */
  find(secret: string): FoundToken | null {
    const hash = hashOf(secret);
    let found: StoredToken | null = null;
    for (const token of this.#all) {
      if (timingSafeEqual(token.hash, hash)) found = token;
    }
    if (found === null || stateOf(found) !== "active") return null;
    this.#used(found);
    return foundOf(found);
  }

  /** The token of that number if it is in force, else null. */
  active(id: number): FoundToken | null {
    const found = this.#all.find((one) => one.id === id);
    return found === undefined || stateOf(found) !== "active" ? null : foundOf(found);
  }

  #used(token: StoredToken): void {
    const now = Date.now();
    if (token.last_used !== null && now - Date.parse(token.last_used) < USED_MS) return;
    token.last_used = new Date(now).toISOString();
    try {
      this.#store?.tokens.used(token.id, token.last_used);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log("token_use_not_stored", { name: token.name, error });
    }
  }
}

function foundOf({ id, name, scope }: StoredToken): FoundToken {
  return { id, name, scope: scope as Scope };
}

function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

function stateOf({ revoked, expires }: StoredToken): TokenView["state"] {
  if (revoked !== null) return "revoked";
  return expires !== null && Date.parse(expires) <= Date.now() ? "expired" : "active";
}

function viewOf(token: StoredToken): TokenView {
  const { name, scope, created, expires, last_used, revoked } = token;
  return {
    name,
    scope: scope as Scope,
    state: stateOf(token),
    created,
    expires,
    last_used,
    revoked,
  };
}

function refused(status: 404 | 409, path: string, message: string): RefusedError {
  return new RefusedError(status, [{ path, message }]);
}
