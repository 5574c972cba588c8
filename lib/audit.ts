/**
 * The audit log: who changed what, when, from where. A store that cannot be written stops nobody: what could not be
 * stored is kept and tried again.
 *
 * @module
 */
import { log } from "./log.ts";
import type { AuditsView, ListQuery } from "./question.ts";
import { type Store, StoreError } from "./store.ts";
import type { AuditEntry, StoredAudit } from "./store/audit.ts";
import { notACursor } from "./views/cursor.ts";

export type { AuditEntry };

/** Of what could not be stored, only the newest is kept: that many entries. */
const UNSAVED_MOST = 1000;
const LIMIT = 100;

/** Writes entries in order, and reads them. */
export class AuditLog {
  readonly #store: Store | null;
  readonly #unsaved: AuditEntry[] = [];
  #failing = false;

  /** @param store Null: the newest entries are kept in memory. */
  constructor(store: Store | null) {
    this.#store = store;
  }

  /** Adds an entry of now. Never fails. */
  add(entry: Omit<AuditEntry, "at">): void {
    this.#unsaved.push({ at: new Date().toISOString(), ...entry });
    if (this.#unsaved.length > UNSAVED_MOST) this.#unsaved.shift();
    this.#save();
  }

  /**
   * The newest first, by page.
   *
   * @throws {RefusedError} 400 for a cursor that is none. @throws {StoreError} when the store cannot be read.
   */
  list({ search = "", cursor, limit = LIMIT }: ListQuery = {}): AuditsView {
    const before = cursor === undefined ? Infinity : readCursor(cursor);
    this.#save();
    const waiting = this.#waiting().filter((entry) => entry.id < before && holds(entry, search));
    const stored = this.#store?.audit.list(before, limit + 1, search) ?? [];
    const all = [...waiting.reverse(), ...stored];
    const entries = all.slice(0, limit);
    return { entries, cursor: all.length > limit ? String(entries.at(-1)!.id) : null };
  }

  #save(): void {
    if (this.#store === null || this.#unsaved.length === 0) return;
    try {
      this.#store.audit.append(this.#unsaved);
      this.#unsaved.length = 0;
      if (this.#failing) log("audit_back");
      this.#failing = false;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (!this.#failing) log("audit_failed", { error });
      this.#failing = true;
    }
  }

  /** What is not stored yet, with the numbers that it will have. */
  #waiting(): StoredAudit[] {
    if (this.#unsaved.length === 0) return [];
    const last = this.#store?.audit.list(Infinity, 1)[0]?.id ?? 0;
    return this.#unsaved.map((entry, at) => ({ ...entry, id: last + 1 + at }));
  }
}

function holds(entry: AuditEntry, search: string): boolean {
  return Object.values(entry).join("\n").toLowerCase().includes(search.toLowerCase());
}

function readCursor(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw notACursor(text);
}
