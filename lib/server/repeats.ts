/**
 * Changes that are asked for with an `Idempotency-Key`: to ask again, since no answer came, changes nothing again, and
 * gets the answer that the first one got. Kept for a day, in memory, the newest thousand, or as many as fit.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { errorResponse, SAFE_METHODS } from "../http.ts";
import { shown } from "../shown.ts";
import type { Asked } from "./asked.ts";
import type { Handler } from "./guard.ts";

const KEPT_MOST = 1000;
const KEPT_CHARS = 32 * 1024 * 1024;
const KEPT_MS = 24 * 60 * 60 * 1000;
const HEADER = "idempotency-key";

interface Answer {
  status: number;
  headers: [string, string][];
  body: string;
}

interface Kept {
  /** Digest of all that was asked for. */
  request: string;
  at: number;
  answer: Promise<Answer>;
  /** Length of the answer, once it is there. */
  chars: number;
}

/** Remembers answers by key. */
export class Repeats {
  readonly #asked = new Map<string, Kept>();

  /** Serves the request by `next`, unless it was served before. */
  async serve(request: Request, asked: Asked, next: Handler): Promise<Response> {
    const key = request.headers.get(HEADER);
    if (key === null || SAFE_METHODS.has(request.method)) return await next(request, asked);
    if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
      return refuse(400, `1 to 200 characters without spaces, not ${shown(key)}`);
    }
    const { method, url, headers } = request;
    const body = await request.text();
    const conditions = ["content-type", "if-match"].map((name) => headers.get(name) ?? "");
    const whole = [method, url, ...conditions, body].join("\n");
    const digest = createHash("sha256").update(whole).digest("hex");
    this.#forget();
    // Nobody gets what another one was answered.
    const own = `${key} ${asked.caller.scope} ${asked.caller.who}`;
    const before = this.#asked.get(own);
    if (before?.request === digest) return responseOf(await before.answer, true);
    if (before !== undefined) return refuse(409, `${shown(key)} was used for another request`);
    const again = new Request(url, { method, headers, ...(body === "" ? {} : { body }) });
    const answer = Promise.resolve(next(again, asked)).then(read);
    const entry = { request: digest, at: Date.now(), answer, chars: 0 };
    this.#asked.set(own, entry);
    const done = await answer.catch((error) => {
      this.#asked.delete(own);
      throw error;
    });
    entry.chars = done.body.length;
    // What failed by our fault may work the next time; and secrets are not kept.
    const secret = done.headers.some(([name, value]) =>
      name === "cache-control" && value === "no-store"
    );
    if (secret || done.status >= 500) this.#asked.delete(own);
    return responseOf(done, false);
  }

  /** The oldest stand first. */
  #forget(): void {
    const old = Date.now() - KEPT_MS;
    let sum = [...this.#asked.values()].reduce((all, { chars }) => all + chars, 0);
    for (const [key, { at, chars }] of this.#asked) {
      if (at > old && this.#asked.size < KEPT_MOST && sum < KEPT_CHARS) return;
      this.#asked.delete(key);
      sum -= chars;
    }
  }
}

async function read(response: Response): Promise<Answer> {
  const { status, headers } = response;
  return { status, headers: [...headers], body: await response.text() };
}

function responseOf({ status, headers, body }: Answer, again: boolean): Response {
  const response = new Response(body, { status, headers });
  if (again) response.headers.set("idempotency-replayed", "true");
  return response;
}

function refuse(status: 400 | 409, message: string): Response {
  return errorResponse(status, `Idempotency-Key: ${message}`);
}
