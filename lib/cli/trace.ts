import type { TraceQuery, TraceView } from "../question.ts";
import type { Command } from "./mod.ts";
import { addExamples } from "./examples.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { usageError } from "./exit.ts";
import { hexBytes, packetFields } from "./packet_fields.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";
import { type Address, NetError, parseAddress, parseEndpoint } from "../net.ts";

/** `guideway trace`: where a packet would go, and why. */
export function register(program: Command): void {
  const trace = program.command("trace")
    .description(
      "Where the first packet of a flow would go, and why. Nothing is sent or remembered.",
    )
    .argument("<source>", "ADDRESS:PORT, IPv6 in brackets; ADDRESS for icmp")
    .argument("<destination>", "the same")
    .argument("[protocol]", "tcp, udp or icmp (an echo request)", "tcp")
    .option("--config <file>", "ask this configuration, not the running program")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (source, destination, protocol, options) => {
      if (protocol !== "tcp" && protocol !== "udp" && protocol !== "icmp") {
        throw usageError(`a trace takes tcp, udp or icmp, not ${protocol}`);
      }
      const address = protocol === "icmp" ? parseAddress : addressOfEndpoint;
      checkFamilies(() => [address(source), address(destination)]);
      const query = { source, destination, protocol } as const;
      const { config } = options;
      await read(options, {
        ask: (client) => config === undefined ? client.trace(query) : askConfig(query, config),
        text: ({ value }) => describe(value, `${protocol} ${source} to ${destination}`),
      });
    });
  addExamples(trace, [
    "trace 203.0.113.7:40001 90.1.2.3:80",
    "trace 203.0.113.7 90.1.2.3 icmp --json",
    "trace --config guideway.yaml [2001:db8::7]:40001 [2002::1]:80",
  ]);
}

/** The same packet steps, with the file's configuration and an empty flow table. */
async function askConfig(query: TraceQuery, file: string): Promise<TraceView> {
  const { traceConfig } = await import("./trace_config.ts");
  return await traceConfig(query, file);
}

function addressOfEndpoint(text: string): Address {
  return parseEndpoint(text).address;
}

/** @throws {CommandError} wrong usage, for ends that no packet has */
function checkFamilies(ends: () => [Address, Address]): void {
  try {
    const [from, to] = ends();
    if (from.family === to.family) return;
    throw new NetError(`${from.text} is IPv${from.family}, and ${to.text} is not`);
  } catch (error) {
    throw error instanceof NetError ? usageError(error.message) : error;
  }
}

function describe(view: TraceView, packet: string): string {
  const decided = {
    flow: "a remembered flow decided",
    table: "the new-connection table decided",
    none: "nothing had to be decided",
  };
  const facts: [string, string][] = [
    ["packet", packet],
    ["vip", view.vip ?? "none"],
    ["hash", view.hash ?? "-"],
    ["slot", view.slot === null ? "-" : String(view.slot)],
    ["server", view.server ?? "none"],
    ["why", decided[view.decided ?? "none"]],
    ["verdict", `${view.verdict}: ${view.text}`],
  ];
  if (view.output !== null) {
    facts.push(["leaves", `${view.interface ?? "?"}, ${view.output.length / 2} bytes`]);
  }
  const lines = facts.map(([name, value]) => `${name.padEnd(7)}  ${value}`);
  return [...lines, ...dump(view.output)].join("\n");
}

/** A line for each field: offset, bytes, name and value; more bytes than fit go on below. */
function dump(output: string | null): string[] {
  if (output === null) return [];
  const lines = packetFields(hexBytes(output)).flatMap(({ offset, bytes, name, value }) => {
    const rows = chunks(bytes, 8);
    return rows.map((row, at) => {
      const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
      const place = (offset + at * 8).toString(16).padStart(4, "0");
      const words = at === 0 ? `${name}${value === "" ? "" : `: ${value}`}` : "";
      return `${place}  ${hex.padEnd(23)}  ${words}`.trimEnd();
    });
  });
  return ["", ...lines];
}

function chunks(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}
