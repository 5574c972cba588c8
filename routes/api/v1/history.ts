import type { Controller } from "../../../lib/controller/interface.ts";
import { SERIES, SPANS } from "../../../lib/history.ts";
import { answer, type Api, createRoute, READ_ERRORS, STORE_ERROR, z } from "../../../lib/http.ts";

const values = z.array(z.number().nullable());

const read = createRoute({
  method: "get",
  path: "/api/v1/history",
  tags: ["What runs"],
  summary: "What came, left and was lost, over time",
  description:
    "Per second, but `flows`, those remembered at the moment. A point a second for `5m`, a minute for `1d`",
  request: {
    query: z.object({
      span: z.enum(SPANS, { error: `write one of ${SPANS.join(", ")}` }).default("5m"),
    }),
  },
  responses: {
    200: answer(
      z.object({
        span: z.enum(SPANS),
        step_seconds: z.int().openapi({ description: "Between two points" }),
        at: z.array(z.number()).openapi({
          description: "When each point was taken: seconds since 1970, the oldest first",
        }),
        series: z.object(
          Object.fromEntries(SERIES.map((name) => [name, values])) as Record<
            (typeof SERIES)[number],
            typeof values
          >,
        ).openapi({ description: "For each point; null: nobody measured" }),
      }).openapi("History"),
      "Points, as many in each series",
    ),
    400: READ_ERRORS[400],
    ...STORE_ERROR,
  },
});

/** `/api/v1/history`: what graphs show. */
export function route(api: Api, controller: Controller): void {
  api.openapi(read, (c) => c.json(controller.history(c.req.valid("query").span), 200));
}
