/**
 * Schemas of what runs, shared by the routes that show it.
 *
 * @module
 */
import { DF_POLICIES, ENCAPS, SNATS } from "../../../lib/dataplane.ts";
import { HEALTH_STATES } from "../../../lib/status.ts";
import { CONDITIONS } from "../../../lib/condition.ts";
import { z } from "../../../lib/http.ts";
import { someOf } from "./page.ts";

/** Counter values by name. */
export const countersSchema = z.record(z.string(), z.number());

/** What health checks say of a server. */
export const healthSchema = z.object({
  state: z.enum(HEALTH_STATES).openapi({
    description: "unknown: not decided yet, counts as up; unchecked: its VIP has no health check",
  }),
  reason: z.string().nullable().openapi({ description: "What is wrong" }),
  since: z.string().nullable(),
  last_check: z.string().nullable(),
  latency_ms: z.number().nullable(),
}).openapi("ServerHealth");

const vipHealthSchema = z.object({
  type: z.enum(["tcp", "http", "https", "udp"]),
  port: z.int(),
  path: z.string().nullable(),
  host: z.string().nullable(),
  expect: z.string().nullable(),
  send: z.string().nullable(),
  interval: z.number(),
  timeout: z.number(),
  rise: z.int(),
  fall: z.int(),
  on_down: z.enum(["keep", "flush"]),
  fail_open: z.boolean().openapi({
    description: "All its servers are down, and so all get new flows",
  }),
}).openapi("VipHealth");

/** How many servers are how. */
export const healthSummarySchema = z.object({
  up: z.int(),
  down: z.int(),
  unknown: z.int(),
  unchecked: z.int(),
  vips_fail_open: z.int(),
}).openapi("HealthSummary");

/** A server as it runs. */
export const serverSchema = z.object({
  address: z.string(),
  weight: z.int(),
  state: z.enum(["active", "draining", "removed"]),
  next_hop: z.object({ interface: z.string(), mac: z.string() }).nullable(),
  reason: z.string().nullable(),
  health: healthSchema,
  slots: z.int(),
  table_flows: z.int().openapi({
    description: "Flows that began at it since its VIP's new-connection table last changed",
  }),
  counters: countersSchema,
}).openapi("Server");

/** Which servers, by how they are. */
export const conditions = someOf(CONDITIONS).openapi({
  type: "string",
  description: `How it is, some of ${CONDITIONS.join(",")}: each server is one of them. ` +
    "no_next_hop counts before down, and down before draining",
  example: "down,no_next_hop",
});

/** How many servers are how. */
export const conditionsSchema = z.object({
  up: z.int(),
  draining: z.int().openapi({ description: "Weight 0" }),
  down: z.int().openapi({ description: "By their health check" }),
  no_next_hop: z.int(),
  removed: z.int().openapi({ description: "Still with flows" }),
}).openapi("Conditions");

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
  health: vipHealthSchema.nullable(),
  flows: z.int().openapi({ description: "Remembered now, of all its servers" }),
  new_flows: z.int().openapi({ description: "Flows that began at its servers" }),
  table_since: z.iso.datetime().openapi({
    description: "When its new-connection table last changed",
  }),
  table_flows: z.int().openapi({ description: "Flows that began at its servers since then" }),
  conditions: conditionsSchema,
  servers: z.array(serverSchema),
  counters: countersSchema,
}).openapi("Vip");

/** What came and went at an interface. */
export const interfaceCountersSchema = z.object({
  name: z.string(),
  counters: countersSchema,
}).openapi("InterfaceCounters");

const missedSchema = z.int().openapi({
  description: "Packets that came while its queues were full; not all drivers count them",
});

/** Of all workers together. */
export const interfaceTotalsSchema = interfaceCountersSchema.extend({
  missed: missedSchema,
}).openapi("InterfaceTotals");

/** An interface as it runs. */
export const interfaceSchema = z.object({
  name: z.string(),
  device: z.string(),
  driver: z.string(),
  mac: z.string(),
  mtu: z.int(),
  link_up: z.boolean(),
  link_mbps: z.int(),
  missed: missedSchema,
  snat: z.array(z.enum(SNATS)),
  counters: countersSchema,
}).openapi("Interface");
