/**
 * All VIPs, page by page: those that are seen are asked for each time, the others in turn, so that thousands of them cost
 * as little as a few hundred.
 *
 * @module
 */
import type { ListQuery, VipsView } from "../../question.ts";
import type { Counters, VipStatus } from "../../status.ts";
import { vipDetails } from "../../vip_details.ts";
import { type Counted, rateOf } from "../rates.ts";

/** VIPs of one request. */
const SIZE = 200;
/** Requests of one round, besides those for pages that were never read. */
const BUDGET = 8;

/** A VIP as a row. Rates are per second; null: not known yet. */
export interface VipRow {
  name: string;
  encap: string;
  servers: number;
  flows: number;
  packets: number | null;
  bits: number | null;
  details: string;
}

interface Page {
  /** Where it begins; undefined: with the first. */
  cursor: string | undefined;
  rows: VipRow[];
  read: boolean;
}

/** The list as far as it is known. */
export class VipPages {
  /** Told when a page was read. */
  onRead: () => void = () => {};
  readonly #ask: (query: ListQuery) => Promise<VipsView>;
  #search = "";
  #pages: Page[] = [firstPage()];
  #counted = new Map<string, Counted>();
  #turn = 0;
  #rows: VipRow[] | null = null;

  constructor(ask: (query: ListQuery) => Promise<VipsView>) {
    this.#ask = ask;
  }

  /** In the configuration's order. */
  get rows(): VipRow[] {
    this.#rows ??= this.#pages.flatMap(({ rows }) => rows);
    return this.#rows;
  }

  /** Whether all were read at least once. */
  get complete(): boolean {
    return this.#pages.every(({ read }) => read);
  }

  /** Only those that hold the text from now on. */
  search(text: string): void {
    if (text === this.#search) return;
    this.#search = text;
    this.#pages = [firstPage()];
    this.#counted.clear();
    this.#rows = null;
  }

  /** Reads the pages of the rows that are seen, then others. */
  async refresh(seen: ReadonlySet<string>, stop: () => boolean): Promise<void> {
    const search = this.#search;
    const gone = () => stop() || search !== this.#search;
    const first = this.#pages.filter(({ rows }) => rows.some(({ name }) => seen.has(name)));
    let left = BUDGET;
    for (const page of first.slice(0, BUDGET)) {
      if (gone()) return;
      await this.#read(page);
      left--;
    }
    for (let tried = 0; tried < this.#pages.length && !gone(); tried++) {
      this.#turn = (this.#turn + 1) % this.#pages.length;
      const page = this.#pages[this.#turn]!;
      if (first.includes(page) || page.read && left <= 0) continue;
      if (page.read) left--;
      await this.#read(page);
    }
  }

  async #read(page: Page): Promise<void> {
    const search = this.#search;
    const { vips, cursor } = await this.#ask({
      limit: SIZE,
      ...(search === "" ? {} : { search }),
      ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
    });
    const at = this.#pages.indexOf(page);
    if (at < 0 || search !== this.#search) return;
    page.rows = vips.map((vip) => this.#row(vip, performance.now()));
    page.read = true;
    if (cursor === null) this.#pages.length = at + 1;
    else if (this.#pages[at + 1] === undefined) {
      this.#pages.push({ cursor, rows: [], read: false });
    } else this.#pages[at + 1]!.cursor = cursor;
    this.#rows = null;
    this.onRead();
  }

  #row(vip: VipStatus, at: number): VipRow {
    const { name, encap, flows, servers } = vip;
    const now = { counters: moving(vip.counters), at };
    const before = this.#counted.get(name);
    this.#counted.set(name, now);
    const bytes = rateOf(now, before, "bytes");
    return {
      name,
      encap,
      servers: servers.filter(({ state }) => state !== "removed").length,
      flows,
      packets: rateOf(now, before, "packets"),
      bits: bytes === null ? null : bytes * 8,
      details: vipDetails(vip).join(", "),
    };
  }
}

/** The two that a row shows. */
function moving({ packets = 0, bytes = 0 }: Counters): Counters {
  return { packets, bytes };
}

function firstPage(): Page {
  return { cursor: undefined, rows: [], read: false };
}
