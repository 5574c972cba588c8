/**
 * What the demo builds: five kinds of hosts in network namespaces around one router.
 *
 *     client ── router ── s1, s2, s3
 *                 │
 *             guideway (one-armed: in and out by eth1)
 *
 * @module
 */

/** A link from the router to a host. */
export interface Leg {
  /** Host, and the router's interface towards it. */
  host: string;
  /** The host's interface. */
  device: string;
  mtu: number;
  /** The host's addresses with prefix lengths; the first of each family is its own. */
  addresses: string[];
  /** The router's addresses: the host's default gateways. */
  gateways: { ip4: string; ip6: string };
}

/** An application server. */
export interface DemoServer {
  name: string;
  ip4: string;
  ip6: string;
}

/** A VIP, and the addresses of its prefix that the servers listen on. */
export interface DemoVip {
  prefix: string;
  encap: "gre4" | "gre6";
  addresses: string[];
}

/** Guideway's own addresses: where the router sends the VIPs, and the tunnels' outer source. */
export const GUIDEWAY = { ip4: "192.0.2.10", ip6: "2001:db8::10" };

/** Room for the outer headers, so that a full frame of the client's link fits a tunnel. */
const TUNNEL_MTU = 1600;

/** How many addresses of each family the client sends from. */
export const CLIENT_ADDRESSES = 8;

/** The three application servers. */
export const SERVERS: DemoServer[] = [1, 2, 3].map((n) => ({
  name: `s${n}`,
  ip4: `10.0.${n}.2`,
  ip6: `2001:db8:${n}::2`,
}));

/** The two VIPs. */
export const VIPS: DemoVip[] = [
  {
    prefix: "90.0.0.0/8",
    encap: "gre4",
    addresses: ["90.0.0.1", "90.1.2.3", "90.64.0.7", "90.255.255.254"],
  },
  {
    prefix: "2002::/16",
    encap: "gre6",
    addresses: ["2002::1", "2002:1:2::3", "2002:64::7", "2002:ffff::fffe"],
  },
];

/** The client's `index`-th address of the VIP's family. */
export function clientAddress(vip: DemoVip, index: number): string {
  const n = 10 + (index % CLIENT_ADDRESSES);
  return vip.encap === "gre4" ? `203.0.113.${n}` : `2001:db8:c::${n}`;
}

function clientLeg(): Leg {
  const indexes = Array.from({ length: CLIENT_ADDRESSES }, (_, index) => index);
  return {
    host: "client",
    device: "eth0",
    mtu: 1500,
    addresses: VIPS.flatMap((vip) =>
      indexes.map((index) => `${clientAddress(vip, index)}/${vip.encap === "gre4" ? 24 : 64}`)
    ),
    gateways: { ip4: "203.0.113.1", ip6: "2001:db8:c::1" },
  };
}

/** All links of the router. */
export const LEGS: Leg[] = [
  clientLeg(),
  {
    host: "gw",
    device: "eth1",
    mtu: TUNNEL_MTU,
    addresses: [`${GUIDEWAY.ip4}/24`, `${GUIDEWAY.ip6}/64`],
    gateways: { ip4: "192.0.2.1", ip6: "2001:db8::1" },
  },
  ...SERVERS.map(({ name, ip4, ip6 }) => ({
    host: name,
    device: "eth0",
    mtu: TUNNEL_MTU,
    addresses: [`${ip4}/24`, `${ip6}/64`],
    gateways: { ip4: ip4.replace(/2$/, "1"), ip6: ip6.replace(/2$/, "1") },
  })),
];

/** All hosts; each has a namespace. */
export const HOSTS: string[] = ["router", ...LEGS.map((leg) => leg.host)];

/** The configuration that Guideway runs with. */
export function demoConfig(workers = 1): unknown {
  return {
    conf: {
      ip4_src_address: GUIDEWAY.ip4,
      ip6_src_address: GUIDEWAY.ip6,
      buckets: 65536,
      timeout: 40,
    },
    workers,
    interfaces: { net0: { device: "af_packet:eth1" } },
    vips: VIPS.map(({ prefix, encap }) => ({
      prefix,
      encap,
      new_len: 4096,
      servers: SERVERS.map((server) => ({
        address: encap === "gre4" ? server.ip4 : server.ip6,
        weight: 100,
      })),
    })),
  };
}
