import type { Command } from "./mod.ts";
import { usageError } from "./exit.ts";
import { readHealth } from "./health_words.ts";
import { wholeNumber } from "./vip_words.ts";

/** What `guideway vip add` and `vip set` know besides the name. */
export interface FieldOptions {
  encap?: string;
  newLen?: string;
  type?: string;
  targetPort?: string;
  nodePort?: string;
  dscp?: string;
  srcIpSticky?: boolean;
  ttl?: string;
  df?: string;
  icmpEcho?: string;
  health?: string;
}

/** Adds the options. */
export function addFieldOptions(command: Command): void {
  command
    .option("--encap <encap>", "gre4, gre6, l3dsr, nat4, nat6, ipip or gue")
    .option("--new-len <slots>", "slots of the new-connection table, a power of two")
    .option("--type <type>", "nat: clusterip, or nodeport for the node's own address too")
    .option("--target-port <port>", "nat: the servers' port")
    .option("--node-port <port>", "nat: port at the node's own address")
    .option("--dscp <value>", "l3dsr: what the servers tell the VIP by, 0 to 63")
    .option("--src-ip-sticky", "all packets of a client's address go to one server")
    .option("--no-src-ip-sticky", "a flow is a client's address and port")
    .option("--ttl <ttl>", "tunnels: TTL or hop limit of the outer header, 1 to 255")
    .option("--df <policy>", "tunnels: don't-fragment of the outer header: copy, set or clear")
    .option("--icmp-echo <what>", "echo requests to the VIP: reply, or forward to a server")
    .option(
      "--health <check>",
      "tcp, http, https or udp, then fields: http,port=8080,path=/healthz,interval=1,fall=2",
    );
}

/**
 * The given options as fields of a VIP; the program judges what words mean.
 *
 * @param none Whether `none` takes a field away.
 * @throws {CommandError} wrong usage
 */
export function readFields(options: FieldOptions, none: boolean): Record<string, unknown> {
  const number = (option: string, text: string | undefined, least: number, most: number) =>
    text === undefined || none && text === NONE ? text : wholeNumber(option, text, least, most);
  const fields = {
    encap: options.encap,
    new_len: number("--new-len", options.newLen, 1, 2 ** 32),
    type: options.type,
    target_port: number("--target-port", options.targetPort, 1, 65_535),
    node_port: number("--node-port", options.nodePort, 1, 65_535),
    dscp: number("--dscp", options.dscp, 0, 63),
    src_ip_sticky: options.srcIpSticky,
    ttl: number("--ttl", options.ttl, 1, 255),
    df: options.df,
    icmp_echo: options.icmpEcho,
    health: options.health === undefined || none && options.health === NONE
      ? options.health
      : readHealth(options.health, none),
  };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => [name, none && value === NONE ? null : value]),
  );
}

/** The word that takes a field away. */
const NONE = "none";

/** The same, and at least one. @throws {CommandError} wrong usage */
export function readChanges(options: FieldOptions): Record<string, unknown> {
  const fields = readFields(options, true);
  if (Object.keys(fields).length > 0) return fields;
  throw usageError("nothing to set; --help tells what can be");
}
