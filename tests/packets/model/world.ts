/**
 * Configurations at random, and what an operator does to them while packets go on.
 *
 * @module
 */
import type { Encap, Snapshot } from "../../../lib/dataplane.ts";
import { mac } from "../frame.ts";
import { type ServerGiven, type Settings, tablesOf, type VipGiven } from "../tables.ts";
import type { Random } from "./random.ts";

const PREFIXES = {
  4: ["90.0.0.0/8", "90.1.0.0/16", "90.1.2.0/24", "90.1.2.3/32", "91.7.7.7/32", "92.0.0.0/30"],
  6: ["2002::/16", "2002:5a01::/32", "2002:5a01::3/128", "2003:7::7/128", "2003:8::/64"],
};
const ENCAPS: Record<4 | 6, Encap[]> = {
  4: ["gre4", "gre6", "l3dsr", "nat4", "nat4", "nat4", "ipip", "gue"],
  6: ["gre4", "gre6", "nat6", "nat6", "ipip", "gue"],
};
const SNATS = ["nat4", "nat6"] as const;
const MTUS = [0, 0, 0, 1500, 1500, 1400, 1280, 576, 250, 100];

/** Family of an encap's servers; null: either. */
function familyOf(encap: Encap): 4 | 6 | null {
  if (encap === "ipip" || encap === "gue") return null;
  return encap === "gre6" || encap === "nat6" ? 6 : 4;
}

/** A VIP whose servers are all told in full. */
export type WorldVip = Omit<VipGiven, "servers"> & {
  id: number;
  encap: Encap;
  servers: WorldServer[];
};
type WorldServer = ServerGiven & { slot: number };

export class World {
  vips: WorldVip[] = [];
  settings: Settings;
  #revision = 0;
  #slot = 0;
  #id = 0;
  /** Ids and slots that ever were. */
  readonly ids = new Set<number>();
  readonly slots = new Set<number>();

  constructor(readonly random: Random) {
    this.settings = this.#newSettings();
    const prefixes = [4, 6].flatMap((family) => random.some(PREFIXES[family as 4 | 6]));
    for (const prefix of prefixes.slice(0, 6)) this.#addPrefix(prefix);
  }

  #newSettings(): Settings {
    const { random } = this;
    const any = new Uint8Array(6);
    const ports = [0, 5].slice(0, 1 + random.below(2)).map((index) => ({
      index,
      mac: random.once(2) ? any : mac(`02:bb:00:00:00:0${index}`),
      mtu: random.pick(MTUS),
      snat: random.once(5) ? [] : random.once(3) ? random.some(SNATS) : [...SNATS],
    }));
    const hops = [1, 2, 3].map((n) => ({
      mac: mac(`02:cc:00:00:00:0${n}`),
      port: random.pick(ports).index,
      mtu: random.pick(MTUS),
    }));
    return {
      ports,
      hops,
      timeout: 5 + random.below(60),
      buckets: 32_768,
      hashKey: random.bytes(16),
      guePort: 6080 + random.below(3),
      hop4: random.once(4) ? null : random.below(3),
      hop6: random.once(4) ? null : random.below(3),
      ...random.once(3) ? { entropy4: random.pick(["172.16.0.0/16", "10.9.8.0/24"]) } : {},
      ...random.once(3) ? { entropy6: random.pick(["2001:db8:e::/48", "100::/64"]) } : {},
    };
  }

  /** VIPs of one prefix: of all ports, or some, or both. */
  #addPrefix(prefix: string): void {
    const { random } = this;
    const echo = !random.once(3);
    const ports = random.once(3) ? [] : random.some([53, 80, 443, 8443]);
    if (ports.length === 0 || random.once(3)) this.vips.push(this.#newVip(prefix, echo));
    for (const port of ports) {
      const protocol = random.pick([6, 17, undefined]);
      const vip = this.#newVip(prefix, echo);
      Object.assign(vip, { port }, protocol === undefined ? {} : { protocol });
      if (vip.encap.startsWith("nat")) this.#addPorts(vip);
      this.vips.push(vip);
    }
  }

  #addPorts(vip: WorldVip): void {
    if (this.random.once(2)) vip.targetPort = this.random.pick([80, 3307, 8080]);
    // Each its own: two VIPs may not have the same.
    if (this.random.once(3)) vip.nodePort = 30_000 + vip.id;
  }

  #newVip(prefix: string, echo: boolean): WorldVip {
    const { random } = this;
    const encap = random.pick(ENCAPS[prefix.includes(":") ? 6 : 4]);
    const vip: WorldVip = {
      id: this.#id++,
      prefix,
      encap,
      echo,
      sticky: random.once(4),
      size: 16 << random.below(4),
      ttl: random.pick([64, 64, 1, 255]),
      df: ["gre4", "gre6", "ipip", "gue"].includes(encap)
        ? random.pick(["copy", "copy", "set", "clear"] as const)
        : "copy",
      dscp: encap === "l3dsr" ? random.below(64) : 0,
      servers: [],
    };
    this.ids.add(vip.id);
    for (let n = random.once(8) ? 0 : 1 + random.below(4); n > 0; n--) this.#addServer(vip);
    return vip;
  }

  #addServer(vip: WorldVip): void {
    const { random } = this;
    const four = (familyOf(vip.encap) ?? random.pick([4, 6])) === 4;
    const last = 1 + random.below(6);
    const address = four ? `10.0.0.${last}` : `2001:db8:1::${last}`;
    if (vip.servers.some((server) => server.address === address && server.live !== false)) return;
    vip.servers = vip.servers.filter((server) => server.address !== address);
    const slot = ++this.#slot;
    this.slots.add(slot);
    vip.servers.push({
      address,
      slot,
      weight: random.once(6) ? 0 : 1 + random.below(100),
      hop: random.once(12) ? null : random.below(3),
      mtu: random.once(3) ? random.pick(MTUS) : 0,
    });
  }

  /** One change of an operator, or of the routes. */
  change(): void {
    const { random } = this;
    const vip = this.vips.length > 0 ? random.pick(this.vips) : undefined;
    const server = vip && vip.servers.length > 0 ? random.pick(vip.servers) : undefined;
    const acts: (() => void)[] = [
      () => vip && this.#addServer(vip),
      () => server && (server.weight = random.below(101)),
      () => server && (server.weight = 0),
      () => server && (server.live = false),
      () => server && (server.hop = random.once(4) ? null : random.below(3)),
      () => server && (server.mtu = random.pick(MTUS)),
      () => vip && (vip.servers = vip.servers.filter((one) => one !== server)),
      () => vip && this.#flush(vip),
      () => vip && this.#changeEncap(vip),
      () => vip && (vip.sticky = !vip.sticky),
      () => (this.vips = this.vips.filter((one) => one !== vip)),
      () => this.#addPrefixAnew(),
      () => (this.settings.timeout = 5 + random.below(60)),
      () => (this.settings.buckets = random.pick([16_384, 32_768, 65_536])),
      () => (this.settings.hashKey = random.bytes(16)),
    ];
    random.pick(acts)();
  }

  /** All servers anew, by other slot ids: what flushing comes down to. */
  #flush(vip: WorldVip): void {
    for (const server of vip.servers) {
      server.slot = ++this.#slot;
      this.slots.add(server.slot);
    }
  }

  /** Another encap; servers that do not fit it go, and flows of those that do go on. */
  #changeEncap(vip: WorldVip): void {
    const other = this.#newVip(vip.prefix, vip.echo!);
    const { encap, ttl, df, dscp } = other;
    if (!encap.startsWith("nat")) {
      delete vip.targetPort;
      delete vip.nodePort;
    }
    Object.assign(vip, { encap, ttl, df, dscp });
    const family = familyOf(encap);
    const fits = ({ address }: WorldServer) => family === (address.includes(":") ? 6 : 4);
    if (family !== null) vip.servers = vip.servers.filter(fits);
  }

  #addPrefixAnew(): void {
    const free = [...PREFIXES[4], ...PREFIXES[6]].filter((prefix) =>
      !this.vips.some((vip) => vip.prefix === prefix)
    );
    if (free.length > 0) this.#addPrefix(this.random.pick(free));
  }

  /** What the workers forward by. */
  tables(): Snapshot {
    return tablesOf(this.vips, { ...this.settings, revision: ++this.#revision });
  }
}
