/**
 * The configuration: one document, validated as a whole.
 *
 * @module
 */
import type { DfPolicy, Encap, Snat } from "./dataplane.ts";
import { type Problem, RefusedError } from "./refused.ts";
import { fewProblems, issueMessage, schemaProblems } from "./config/problems.ts";
import { allParts, soundParts } from "./config/parts.ts";
import { ruleProblems } from "./config/rules.ts";
import { configSchema } from "./config/schema.ts";
import { formatYaml, parseYaml, SyntaxProblem } from "./yaml.ts";

/** An application server of a VIP. */
export interface ServerConfig {
  address: string;
  /** 0 to 100; 0 is a graceful drain. */
  weight: number;
}

/** How a VIP's servers are asked whether they are well. */
export interface HealthConfig {
  type: "tcp" | "http" | "https" | "udp";
  /** The servers' port unless given. */
  port?: number;
  /** http, https: `/` unless given. */
  path?: string;
  /** http, https: the server's address unless given; also the name that TLS asks for. */
  host?: string;
  /** http, https: statuses that are well, `200-399` unless given. */
  expect?: string;
  /** udp: hex digits; any answer is well. */
  send?: string;
  /** Seconds from one check to the next. */
  interval: number;
  /** Seconds that an answer may take; 1 unless given, or the interval where that is shorter. */
  timeout?: number;
  /** So many good checks after one another bring a server back. */
  rise: number;
  /** So many bad ones after one another take it out. */
  fall: number;
  /** What becomes of the flows of a server that is taken out. */
  on_down: "keep" | "flush";
}

/** A virtual IP. */
export interface VipConfig {
  prefix: string;
  /** With a port; without a protocol a port is for TCP and UDP. */
  protocol?: "tcp" | "udp";
  port?: number;
  encap: Encap;
  /** Slots of the new-connection table, a power of two. */
  new_len: number;
  /** nat4, nat6: `nodeport` serves it at the node's own address, too. `clusterip` unless given. */
  type?: "clusterip" | "nodeport";
  /** nat4, nat6: the servers' port; the VIP's unless given. */
  target_port?: number;
  /** nat4, nat6: port at the node's own address. The VIP's with type nodeport, else none unless given. */
  node_port?: number;
  /** l3dsr: what the servers tell the VIP by, 0 to 63. */
  dscp?: number;
  /** A flow is a client's address alone: all its packets go to one server. */
  src_ip_sticky: boolean;
  /** Tunnels: TTL or hop limit of the outer header; 64 unless given. */
  ttl?: number;
  /** Tunnels: don't-fragment of the outer header; `copy` unless given. */
  df?: DfPolicy;
  /** ICMP echo requests to it are answered, or go to a server. */
  icmp_echo: "reply" | "forward";
  /** Servers that are down get no new flows; without it nobody asks them. */
  health?: HealthConfig;
  servers: ServerConfig[];
}

/** A network port that the workers poll. */
export interface InterfaceConfig {
  device: string;
  /** A fixed next hop for every server behind this interface, in place of the kernel's routes. */
  next_hop?: { mac: string };
  /** Packets of such servers that come in here leave from their VIP. */
  snat: Snat[];
}

/** A whole configuration with all defaults filled in; addresses, prefixes and devices are canonical. */
export interface Config {
  conf: {
    ip4_src_address?: string;
    ip6_src_address?: string;
    /** Prefixes that gre and ipip take their outer source addresses from, by flow. */
    ip4_entropy?: string;
    ip6_entropy?: string;
    /** UDP destination port of gue. */
    gue_port: number;
    /** Of each worker's established-connections table, a power of two. */
    buckets: number;
    /** Seconds. */
    timeout: number;
    /** 32 hex digits. */
    hash_key: string;
  };
  workers: number;
  interfaces: Record<string, InterfaceConfig>;
  vips: VipConfig[];
}

/**
 * Validates a configuration as a whole and fills in its defaults.
 *
 * @throws {RefusedError} 400 with every problem and its path.
 */
export function parseConfig(input: unknown): Config {
  const parsed = checkShape(input);
  const problems: Problem[] = [
    ...parsed.success ? [] : schemaProblems(parsed.error),
    ...ruleProblems(parsed.success ? allParts(parsed.data) : soundParts(input)),
  ];
  if (!parsed.success || problems.length > 0) throw new RefusedError(400, fewProblems(problems));
  return parsed.data;
}

function checkShape(input: unknown) {
  try {
    return configSchema.safeParse(input, { error: issueMessage });
  } catch (error) {
    // The schema's library hands on its issues as arguments, of which the engine takes so many and no more.
    if (!(error instanceof RangeError)) throw error;
    throw new RefusedError(400, [{ path: "", message: "too many problems to list" }]);
  }
}

/**
 * Reads a configuration from YAML or JSON text.
 *
 * @param name What to call the text in messages, such as its path.
 * @throws {RefusedError} 400; for bad syntax the message begins with `name:line:column:`.
 */
export function parseConfigText(text: string, name: string): Config {
  return parseConfig(readText(text, name));
}

/** The value in the text; an empty text is refused, since it would empty a running program. */
function readText(text: string, name: string): unknown {
  try {
    const value = parseYaml(text, name);
    if (value !== null) return value;
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw new RefusedError(400, [{ path: "", message: error.message }]);
  }
  const message = `${name}: the configuration is empty; write {} for one without VIPs`;
  throw new RefusedError(400, [{ path: "", message }]);
}

/** YAML text that {@linkcode parseConfigText} reads back to the same configuration. */
export function formatConfig(config: Config): string {
  return formatYaml(config);
}
