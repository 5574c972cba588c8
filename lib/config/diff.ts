/**
 * What differs between two configurations, place by place.
 *
 * @module
 */
import type { Config } from "../config.ts";
import { vipName } from "../vip_name.ts";

/** Null: it is not there. */
export interface Difference {
  /** `conf.timeout`, `interfaces.net0`, `vips["90.0.0.0/8"].servers["10.0.0.1"].weight` */
  path: string;
  from: unknown;
  to: unknown;
}

/** What a list holds, by the name that each is known by: their order means nothing. */
interface Named {
  named: Map<string, unknown>;
}

/** All differences, in the order of the configuration; what is new or gone as a whole is one. */
export function differences(from: Config, to: Config): Difference[] {
  return compare("", byName(from), byName(to));
}

function byName(config: Config): unknown {
  return { ...config, vips: named(config.vips, vipName) };
}

function named<T>(list: readonly T[], name: (one: T) => string): Named {
  return { named: new Map(list.map((one) => [name(one), one])) };
}

/** A VIP that is there before and after is looked into, its servers by address. */
function opened(value: unknown): unknown {
  const { servers } = value as { servers?: { address: string }[] };
  if (!Array.isArray(servers)) return value;
  return { ...value as object, servers: named(servers, ({ address }) => address) };
}

function compare(path: string, from: unknown, to: unknown): Difference[] {
  if (isNamed(from) && isNamed(to)) {
    return both(from.named, to.named).flatMap((name) =>
      step(`${path}[${JSON.stringify(name)}]`, from.named.get(name), to.named.get(name))
    );
  }
  if (isPlain(from) && isPlain(to)) {
    const [a, b] = [new Map(Object.entries(from)), new Map(Object.entries(to))];
    return both(a, b).flatMap((name) =>
      step(path === "" ? name : `${path}.${name}`, a.get(name), b.get(name))
    );
  }
  return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ path, from, to }];
}

function step(path: string, from: unknown, to: unknown): Difference[] {
  if (from === undefined || to === undefined) {
    return [{ path, from: from ?? null, to: to ?? null }];
  }
  return isPlain(from) && isPlain(to)
    ? compare(path, opened(from), opened(to))
    : compare(path, from, to);
}

function both(a: Map<string, unknown>, b: Map<string, unknown>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])];
}

function isNamed(value: unknown): value is Named {
  return isPlain(value) && value.named instanceof Map;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Map);
}
