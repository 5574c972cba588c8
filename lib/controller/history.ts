/**
 * The revisions that can be looked at and gone back to: those in the store, and those that it could not take yet.
 *
 * @module
 */
import { type Via, VIAS } from "../caller.ts";
import type { RevisionHead, RevisionQuery, RevisionsView, RevisionView } from "../question.ts";
import { type Config, parseConfig } from "../config.ts";
import { RefusedError } from "../refused.ts";
import { notACursor } from "../views/cursor.ts";
import type { Store } from "../store.ts";
import type { Head } from "../store/revisions.ts";
import type { Saver } from "./saver.ts";

const LIMIT = 100;

/** Reads; changes nothing. Every call throws `StoreError` when the store cannot be read. */
export class History {
  readonly #store: Store | null;
  readonly #saver: Saver;

  /** @param store Null: only what is not stored is known. */
  constructor(store: Store | null, saver: Saver) {
    this.#store = store;
    this.#saver = saver;
  }

  /** The newest first, by page. @throws {RefusedError} 400 for a cursor that is none */
  list({ search = "", cursor, limit = LIMIT }: RevisionQuery = {}): RevisionsView {
    const before = cursor === undefined ? Infinity : readCursor(cursor);
    const unsaved = this.#saver.unsaved.map(headOf)
      .filter((head) => head.number < before && holds(head, search)).toReversed();
    const known = new Set(unsaved.map(({ number }) => number));
    const stored = this.#store?.revisions.heads(before, limit + 1, search) ?? [];
    const others = stored.filter(({ number }) => !known.has(number)).map(headOf);
    const all = [...unsaved, ...others];
    const revisions = all.slice(0, limit);
    return { revisions, cursor: all.length > limit ? String(revisions.at(-1)!.number) : null };
  }

  /** @throws {RefusedError} 404 */
  get(number: number): RevisionView {
    const found = this.#saver.unsaved.find((one) => one.number === number) ??
      this.#store?.revisions.get(number);
    if (found) return { ...headOf(found), config: found.config as Config };
    throw new RefusedError(404, [{ path: "", message: this.#missing(number) }]);
  }

  /** The same, as this program reads it. @throws {RefusedError} 404; 409 when it no longer takes it */
  config(number: number): Config {
    const { config } = this.get(number);
    try {
      return parseConfig(config);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      throw new RefusedError(409, error.problems);
    }
  }

  #missing(number: number): string {
    const [newest] = this.list({ limit: 1 }).revisions;
    if (newest === undefined) return `revision ${number} is not there: none was stored`;
    return `revision ${number} is not there; the newest is ${newest.number}, and old ones make room`;
  }
}

function headOf({ number, created, comment, author, origin, via, what }: Head): RevisionHead {
  return { number, created, comment, author, origin, via: asVia(via), what };
}

/** What a newer version wrote is not known. */
function asVia(text: string): Via {
  return VIAS.find((via) => via === text) ?? "";
}

function holds({ created: _, ...texts }: RevisionHead, search: string): boolean {
  return Object.values(texts).join("\n").toLowerCase().includes(search.toLowerCase());
}

function readCursor(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw notACursor(text);
}
