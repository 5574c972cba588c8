/**
 * Schemas of what runs, shared by the routes that show it.
 *
 * @module
 */
import { DF_POLICIES, ENCAPS, SNATS } from "../../../lib/dataplane.ts";
import { z } from "../../../lib/http.ts";

/** Counter values by name. */
export const countersSchema = z.record(z.string(), z.number());

/** A server as it runs. */
export const serverSchema = z.object({
  address: z.string(),
  weight: z.int(),
  state: z.enum(["active", "draining", "removed"]),
  next_hop: z.object({ interface: z.string(), mac: z.string() }).nullable(),
  reason: z.string().nullable(),
  slots: z.int(),
  counters: countersSchema,
}).openapi("Server");

/** A VIP as it runs. */
export const vipSchema = z.object({
  name: z.string(),
  prefix: z.string(),
  protocol: z.enum(["tcp", "udp"]).nullable(),
  port: z.int().nullable(),
  encap: z.enum(ENCAPS),
  new_len: z.int(),
  type: z.enum(["clusterip", "nodeport"]).nullable(),
  target_port: z.int().nullable(),
  node_port: z.int().nullable(),
  dscp: z.int().nullable(),
  src_ip_sticky: z.boolean(),
  ttl: z.int().nullable(),
  df: z.enum(DF_POLICIES).nullable(),
  icmp_echo: z.enum(["reply", "forward"]),
  flows: z.int(),
  servers: z.array(serverSchema),
  counters: countersSchema,
}).openapi("Vip");

/** What came and went at an interface. */
export const interfaceCountersSchema = z.object({
  name: z.string(),
  counters: countersSchema,
}).openapi("InterfaceCounters");

/** An interface as it runs. */
export const interfaceSchema = z.object({
  name: z.string(),
  device: z.string(),
  driver: z.string(),
  mac: z.string(),
  mtu: z.int(),
  link_up: z.boolean(),
  link_mbps: z.int(),
  snat: z.array(z.enum(SNATS)),
  counters: countersSchema,
}).openapi("Interface");
