import type { Counters, CountersView } from "../change.ts";

/** One counter of one owner, with its rate where there was an earlier look. */
export interface CounterRow {
  owner: "total" | "vip" | "server";
  /** Empty for the total. */
  vip: string;
  /** Empty for the total and a VIP. */
  server: string;
  name: string;
  value: number;
  /** Per second; null: not known. */
  rate: number | null;
}

/** Gauges have no rate. */
const GAUGES = new Set(["flows"]);

/** All counters as rows, in the order of the view: the total, then each VIP with its servers. */
export function counterRows(view: CountersView, before: CountersView | null): CounterRow[] {
  const seconds = before === null ? 0 : (Date.parse(view.at) - Date.parse(before.at)) / 1000;
  const past = before === null ? new Map<string, number>() : values(before);
  return owners(view).flatMap(({ counters, ...owner }) =>
    Object.entries(counters).map(([name, value]) => {
      const old = past.get(key(owner, name));
      // A counter that went back began anew: no rate this once.
      const known = old !== undefined && value >= old && seconds > 0 && !GAUGES.has(name);
      return { ...owner, name, value, rate: known ? (value - old) / seconds : null };
    })
  );
}

type Owner = Pick<CounterRow, "owner" | "vip" | "server">;

function owners(view: CountersView): (Owner & { counters: Counters })[] {
  const all: (Owner & { counters: Counters })[] = [
    { owner: "total", vip: "", server: "", counters: view.total },
  ];
  for (const { name: vip, counters, servers } of view.vips) {
    all.push({ owner: "vip", vip, server: "", counters });
    for (const { address, counters } of servers) {
      all.push({ owner: "server", vip, server: address, counters });
    }
  }
  return all;
}

function values(view: CountersView): Map<string, number> {
  const found = new Map<string, number>();
  for (const { counters, ...owner } of owners(view)) {
    for (const [name, value] of Object.entries(counters)) found.set(key(owner, name), value);
  }
  return found;
}

function key({ vip, server }: Owner, name: string): string {
  return [vip, server, name].join("\n");
}
