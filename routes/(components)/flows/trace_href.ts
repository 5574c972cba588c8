import { formatEndpoint } from "../../../lib/net.ts";
import type { FirstPacket, FlowView } from "../../../lib/question.ts";
import type { VipStatus } from "../../../lib/status.ts";

/** Where a flow of a client's address alone is asked for. */
const SOME_PORT = 40_000;
const WEB = 80;

/** Ends that a packet to a VIP could have. */
export function endsTo(
  { prefix, port }: Pick<VipStatus, "prefix" | "port">,
): { source: string; destination: string } {
  const address = prefix.slice(0, prefix.lastIndexOf("/"));
  return {
    source: address.includes(":") ? "[2001:db8::7]:40001" : "203.0.113.7:40001",
    destination: formatEndpoint(address, port ?? WEB),
  };
}

/** The trace of such a packet. */
export function vipTraceHref(vip: VipStatus): string {
  return `/flows/trace?${new URLSearchParams({ ...endsTo(vip), protocol: vip.protocol ?? "tcp" })}`;
}

/**
 * The trace of a packet of the flow. One that stands for all of a client's packets is traced by one of them; null: of
 * a protocol that the trace knows only byte by byte.
 */
export function traceHref(flow: FlowView): string | null {
  const query = packetOf(flow);
  return query === null ? null : `/flows/trace?${new URLSearchParams({ ...query })}`;
}

function packetOf({ protocol, source, destination }: FlowView): Ends | null {
  if (protocol === "icmp" || protocol === "icmp6") {
    return { source, destination, protocol: "icmp" };
  }
  if (protocol !== "tcp" && protocol !== "udp" && protocol !== ANY) return null;
  return {
    source: withPort(source, SOME_PORT),
    destination: withPort(destination, WEB),
    protocol: protocol === "udp" ? "udp" : "tcp",
  };
}

type Ends = Pick<FirstPacket, "source" | "destination" | "protocol">;

/** Of flows of sticky VIPs without a protocol. */
const ANY = "255";

/** Port 0 is none. */
function withPort(text: string, port: number): string {
  const [, six, four, digits = "0"] = /^(?:\[(.*)\]|([\d.]+)|.*?)(?::(\d+))?$/.exec(text) ?? [];
  const address = six ?? four ?? text;
  return formatEndpoint(address, Number(digits) || port);
}
