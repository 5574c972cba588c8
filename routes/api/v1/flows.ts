import type { Controller } from "../../../lib/controller/interface.ts";
import { issueMessage } from "../../../lib/config/problems.ts";
import { answer, type Api, createRoute, READ_ERRORS, z } from "../../../lib/http.ts";
import { given, pageLimit, whole } from "./page.ts";

const flow = z.object({
  vip: z.string(),
  server: z.string(),
  protocol: z.string(),
  source: z.string(),
  destination: z.string(),
  worker: z.int(),
  age_seconds: z.int(),
  idle_seconds: z.int(),
}).openapi("Flow");

const text = z.string({ error: issueMessage });

const list = createRoute({
  method: "get",
  path: "/api/v1/flows",
  tags: ["What runs"],
  summary: "Remembered flows, by page",
  request: {
    query: z.object({
      vip: text.optional(),
      server: text.optional(),
      client: text.optional().openapi({
        description: "From whom: an address, a prefix, or an address and port",
        example: "203.0.113.0/24",
      }),
      address: text.optional().openapi({
        description: "The client's or the server's, in place of the two",
        example: "203.0.113.7",
      }),
      worker: whole(0, 255),
      cursor: text.optional(),
      limit: pageLimit,
    }),
  },
  responses: {
    200: answer(
      z.object({ flows: z.array(flow), cursor: z.string().nullable() }),
      "A page of remembered flows; give the cursor back to go on",
    ),
    ...READ_ERRORS,
  },
});

/** `/api/v1/flows`: remembered flows, by page. */
export function route(api: Api, controller: Controller): void {
  api.openapi(list, (c) => {
    return c.json(controller.flows(given(c.req.valid("query"))), 200);
  });
}
