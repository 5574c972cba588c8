import { formatEndpoint } from "../../../lib/net.ts";
import type { FirstPacket, FlowView } from "../../../lib/question.ts";

/** Where a flow of a client's address alone is asked for. */
const SOME_PORT = 40_000;
const WEB = 80;

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
