import type { Controller } from "../../../lib/controller/interface.ts";
import { answer, type Api, createRoute, z } from "../../../lib/http.ts";
import { healthSummarySchema, interfaceSchema } from "./views.ts";

const tableSchema = z.object({ buckets: z.int(), capacity: z.int(), flows: z.int() })
  .openapi("TableUse");

const statusSchema = z.object({
  version: z.string(),
  dpdk: z.string(),
  revision: z.int(),
  started_at: z.string(),
  uptime_seconds: z.int(),
  hugepages: z.boolean(),
  store_problem: z.string().nullable(),
  start_notes: z.array(z.string()).openapi({
    description:
      "What is to be known of the start: a damaged store, a configuration that cannot run",
  }),
  stuck_workers: z.array(z.int()).openapi({
    description: "Workers that stand still: packets of their queues are lost",
  }),
  interfaces: z.array(interfaceSchema),
  workers: z.int(),
  vips: z.int(),
  servers: z.int(),
  health: healthSummarySchema,
  table: tableSchema,
  tables: z.array(tableSchema),
}).openapi("Status");

const read = createRoute({
  method: "get",
  path: "/api/v1/status",
  tags: ["What runs"],
  summary: "The program as it runs",
  responses: { 200: answer(statusSchema, "The program as it runs") },
});

/** `/api/v1/status`: the program as it runs. */
export function route(api: Api, controller: Controller): void {
  api.openapi(read, (c) => c.json(controller.status(), 200));
}
