/**
 * What decided about a packet, step by step, in words.
 *
 * @module
 */
import type { PacketView, TraceStep, TraceView } from "../question.ts";
import { formatEndpoint } from "../net.ts";
import type { PacketField } from "../packet_fields.ts";
import type { Running } from "../running.ts";
import { vipName } from "../vip_name.ts";

type Told = Omit<TraceView, "steps">;

/** Only the steps that the packet came to. */
export function traceSteps(running: Running, told: Told): TraceStep[] {
  const { verdict, text } = told;
  return [
    receive(told.in),
    ...vipStep(running, told),
    ...flowStep(told),
    ...tableStep(running, told),
    ...serverStep(running, told),
    { step: "verdict", text: `${verdict}: ${text}` },
    ...told.out.map((packet, at) => send(packet, at, told)),
  ];
}

function receive(packet: PacketView): TraceStep {
  const where = packet.interface === null ? "" : ` at ${packet.interface}`;
  return { step: "receive", text: `${summary(packet)} comes in${where}` };
}

function vipStep(running: Running, { verdict, vip, server, in: packet }: Told): TraceStep[] {
  const { destination } = ends(packet.fields);
  if (vip === null) {
    if (destination === null) return [];
    const text = `none of ${running.config.vips.length} VIPs takes ${destination}`;
    return [{ step: "vip", text }];
  }
  const text = verdict === "returned"
    ? `it comes back from server ${server} of VIP ${vip}`
    : `the narrowest VIP that takes it is ${vip}`;
  return [{ step: "vip", text }];
}

function flowStep({ hash, decided, server }: Told): TraceStep[] {
  if (hash === null) return [];
  const text = decided === "flow"
    ? `flow ${hash} is remembered and stays with ${server}`
    : `flow ${hash} is not remembered`;
  return decided === null ? [] : [{ step: "flow", text }];
}

function tableStep(running: Running, { decided, vip, slot, server }: Told): TraceStep[] {
  if (decided !== "table" || vip === null || slot === null) return [];
  const slots = running.tables.get(vip)?.table.length ?? 0;
  const text = `slot ${slot} of ${slots} of the new-connection table leads to ${server}`;
  return [{ step: "table", text }];
}

function serverStep(running: Running, { vip, server }: Told): TraceStep[] {
  if (vip === null || server === null) return [];
  const config = running.config.vips.find((one) => vipName(one) === vip);
  const ids = running.ids.vips.get(vip)?.servers.get(server);
  const weight = config?.servers.find(({ address }) => address === server)?.weight;
  const state = weight === undefined ? "removed, kept for its flows" : `weight ${weight}`;
  const next = running.nextHops.get(server);
  const way = next?.hop
    ? `next hop ${next.hop.mac} on ${next.hop.interface}`
    : `no next hop: ${next?.reason ?? "not looked for yet"}`;
  const encap = ids?.sending.encap;
  const health = running.health.of(vip, server);
  const down = health.state === "down" ? `, down: ${health.reason}` : "";
  return [{ step: "server", text: `${server}: ${state}, by ${encap}, ${way}${down}` }];
}

function send(packet: PacketView, at: number, told: Told): TraceStep {
  const more = (packet.bytes.length - told.in.bytes.length) / 2;
  const size = more === 0
    ? "as long as it came"
    : `${Math.abs(more)} bytes ${more > 0 ? "longer" : "shorter"} than it came`;
  const mac = packet.fields.find(({ name }) => name === "destination")?.text;
  const besides = at === 0 ? "" : "besides, ";
  const text = `${besides}${summary(packet)} leaves ${packet.interface ?? "nowhere"} for ${mac}` +
    (at === 0 ? `, ${size}` : "");
  return { step: "send", text };
}

/** `TCP 203.0.113.7:40001 to 90.1.2.3:80, 54 bytes` */
function summary({ bytes, fields }: PacketView): string {
  const { protocol, source, destination } = ends(fields);
  const size = `${bytes.length / 2} bytes`;
  if (source === null) return `a frame that is no IP packet, ${size},`;
  return `${protocol} ${source} to ${destination}, ${size},`;
}

/** Of the outermost packet. */
function ends(fields: PacketField[]) {
  const text = (layers: string[], name: string) =>
    fields.find((field) => layers.includes(field.layer) && field.name === name)?.text;
  const source = text(IP, "source") ?? null;
  const destination = text(IP, "destination") ?? null;
  const protocol = fields.find(({ layer }) => ABOVE.includes(layer))?.layer ?? "IP";
  const port = (name: string) => {
    const found = text(["TCP", "UDP"], name);
    return found === undefined ? null : Number(found);
  };
  return {
    protocol,
    source: source && formatEndpoint(source, port("source port")),
    destination: destination && formatEndpoint(destination, port("destination port")),
  };
}

const IP = ["IPv4", "IPv6"];
const ABOVE = ["TCP", "UDP", "ICMP", "ICMPv6", "GRE", "inner IPv4", "inner IPv6"];
