/**
 * Schemas of what runs, shared by the routes that show it.
 *
 * @module
 */
import { z } from "../../../lib/http.ts";

/** Counter values by name. */
export const countersSchema = z.record(z.string(), z.number());

const serverSchema = z.object({
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
  encap: z.string(),
  new_len: z.int(),
  servers: z.array(serverSchema),
  counters: countersSchema,
}).openapi("Vip");
