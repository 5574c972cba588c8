import type { Controller } from "../../../lib/controller/interface.ts";
import { issueMessage } from "../../../lib/config/problems.ts";
import { answer, type Api, createRoute, READ_ERRORS, z } from "../../../lib/http.ts";

const endpoint = z.string({ error: issueMessage }).openapi({ example: "203.0.113.7:40001" });

const traceSchema = z.object({
  verdict: z.string(),
  text: z.string(),
  vip: z.string().nullable(),
  hash: z.string().nullable(),
  slot: z.int().nullable(),
  server: z.string().nullable(),
  decided: z.enum(["flow", "table"]).nullable(),
  interface: z.string().nullable(),
  input: z.string(),
  output: z.string().nullable(),
}).openapi("Trace");

const read = createRoute({
  method: "get",
  path: "/api/v1/trace",
  tags: ["What runs"],
  summary: "Where a packet would go, and why",
  description: "Nothing is remembered or counted",
  request: {
    query: z.object({
      source: endpoint,
      destination: endpoint,
      protocol: z.enum(["tcp", "udp", "icmp"], { error: "write tcp, udp or icmp" }).default("tcp"),
    }),
  },
  responses: { 200: answer(traceSchema, "Where such a packet would go"), ...READ_ERRORS },
});

/** `/api/v1/trace`: where a packet would go, and why; nothing is remembered or counted. */
export function route(api: Api, controller: Controller): void {
  api.openapi(read, (c) => c.json(controller.trace(c.req.valid("query")), 200));
}
