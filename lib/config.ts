/**
 * The configuration: one document, validated as a whole.
 *
 * @module
 */
import { type Problem, RefusedError } from "./refused.ts";
import { fewProblems, issueMessage, schemaProblems } from "./config/problems.ts";
import { type Parts, ruleProblems } from "./config/rules.ts";
import {
  configSchema,
  looseConfSchema,
  looseInterfaceSchema,
  looseServerSchema,
  looseVipSchema,
} from "./config/schema.ts";
import { formatYaml, parseYaml, SyntaxProblem } from "./yaml.ts";

/** An application server of a VIP. */
export interface ServerConfig {
  address: string;
  /** 0 to 100; 0 is a graceful drain. */
  weight: number;
}

/** A virtual IP. */
export interface VipConfig {
  prefix: string;
  protocol?: "tcp" | "udp";
  port?: number;
  encap: "gre4" | "gre6";
  /** Slots of the new-connection table, a power of two. */
  new_len: number;
  servers: ServerConfig[];
}

/** A network port that the workers poll. */
export interface InterfaceConfig {
  device: string;
  /** A fixed next hop for every server behind this interface, in place of the kernel's routes. */
  next_hop?: { mac: string };
}

/** A whole configuration with all defaults filled in; addresses, prefixes and devices are canonical. */
export interface Config {
  conf: {
    ip4_src_address?: string;
    ip6_src_address?: string;
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

function allParts(config: Config): Parts {
  return {
    conf: config.conf,
    interfaces: Object.entries(config.interfaces),
    vips: config.vips.map((vip, at) => ({
      at,
      vip,
      servers: vip.servers.map((server, at) => ({ at, server })),
    })),
  };
}

/** What is well-formed in a configuration that is not, so that all its problems come at once. */
function soundParts(input: unknown): Parts {
  const { conf, interfaces, vips } = fields(input);
  const parts: Parts = {
    conf: looseConfSchema.safeParse(conf ?? {}).data ?? null,
    interfaces: [],
    vips: [],
  };
  for (const [name, value] of Object.entries(fields(interfaces))) {
    const sound = looseInterfaceSchema.safeParse(value).data;
    if (sound !== undefined) parts.interfaces.push([name, sound]);
  }
  for (const [at, value] of list(vips).entries()) {
    const { servers, ...head } = fields(value);
    const vip = looseVipSchema.safeParse(head).data;
    if (vip === undefined) continue;
    const sound = list(servers).flatMap((value, at) => {
      const server = looseServerSchema.safeParse(value).data;
      return server === undefined ? [] : [{ at, server }];
    });
    parts.vips.push({ at, vip, servers: sound });
  }
  return parts;
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
