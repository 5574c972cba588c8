/**
 * A configuration as a simulation forwards by it: no port is opened and no kernel is asked.
 *
 * @module
 */
import type { Config } from "./config.ts";
import type { Snapshot } from "./dataplane.ts";
import { type NextHop, wantedDefaults } from "./next_hops.ts";
import type { Ports } from "./ports.ts";
import { assignIds, type Ids, imageServers, NO_IDS } from "./snapshot/slots.ts";
import { buildSnapshot } from "./snapshot.ts";
import { buildTables } from "./snapshot/tables.ts";

/** Source of what leaves, and next hop where the configuration names none: locally administered. */
export const OFFLINE_SOURCE_MAC = "02:00:00:00:00:01";
export const OFFLINE_NEXT_HOP_MAC = "02:00:00:00:00:02";

/** Tables for a simulation, and what their numbers stand for. */
export interface Offline {
  snapshot: Snapshot;
  /** VIP names by id. */
  vips: ReadonlyMap<number, string>;
  /** Server addresses by slot id. */
  servers: ReadonlyMap<number, string>;
  /** Sentences about what the configuration leaves open and was assumed. */
  assumed: string[];
}

/**
 * Builds the tables. All packets leave by the first interface with a `next_hop`, without any by the first
 * one; its own MAC address is {@linkcode OFFLINE_SOURCE_MAC}.
 */
export function offlineTables(config: Config): Offline {
  const ids = assignIds(NO_IDS, config);
  const names = Object.keys(config.interfaces);
  const ports = offlinePorts(names.length > 0 ? names : ["none"]);
  const assumed: string[] = [];
  const next = nextHop(config, ports, assumed);
  const servers = new Map([...imageServers(ids)].map(({ slot, address }) => [slot, address]));
  const ways = [...servers.values(), ...wantedDefaults(config.interfaces)];
  return {
    snapshot: buildSnapshot({
      revision: 1,
      config,
      ids,
      tables: buildTables(config, ids, new Map()),
      ports,
      own: [],
      nextHops: new Map(ways.map((address) => [address, next])),
    }),
    vips: vipNames(ids),
    servers,
    assumed,
  };
}

function vipNames(ids: Ids): Map<number, string> {
  return new Map([...ids.vips].map(([name, { id }]) => [id, name]));
}

function offlinePorts(names: string[]): Ports {
  return new Map(names.map((name, index) => [name, {
    name,
    device: "none",
    info: {
      index,
      linkUp: true,
      linkMbps: 0,
      missed: 0,
      mtu: 1500,
      mac: OFFLINE_SOURCE_MAC,
      held: "held",
      driver: "simulation",
    },
  }]));
}

function nextHop(config: Config, ports: Ports, assumed: string[]): NextHop {
  for (const [name, { next_hop }] of Object.entries(config.interfaces)) {
    if (next_hop !== undefined) {
      return { hop: { interface: name, mac: next_hop.mac }, reason: null };
    }
  }
  assumed.push(
    `no interface of the configuration has a next_hop: frames leave for ${OFFLINE_NEXT_HOP_MAC}`,
  );
  const [first = "none"] = ports.keys();
  return { hop: { interface: first, mac: OFFLINE_NEXT_HOP_MAC }, reason: null };
}
