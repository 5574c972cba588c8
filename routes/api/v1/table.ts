import type { Controller } from "../../../lib/controller/interface.ts";
import { answer, type Api, createRoute, READ_ERRORS, z } from "../../../lib/http.ts";
import { BINS_MOST, vipParam } from "./change.ts";
import { given, whole } from "./page.ts";

const MOST = 65_536;

const tableSchema = z.object({
  vip: z.string(),
  slots: z.int().openapi({ description: "0: no server has a weight" }),
  servers: z.array(z.object({
    address: z.string(),
    weight: z.int(),
    slots: z.int(),
    wanted: z.number().openapi({ description: "By its weight, 0 to 1" }),
    got: z.number().openapi({ description: "Of the slots, 0 to 1" }),
  })),
  part: z.object({
    from: z.int(),
    servers: z.array(z.int()).openapi({ description: "For each slot the index of its server" }),
  }).nullable(),
  bins: z.array(z.array(z.object({ server: z.int(), slots: z.int() }))).nullable().openapi({
    description: "Consecutive slots, counted by the index of their server",
  }),
}).openapi("Table");

const read = createRoute({
  method: "get",
  path: "/api/v1/vips/{vip}/table",
  tags: ["VIPs"],
  summary: "Its new-connection table: slots and shares",
  request: {
    params: vipParam,
    query: z.object({
      from: whole(0, 2 ** 24, "Tell the slots from this one on, one by one"),
      limit: whole(1, MOST, "At most so many of them"),
      bins: whole(
        1,
        BINS_MOST,
        "Cut the table into so many bins, and tell who has how much of each",
      ),
    }),
  },
  responses: { 200: answer(tableSchema, "Who has how much of it"), ...READ_ERRORS },
});

/** `/api/v1/vips/:vip/table`: which server new connections go to. */
export function route(api: Api, controller: Controller): void {
  api.openapi(read, (c) => {
    return c.json(controller.table(c.req.valid("param").vip, given(c.req.valid("query"))), 200);
  });
}
