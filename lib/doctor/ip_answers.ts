/**
 * What `ip -json` of iproute2 answered on a machine whose answers were kept.
 *
 * @module
 */
import {
  type KernelView,
  limit,
  type Neighbour,
  neighbourKey,
  type Route,
} from "../next_hops/answers.ts";

interface IpAnswer {
  type?: string;
  dst?: string;
  dev?: string;
  gateway?: string;
  via?: { host?: string };
  metrics?: { mtu?: number }[];
  lladdr?: string;
  state?: string[];
}

/** Each line is the answer to one question that has one; only neighbours have a state. */
export function parseIpAnswers(output: string): KernelView {
  const routes = new Map<string, Route>();
  const neighbours = new Map<string, Neighbour>();
  for (const line of output.split("\n").filter((line) => line.startsWith("["))) {
    for (const answer of JSON.parse(line) as IpAnswer[]) {
      const { dst, dev, state } = answer;
      if (dst === undefined || dev === undefined) continue;
      if (state === undefined) {
        routes.set(dst, readRoute(answer, dst, dev));
      } else {
        const mac = answer.lladdr ?? null;
        neighbours.set(neighbourKey(dev, dst), { mac, state: state[0] ?? "NONE" });
      }
    }
  }
  return { routes, neighbours };
}

function readRoute({ type, gateway, via, metrics }: IpAnswer, dst: string, dev: string): Route {
  return {
    type: type ?? "unicast",
    dev,
    via: gateway ?? via?.host ?? dst,
    ...limit(metrics?.find(({ mtu }) => mtu !== undefined)?.mtu),
  };
}
