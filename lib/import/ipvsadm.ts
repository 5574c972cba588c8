/**
 * The output of `ipvsadm-save -n` as a configuration.
 *
 * @module
 */
import type { Command } from "../vpp/command.ts";
import { LineError } from "../vpp/line_error.ts";
import { type Line, readLines } from "../vpp/words.ts";
import { assemble, type Base, type Imported, type Sources } from "./assemble.ts";
import { type IpvsLine, readIpvsLine } from "./ipvsadm_line.ts";
import { IpvsService } from "./ipvsadm_service.ts";
import type { Note } from "./note.ts";

/** A VIP for each service with an address; notes on all that is not the same here. */
export function importIpvsadm(text: string, sources: Sources = {}): Imported {
  const notes: Note[] = [];
  const services = readServices(readLines(text), notes);
  const conf = { ...sources, ...guePort(services, notes) };
  const commands = services.flatMap((service) => service.commands(notes));
  const message = "no interface is in such a file; " +
    "write interfaces: { net0: { device: af_packet:eth1 } }";
  notes.push({ line: 0, message });
  const imported = assemble({ conf }, commands);
  notes.push(...imported.notes, ...waysBack(commands));
  return { config: imported.config, notes };
}

function readServices(lines: Line[], notes: Note[]): IpvsService[] {
  const services = new Map<string, IpvsService>();
  for (const line of lines) {
    try {
      take(services, readIpvsLine(line));
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      notes.push({ line: line[0].line, message: `left out: ${error.message}` });
    }
  }
  return [...services.values()];
}

function take(services: Map<string, IpvsService>, line: IpvsLine): void {
  if (line.kind === "other") {
    throw new LineError(line.place, "it adds neither a service nor a server");
  }
  const { protocol, address, port } = line.service;
  const key = `${protocol} ${address.text} ${port}`;
  if (line.kind === "service") {
    if (services.has(key)) throw new LineError(line.place, "this service is there already");
    services.set(key, new IpvsService(line.service, line.options, line.place));
    return;
  }
  const service = services.get(key);
  if (service === undefined) throw new LineError(line.place, "its service was not added");
  service.add(line.options, line.place);
}

/** GUE's port is one for all here. */
function guePort(services: IpvsService[], notes: Note[]): Base["conf"] {
  const ports = services.flatMap((service) => service.guePorts());
  const [first] = ports;
  if (first === undefined) return {};
  const other = ports.find(({ port }) => port !== first.port);
  if (other !== undefined) {
    const message = `--tun-port ${other.port}: conf.gue_port is ${first.port} for all servers`;
    notes.push({ line: other.line, message });
  }
  return { gue_port: first.port };
}

/** Answers of NAT servers come back through an interface that knows of them. */
function waysBack(commands: Command[]): Note[] {
  return (["nat4", "nat6"] as const).flatMap((encap) => {
    if (!commands.some((one) => one.kind === "vip" && one.fields.encap === encap)) return [];
    const message =
      `write snat: [${encap}] on the interface that the servers' answers come in through`;
    return [{ line: 0, message }];
  });
}
