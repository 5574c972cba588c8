import type { Controller } from "../../../lib/controller/interface.ts";
import { answer, type Api, createRoute, READ_ERRORS, z } from "../../../lib/http.ts";
import { given, listPlace, listQuery } from "./page.ts";
import { conditions, conditionsSchema, serverSchema } from "./views.ts";

const STATES = ["active", "draining", "removed"] as const;

const list = createRoute({
  method: "get",
  path: "/api/v1/servers",
  tags: ["Servers"],
  summary: "Servers of all VIPs as they run, or some",
  request: {
    query: listQuery.extend({
      reachable: z.enum(["true", "false"], { error: "write true or false" })
        .transform((text) => text === "true")
        .optional()
        .openapi({ type: "boolean", description: "Whether its next hop is known" }),
      state: z.enum(STATES, { error: `write one of ${STATES.join(", ")}` }).optional(),
      condition: conditions,
      order: z.enum(["address"], { error: "write address" }).optional().openapi({
        description: "Address by address; unless given VIP by VIP, as the configuration has them",
      }),
    }),
  },
  responses: {
    200: answer(
      z.object({
        servers: z.array(serverSchema.extend({ vip: z.string() }).openapi("ServerOfVip")),
        conditions: conditionsSchema.openapi({ description: "Of all that the search finds" }),
        ...listPlace,
      }),
      "Each server of each VIP",
    ),
    400: READ_ERRORS[400],
  },
});

/** `/api/v1/servers`: where each server serves, and how it is. */
export function route(api: Api, controller: Controller): void {
  api.openapi(list, (c) => c.json(controller.servers(given(c.req.valid("query"))), 200));
}
