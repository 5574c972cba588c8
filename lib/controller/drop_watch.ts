/**
 * Which drops start and stop, and where.
 *
 * @module
 */
import type { Told } from "../events.ts";
import type { Counters, TotalsView } from "../status.ts";

type Drop = Omit<Told["drops"], "at">;

/** A drop that was silent for so many looks has stopped. */
const QUIET = 10;
/** Places that are told of each kind. */
const PLACES = 10;

/** Drops that VIPs count, too, under names of their own. */
export const VIP_COUNTERS: Record<string, string> = {
  drop_no_server: "no_server",
  drop_no_next_hop: "no_next_hop",
  drop_too_big: "too_big",
  drop_ttl_expired: "ttl_expired",
};

/** What it asks besides the totals. */
export interface DropFacts {
  /** The drop's sentence. */
  text(name: string): string;
  /** A counter of each VIP, by the VIP's name. */
  ofVips(counter: string): ReadonlyMap<string, number>;
}

/** Remembers the look before, and how long each drop that goes on is silent. */
export class DropWatch {
  readonly #facts: DropFacts;
  #before: TotalsView | null = null;
  readonly #silent = new Map<string, number>();
  /** What VIPs had counted when the drop was last silent: it stays so until it starts. */
  readonly #atRest = new Map<string, ReadonlyMap<string, number>>();

  constructor(facts: DropFacts) {
    this.#facts = facts;
  }

  /** What started or stopped since the last look. */
  look(view: TotalsView): Drop[] {
    const before = this.#before;
    this.#before = view;
    if (before === null) {
      for (const name of Object.keys(VIP_COUNTERS)) this.#rest(name);
      return [];
    }
    return Object.keys(view.total).filter((name) => name.startsWith("drop_"))
      .flatMap((name) => this.#follow(name, before, view));
  }

  #follow(name: string, before: TotalsView, view: TotalsView): Drop[] {
    const packets = grown(name, before.total, view.total);
    const silent = this.#silent.get(name);
    if (packets > 0) {
      this.#silent.set(name, 0);
      return silent === undefined ? [this.#started(name, packets, before, view)] : [];
    }
    if (silent === undefined) return [];
    this.#silent.set(name, silent + 1);
    if (silent + 1 < QUIET) return [];
    this.#silent.delete(name);
    this.#rest(name);
    return [{
      ...{ name, text: this.#facts.text(name), state: "stopped", packets: view.total[name] ?? 0 },
      ...{ rate: 0, interfaces: [], workers: [], vips: [] },
    }];
  }

  #started(name: string, packets: number, before: TotalsView, view: TotalsView): Drop {
    const seconds = Math.max(0.001, (Date.parse(view.at) - Date.parse(before.at)) / 1000);
    const ports = new Map(before.interfaces.map((one) => [one.name, one.counters]));
    const workers = new Map(before.workers.map((one) => [one.index, one.counters]));
    return {
      name,
      text: this.#facts.text(name),
      state: "started",
      packets,
      rate: Math.round(packets / seconds * 10) / 10,
      interfaces: most(
        view.interfaces.map((one) =>
          [one.name, grown(name, ports.get(one.name), one.counters)] as const
        ),
      ),
      workers: most(
        view.workers.map((one) =>
          [one.index, grown(name, workers.get(one.index), one.counters)] as const
        ),
      ),
      vips: this.#vips(name),
    };
  }

  /** Those that count more of it than when it was last silent. */
  #vips(name: string): string[] {
    const counter = VIP_COUNTERS[name];
    if (counter === undefined) return [];
    const atRest = this.#atRest.get(name);
    return most(
      [...this.#facts.ofVips(counter)].map(([vip, value]) =>
        [vip, value - (atRest?.get(vip) ?? 0)] as const
      ),
    );
  }

  #rest(name: string): void {
    const counter = VIP_COUNTERS[name];
    if (counter !== undefined) this.#atRest.set(name, this.#facts.ofVips(counter));
  }
}

function grown(name: string, before: Counters | undefined, now: Counters): number {
  return (now[name] ?? 0) - (before?.[name] ?? 0);
}

/** Those that counted any, the most first. */
function most<T>(counts: (readonly [place: T, packets: number])[]): T[] {
  return counts.filter(([, packets]) => packets > 0).sort(([, a], [, b]) => b - a)
    .slice(0, PLACES).map(([place]) => place);
}
