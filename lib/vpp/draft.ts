/**
 * A configuration that commands are carried out on, one after the other. It remembers which word set what.
 *
 * @module
 */
import type { Flush } from "../change.ts";
import type { Config, ServerConfig, VipConfig } from "../config.ts";
import { vipName } from "../vip_name.ts";
import type { Places } from "./command.ts";
import type { Place } from "./line_error.ts";

/** A server, and the word that it comes from; null: it was there. */
export interface DraftServer extends ServerConfig {
  place: Place | null;
}

/** A VIP, and the words that it comes from. */
export interface DraftVip {
  name: string;
  fields: Partial<Omit<VipConfig, "servers">> & { prefix: string };
  servers: Map<string, DraftServer>;
  place: Place | null;
  places: Places;
}

/** The configuration so far. */
export class Draft {
  readonly conf: Config["conf"];
  readonly confPlaces: Places = {};
  readonly interfaces: Config["interfaces"];
  readonly snatPlaces: Places = {};
  readonly vips: Map<string, DraftVip>;
  readonly #before: Config;
  readonly #known: Map<string, Set<string>>;
  readonly #flushes = new Map<string, Flush>();

  /** @param removed Addresses of removed servers that still have flows, by VIP. */
  constructor(config: Config, removed: ReadonlyMap<string, readonly string[]>) {
    this.#before = config;
    this.conf = { ...config.conf };
    this.interfaces = { ...config.interfaces };
    this.vips = new Map(config.vips.map((vip) => [vipName(vip), draftVip(vip)]));
    this.#known = new Map(
      [...this.vips].map((
        [name, { servers }],
      ) => [name, new Set([...servers.keys(), ...removed.get(name) ?? []])]),
    );
  }

  /** Whether it ran before, removed or not: only then can it have flows. */
  ran(vip: string, address: string): boolean {
    return this.#known.get(vip)?.has(address) === true;
  }

  /** Forgets flows with the commit; of what never ran there are none. */
  flush(vip: string, address?: string): void {
    if (address === undefined ? !this.#known.has(vip) : !this.ran(vip, address)) return;
    this.#flushes.set(
      `${vip} ${address ?? ""}`,
      address === undefined ? { vip } : { vip, address },
    );
  }

  get flushes(): Flush[] {
    return [...this.#flushes.values()];
  }

  /** The whole configuration, still to be validated. */
  input(): unknown {
    const vips = [...this.vips.values()].map(({ fields, servers }) => ({
      ...fields,
      servers: [...servers.values()].map(({ address, weight }) => ({ address, weight })),
    }));
    return { ...this.#before, conf: this.conf, interfaces: this.interfaces, vips };
  }
}

function draftVip({ servers, ...fields }: VipConfig): DraftVip {
  return {
    name: vipName(fields),
    fields,
    servers: new Map(servers.map((server) => [server.address, { ...server, place: null }])),
    place: null,
    places: {},
  };
}
