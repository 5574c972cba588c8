import { type Check, type Finding, ok } from "../finding.ts";

/** Single findings for so many servers, a count for the rest. */
const MOST = 10;

/** Whether packets to each server can leave. */
export const neighbours: Check = ({ hops }) => {
  if (hops === null || hops.size === 0) return [];
  const lost = [...hops].flatMap(([address, { hop, reason }]) =>
    hop === null ? [{ address, reason }] : []
  );
  const found = lost.slice(0, MOST).map(({ address, reason }): Finding => ({
    name: "neighbours",
    state: "bad",
    found: reason.includes(address) ? reason : `${address}: ${reason}`,
    why: "packets to that server are dropped as drop_no_next_hop",
    type: remedy(address, reason),
  }));
  if (lost.length > MOST) {
    found.push({
      name: "neighbours",
      state: "bad",
      found: `${lost.length - MOST} more servers have no next hop`,
      why: "packets to them are dropped as drop_no_next_hop",
      type: ["guideway neighbours"],
    });
  }
  const good = hops.size - lost.length;
  return good === 0
    ? found
    : [...found, ok("neighbours", `next hops of ${good} servers are known`)];
};

/** What helps, by the reason that routes and neighbours give. */
function remedy(address: string, reason: string): string[] {
  const six = address.includes(":") ? "-6 " : "";
  if (/not answer|not answered/.test(reason)) {
    const [, station = address, dev = ""] = /^(\S+) on (\S+) /.exec(reason) ?? [];
    return [
      `ping -c 3${dev && ` -I ${dev}`} ${station}   # is it on, and on that network?`,
      `ip neigh show ${station}`,
    ];
  }
  if (/is not an interface of this configuration/.test(reason)) {
    return [
      `ip ${six}route get ${address}`,
      `ip ${six}route add ${address} via GATEWAY dev INTERFACE`,
    ];
  }
  if (/itself/.test(reason)) return [`ip addr show to ${address}   # a server is another machine`];
  if (/no interface of the configuration has a next_hop|default route/.test(reason)) {
    return ["guideway apply FILE   # with interfaces.NAME.next_hop.mac"];
  }
  return [`ip ${six}route add ${address} via GATEWAY dev INTERFACE`];
}
