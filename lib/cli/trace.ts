import type { PacketView, TraceQuery, TraceView } from "../question.ts";
import type { Command } from "./mod.ts";
import { addExamples } from "./examples.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { usageError } from "./exit.ts";
import { packetLines } from "./packet_lines.ts";
import { wholeNumber } from "./vip_words.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";
import { type Address, NetError, parseAddress, parseEndpoint } from "../net.ts";

/** `guideway trace`: where a packet would go, and why. */
export function register(program: Command): void {
  const trace = program.command("trace")
    .description(
      "Where a packet would go and why, byte by byte: the first one of a flow, or any frame. " +
        "Nothing is sent or remembered.",
    )
    .argument("[source]", "ADDRESS:PORT, IPv6 in brackets; ADDRESS for icmp")
    .argument("[destination]", "the same")
    .argument("[protocol]", "tcp, udp or icmp (an echo request)", "tcp")
    .option("--size <bytes>", "of the IP packet; as few as can be unless given")
    .option("--interface <name>", "where it comes in; the first unless given")
    .option("--frame <hex>", "this frame, in place of the ends: hex digits from Ethernet on")
    .option("--config <file>", "ask this configuration, not the running program")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (source, destination, protocol, options) => {
      const { config } = options;
      const query = readQuery({ source, destination, protocol }, options);
      await read(options, {
        ask: (client) => config === undefined ? client.trace(query) : askConfig(query, config),
        text: ({ value }) => describe(value),
      });
    });
  addExamples(trace, [
    "trace 203.0.113.7:40001 90.1.2.3:80",
    "trace 203.0.113.7:40001 90.1.2.3:80 udp --size 1500",
    "trace 203.0.113.7 90.1.2.3 icmp --json",
    "trace --config guideway.yaml [2001:db8::7]:40001 [2002::1]:80",
  ]);
}

interface Ends {
  source: string | undefined;
  destination: string | undefined;
  protocol: string;
}

interface Packet {
  frame?: string;
  size?: string;
  interface?: string;
}

/** @throws {CommandError} wrong usage */
function readQuery({ source, destination, protocol }: Ends, packet: Packet): TraceQuery {
  const { frame, size, interface: port } = packet;
  if (frame !== undefined) {
    if (source === undefined && size === undefined && port === undefined) return { frame };
    throw usageError("a trace takes --frame or the ends of a flow, not both");
  }
  if (source === undefined || destination === undefined) {
    throw usageError("a trace needs a source and a destination, or --frame");
  }
  if (protocol !== "tcp" && protocol !== "udp" && protocol !== "icmp") {
    throw usageError(`a trace takes tcp, udp or icmp, not ${protocol}`);
  }
  const address = protocol === "icmp" ? parseAddress : addressOfEndpoint;
  checkFamilies(() => [address(source), address(destination)]);
  return {
    source,
    destination,
    protocol,
    ...size === undefined ? {} : { size: wholeNumber("--size", size, 28, 16_000) },
    ...port === undefined ? {} : { interface: port },
  };
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

function describe({ steps, in: input, out }: TraceView): string {
  return [
    ...steps.map(({ step, text }) => `${step.padEnd(7)}  ${text}`),
    ...packet("in", input),
    ...out.flatMap((one) => packet("out", one)),
  ].join("\n");
}

function packet(way: "in" | "out", { interface: port, bytes, fields }: PacketView): string[] {
  const where = port === null ? "" : ` at ${port}`;
  const marks = fields.some(({ changed }) => changed)
    ? way === "in" ? "; * changes, - goes" : "; * has changed, + is new"
    : "";
  const heading = `${way}${where}, ${bytes.length / 2} bytes${marks}`;
  return ["", heading, ...packetLines(bytes, fields, way === "in" ? "-" : "+")];
}
