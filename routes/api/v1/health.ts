import type { Controller } from "../../../lib/controller/interface.ts";
import { answer, type Api, createRoute, READ_ERRORS, z } from "../../../lib/http.ts";
import { HEALTH_STATES } from "../../../lib/status.ts";
import { given, listPlace, listQuery } from "./page.ts";
import { healthSchema, healthSummarySchema } from "./views.ts";

const list = createRoute({
  method: "get",
  path: "/api/v1/health",
  tags: ["Servers"],
  summary: "How the servers of all VIPs are, or some",
  request: {
    query: listQuery.extend({
      state: z.enum(HEALTH_STATES, { error: `write one of ${HEALTH_STATES.join(", ")}` })
        .optional(),
    }),
  },
  responses: {
    200: answer(
      z.object({
        summary: healthSummarySchema,
        servers: z.array(
          healthSchema.extend({
            vip: z.string(),
            address: z.string(),
            weight: z.int(),
            check: z.string().nullable().openapi({ example: "http :8080/healthz" }),
          }).openapi("HealthOfServer"),
        ),
        ...listPlace,
      }),
      "Each server of each VIP, and how many are how",
    ),
    400: READ_ERRORS[400],
  },
});

/** `/api/v1/health`: what health checks say of each server. */
export function route(api: Api, controller: Controller): void {
  api.openapi(list, (c) => c.json(controller.health(given(c.req.valid("query"))), 200));
}
