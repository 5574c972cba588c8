import type { Counters, CountersView } from "../status.ts";
import { isGauge } from "../counter_names.ts";

/** One counter of one owner, with its rate where there was an earlier look. */
export interface CounterRow {
  owner: "total" | "interface" | "vip" | "server";
  /** Names of what it belongs to; empty where it belongs to none. */
  interface: string;
  vip: string;
  server: string;
  name: string;
  value: number;
  /** Per second; null: not known. */
  rate: number | null;
}

/** All counters as rows, in the order of the view: the total, each interface, each VIP with its servers. */
export function counterRows(view: CountersView, before: CountersView | null): CounterRow[] {
  const seconds = before === null ? 0 : (Date.parse(view.at) - Date.parse(before.at)) / 1000;
  const past = before === null ? new Map<string, number>() : values(before);
  return owners(view).flatMap(({ counters, ...owner }) =>
    Object.entries(counters).map(([name, value]) => {
      const old = past.get(key(owner, name));
      // A counter that went back began anew: no rate this once.
      const known = old !== undefined && value >= old && seconds > 0 && !isGauge(name);
      return { ...owner, name, value, rate: known ? (value - old) / seconds : null };
    })
  );
}

type Owner = Pick<CounterRow, "owner" | "interface" | "vip" | "server">;

const NOBODY = { interface: "", vip: "", server: "" };

function owners(view: CountersView): (Owner & { counters: Counters })[] {
  const all: (Owner & { counters: Counters })[] = [
    { ...NOBODY, owner: "total", counters: view.total },
    ...view.interfaces.map(({ name, counters }) => ({
      ...NOBODY,
      owner: "interface" as const,
      interface: name,
      counters,
    })),
  ];
  for (const { name: vip, counters, servers } of view.vips) {
    all.push({ ...NOBODY, owner: "vip", vip, counters });
    for (const { address, counters } of servers) {
      all.push({ ...NOBODY, owner: "server", vip, server: address, counters });
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

function key(owner: Owner, name: string): string {
  return [owner.interface, owner.vip, owner.server, name].join("\n");
}
