/**
 * The topology as input for `ip -batch` and `sh`: text only, nothing runs here.
 *
 * @module
 */
import { GUIDEWAY, HOSTS, type Leg, LEGS, SERVERS, VIPS } from "./topology.ts";

/** Turns a host's name into its namespace's. */
export type Naming = (host: string) => string;

/** Device that a server's tunnelled packets come out of where the kernel has no GRE. */
export const TUN = "gw0";

/** What `ethtool -K` switches off. */
export const OFFLOADS = "tx off rx off tso off gso off gro off";

function addAddress(address: string, device: string): string {
  // nodad: an IPv6 address can be used at once.
  return `addr add ${address} dev ${device}${address.includes(":") ? " nodad" : ""}`;
}

/** Creates all namespaces. */
export function namespaceBatch(name: Naming): string[] {
  return HOSTS.map((host) => `netns add ${name(host)}`);
}

/** In the router: one link to a host. */
export function linkBatch(leg: Leg, name: Naming): string[] {
  const peer = `peer name ${leg.device} mtu ${leg.mtu} netns ${name(leg.host)}`;
  const device = leg.host;
  return [
    `link add ${device} mtu ${leg.mtu} type veth ${peer}`,
    addAddress(`${leg.gateways.ip4}/24`, device),
    addAddress(`${leg.gateways.ip6}/64`, device),
    `link set ${device} up`,
  ];
}

/** In the router: the way of the VIPs to Guideway. */
export function vipRouteBatch(): string[] {
  return VIPS.map(({ prefix }) =>
    `route add ${prefix} via ${prefix.includes(":") ? GUIDEWAY.ip6 : GUIDEWAY.ip4}`
  );
}

/** In the router: all links and routes. */
export function routerBatch(name: Naming): string[] {
  return [...LEGS.flatMap((leg) => linkBatch(leg, name)), ...vipRouteBatch()];
}

/** In a host: its addresses and its default routes. */
export function hostBatch(leg: Leg): string[] {
  return [
    ...leg.addresses.map((address) => addAddress(address, leg.device)),
    `link set ${leg.device} up`,
    `route add default via ${leg.gateways.ip4}`,
    `route add default via ${leg.gateways.ip6}`,
  ];
}

/** In a server: the VIPs' addresses on lo, so that it answers for them itself. */
export function vipBatch(): string[] {
  return VIPS.flatMap(({ addresses }) =>
    addresses.map((one) => addAddress(`${one}/${one.includes(":") ? 128 : 32}`, "lo"))
  );
}

/** In a server: kernel devices that take GRE apart. Fails where the kernel has no GRE. */
export function kernelGreBatch(server: string): string[] {
  const { ip4, ip6 } = SERVERS.find((one) => one.name === server)!;
  return [
    `link add gwd4 type gre local ${ip4} remote ${GUIDEWAY.ip4}`,
    `link add gwd6 type ip6gre local ${ip6} remote ${GUIDEWAY.ip6}`,
    "link set gwd4 up",
    "link set gwd6 up",
  ];
}

/** In a server: the tun device that `guideway decap` hands the inner packets to. */
export function tunBatch(): string[] {
  return [`tuntap add dev ${TUN} mode tun`, `link set ${TUN} mtu 1500`, `link set ${TUN} up`];
}

/** For `sh` in a new namespace: settings that later interfaces take over. */
export function sysctlScript(host: string): string {
  const forwarding = host === "router" ? 1 : 0;
  const values: Record<string, number> = {
    "ipv4/ip_forward": forwarding,
    "ipv6/conf/all/forwarding": forwarding,
    "ipv6/conf/all/accept_dad": 0,
    "ipv6/conf/default/accept_dad": 0,
    "ipv6/conf/default/router_solicitations": 0,
    "ipv6/conf/default/accept_ra": 0,
    // Tunnelled packets come in by another device than their answers leave by.
    "ipv4/conf/all/rp_filter": 0,
    "ipv4/conf/default/rp_filter": 0,
    "ipv4/conf/all/send_redirects": 0,
    "ipv4/conf/default/send_redirects": 0,
  };
  const lines = Object.entries(values).map(([key, value]) =>
    `echo ${value} > /proc/sys/net/${key}`
  );
  return ["set -e", ...lines, "ip link set lo up"].join("\n");
}

/** For `sh` in a host: veth fills in no checksum for a reader of raw frames, so nothing is put off. */
export function offloadScript(host: string): string {
  const devices = host === "router"
    ? LEGS.map((leg) => leg.host)
    : LEGS.filter((leg) => leg.host === host).map((leg) => leg.device);
  return devices.map((device) => `ethtool -K ${device} ${OFFLOADS} >/dev/null`).join(" && ");
}
