/**
 * What `ip -json` of iproute2 answers: routes and neighbours.
 *
 * @module
 */

/** The names of the default routes, by family. */
export const DEFAULT_ROUTES = { 4: "0.0.0.0/0", 6: "::/0" } as const;

/** How the kernel would send a packet. */
export interface Route {
  /** `unicast`, `local`, `broadcast`, `multicast` … */
  type: string;
  /** Name of the network device. */
  dev: string;
  /** The gateway, or the address itself where it is on the link; null: a default route without a gateway. */
  via: string | null;
  /** Largest IP packet, where the route has one of its own: set by hand, or learned by the kernel. */
  mtu?: number;
}

/** An entry of the kernel's neighbour table. */
export interface Neighbour {
  mac: string | null;
  /** `REACHABLE`, `STALE`, `FAILED` … */
  state: string;
}

/** The kernel's answers about some addresses. */
export interface KernelView {
  /** By address, or by one of {@linkcode DEFAULT_ROUTES}; one that is missing has no route. */
  routes: ReadonlyMap<string, Route>;
  /** By {@linkcode neighbourKey}. */
  neighbours: ReadonlyMap<string, Neighbour>;
}

/** Key of a neighbour table. */
export function neighbourKey(dev: string, address: string): string {
  return `${dev} ${address}`;
}

/** Longest IPv4 packet, and longest payload of an IPv6 one; more is no limit. */
const MTU_MAX = 65_535;

interface IpAnswer {
  type?: string;
  dst?: string;
  dev?: string;
  gateway?: string;
  via?: { host?: string };
  metrics?: { mtu?: number }[];
  /** Of several ways. */
  nexthops?: IpAnswer[];
  lladdr?: string;
  state?: string[];
}

/**
 * Each line is the answer to one question that has one; only neighbours have a state. Of default routes the first one
 * is the best.
 *
 * @param family What default routes are of.
 */
export function parseAnswers(output: string, family: 4 | 6 = 4): KernelView {
  const routes = new Map<string, Route>();
  const neighbours = new Map<string, Neighbour>();
  for (const line of output.split("\n").filter((line) => line.startsWith("["))) {
    for (const answer of JSON.parse(line) as IpAnswer[]) {
      const { dst, dev, state } = answer;
      if (dst === undefined) continue;
      if (state === undefined) {
        const name = dst === "default" ? DEFAULT_ROUTES[family] : dst;
        const route = readRoute(answer);
        if (route !== null && !routes.has(name)) routes.set(name, route);
      } else if (dev !== undefined) {
        const mac = answer.lladdr ?? null;
        neighbours.set(neighbourKey(dev, dst), { mac, state: state[0] ?? "NONE" });
      }
    }
  }
  return { routes, neighbours };
}

/** Null: it leads nowhere. Of several ways that are equally good the first one stands for all. */
function readRoute(answer: IpAnswer): Route | null {
  const { dst = "", dev, gateway, via } = { ...answer, ...answer.nexthops?.[0] };
  if (dev === undefined) return null;
  const onLink = dst === "default" ? null : dst;
  const mtu = answer.metrics?.find((metric) => metric.mtu !== undefined)?.mtu;
  return {
    type: answer.type ?? "unicast",
    dev,
    via: gateway ?? via?.host ?? onLink,
    ...mtu !== undefined && mtu > 0 && mtu <= MTU_MAX ? { mtu } : {},
  };
}
