/**
 * Browsers that logged in with a token. A session lives in memory only, and its secret in the browser's cookie only.
 *
 * @module
 */
import { createHash, randomBytes } from "node:crypto";

/** Of the browser. */
export const SESSION_COOKIE = "guideway_session";

/** A session ends so long after its last request, and so long after it began, milliseconds. */
const IDLE_MS = 2 * 60 * 60 * 1000;
const WHOLE_MS = 12 * 60 * 60 * 1000;
/** The one that was used longest ago makes room. */
const SESSIONS_MOST = 1000;
const SECRET_BYTES = 32;

interface Session {
  /** Of the token that it began with. */
  token: number;
  began: number;
  used: number;
}

/** All sessions. */
export class Sessions {
  readonly #now: () => number;
  /** By the hash of the secret; the one that was used longest ago comes first. */
  readonly #sessions = new Map<string, Session>();

  /** @param now Milliseconds. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Begins one. @returns Its secret. */
  begin(token: number): string {
    const secret = randomBytes(SECRET_BYTES).toString("base64url");
    const now = this.#now();
    this.#sessions.set(hashOf(secret), { token, began: now, used: now });
    if (this.#sessions.size > SESSIONS_MOST) {
      this.#sessions.delete(this.#sessions.keys().next().value!);
    }
    return secret;
  }

  /** The token of a session that goes on, which was used now; else null. */
  find(secret: string): number | null {
    const hash = hashOf(secret);
    const session = this.#sessions.get(hash);
    if (session === undefined) return null;
    this.#sessions.delete(hash);
    const now = this.#now();
    if (now - session.used > IDLE_MS || now - session.began > WHOLE_MS) return null;
    this.#sessions.set(hash, { ...session, used: now });
    return session.token;
  }

  /** Ends one, if there is one. */
  end(secret: string): void {
    this.#sessions.delete(hashOf(secret));
  }

  /** How many there are. */
  get size(): number {
    return this.#sessions.size;
  }
}

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
