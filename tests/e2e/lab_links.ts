/**
 * The hosts of a site and their links:
 *
 *     client ── router ── eth1 Guideway eth2
 *                  └──── lan ───────────┘
 *                        s1 s2 …
 *
 * Packets to the VIPs and to the node's own address come by eth1; the servers are behind eth2. Their
 * gateway is Guideway; but what they send from a VIP's address, which they have on lo, goes to the router.
 * Guideway's kernel forwards nothing, and has none of those addresses.
 *
 * @module
 */
import type { Net } from "./lab_net.ts";

/** The node's own address. */
export const NODE = { ip4: "192.0.2.100", ip6: "2001:db8:64::100" };
/** Addresses of Guideway's kernel on its arms, and of the router among the servers. */
export const KERNEL = { ip4: "192.0.2.10", ip6: "2001:db8::10" };
export const KERNEL_LAN = { ip4: "10.0.0.254", ip6: "2001:db8:1::fe" };
const ROUTER_LAN = { ip4: "10.0.0.1", ip6: "2001:db8:1::1" };

/** Routing table of a server for what it sends from a VIP's address. */
const VIP_TABLE = 100;

/** All hosts but the servers. */
export const HOSTS = ["client", "router", "gw"];

/** The `n`-th server, from 1. */
export function server(n: number): { name: string; ip4: string; ip6: string } {
  return { name: `s${n}`, ip4: `10.0.0.1${n}`, ip6: `2001:db8:1::1${n}` };
}

/** Of a server, by its number. */
export interface ServerOptions {
  /** What it listens on: see lab_server.ts. */
  places: string[];
  /** Addresses of VIPs on its lo: it answers its clients itself. */
  vips?: string[];
  /** Takes tunnels apart. */
  tunnel?: boolean;
}

/** How a site is built. */
export interface SiteOptions {
  /** Of Guideway; interfaces are there unless given. */
  config: { conf?: unknown; vips: unknown[]; interfaces?: unknown; workers?: number };
  servers: number;
  server: (n: number) => ServerOptions;
  /** Of the lan with its servers; 1500 unless given. */
  lanMtu?: number;
  /** Of the client's link; 1500 unless given. */
  clientMtu?: number;
  /** Further ones, to be linked by `prepare`. */
  hosts?: string[];
  /** Further arguments of `guideway run`. Flows end with it unless they say where to keep them. */
  run?: string[];
  /** Guideway may end while the site is used. */
  mayEnd?: boolean;
  /** Runs when all links are there, before Guideway starts. */
  prepare?: (net: Net) => Promise<void>;
}

/** On both arms packets of nat servers are translated back. */
export const INTERFACES = {
  client: { device: "af_packet:eth1", snat: ["nat4", "nat6"] },
  lan: { device: "af_packet:eth2", snat: ["nat4", "nat6"] },
};

/** All links but the servers'. */
export async function linkRouter(net: Net, options: SiteOptions): Promise<void> {
  const { clientMtu = 1500 } = options;
  await net.link(
    { host: "router", device: "client", addresses: ["203.0.113.1/24", "2001:db8:c::1/64"] },
    { host: "client", device: "eth0", addresses: ["203.0.113.10/24", "2001:db8:c::10/64"] },
  );
  await net.ip("router", `link set client mtu ${clientMtu}`);
  await net.ip("client", `link set eth0 mtu ${clientMtu}`);
  await net.link(
    { host: "router", device: "gw", addresses: ["192.0.2.1/24", "2001:db8::1/64"] },
    { host: "gw", device: "eth1", addresses: [`${KERNEL.ip4}/24`, `${KERNEL.ip6}/64`] },
  );
  await linkLan(net, options);
  await defaultRoutes(net, "client", { ip4: "203.0.113.1", ip6: "2001:db8:c::1" });
  await defaultRoutes(net, "gw", { ip4: "192.0.2.1", ip6: "2001:db8::1" });
}

async function linkLan(net: Net, { lanMtu = 1500, config }: SiteOptions): Promise<void> {
  await net.ip("router", `link add lan type bridge`);
  await net.link(
    { host: "router", device: "lan-gw", mtu: lanMtu },
    {
      host: "gw",
      device: "eth2",
      mtu: lanMtu,
      addresses: [`${KERNEL_LAN.ip4}/24`, `${KERNEL_LAN.ip6}/64`],
    },
  );
  const prefixes = (config.vips as { prefix: string }[]).map(({ prefix }) => prefix);
  const led = new Set([...prefixes, `${NODE.ip4}/32`, `${NODE.ip6}/128`]);
  await net.ip(
    "router",
    "link set lan-gw master lan",
    "link set lan up",
    `addr add ${ROUTER_LAN.ip4}/24 dev lan`,
    `addr add ${ROUTER_LAN.ip6}/64 dev lan nodad`,
    ...[...led].map((prefix) =>
      `route add ${prefix} via ${prefix.includes(":") ? KERNEL.ip6 : KERNEL.ip4}`
    ),
  );
}

/** Segments may be longer than the path allows: to find out is the kernels' business. */
function defaultRoutes(
  net: Net,
  host: string,
  by: { ip4: string; ip6: string },
  more = "",
): Promise<void> {
  return net.ip(
    host,
    `route add default via ${by.ip4} advmss 1460 ${more}`,
    `route add default via ${by.ip6} advmss 1440 ${more}`,
  );
}

/** The link of the `n`-th server. */
export async function linkServer(net: Net, options: SiteOptions, n: number): Promise<void> {
  const { name, ip4, ip6 } = server(n);
  const { vips = [] } = options.server(n);
  const mtu = options.lanMtu ?? 1500;
  await net.link(
    { host: "router", device: `lan-${name}`, mtu },
    { host: name, device: "eth0", mtu, addresses: [`${ip4}/24`, `${ip6}/64`] },
  );
  await net.ip("router", `link set lan-${name} master lan`);
  // What is beyond the router takes no more than 1500 bytes.
  const most = mtu > 1500 ? "mtu 1500" : "";
  await defaultRoutes(net, name, KERNEL_LAN, most);
  await defaultRoutes(net, name, ROUTER_LAN, `${most} table ${VIP_TABLE}`);
  const six = (vip: string) => vip.includes(":");
  await net.ip(
    name,
    ...vips.map((vip) => `addr add ${vip}${six(vip) ? "/128 nodad" : "/32"} dev lo`),
  );
  // All rules of a batch would be of one family.
  const rule = (vip: string) => `ip -${six(vip) ? 6 : 4} rule add from ${vip} lookup ${VIP_TABLE}`;
  await net.shell(name, ["set -e", ...vips.map(rule)].join("\n"));
}
