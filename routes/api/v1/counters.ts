import type { Controller } from "../../../lib/controller/interface.ts";
import { answer, type Api, createRoute, z } from "../../../lib/http.ts";
import { namesOf, serverNames, vipNames } from "./page.ts";
import {
  countersSchema,
  interfaceCountersSchema,
  interfaceTotalsSchema,
  vipSchema,
} from "./views.ts";

const worker = z.object({
  index: z.int(),
  cpu: z.int().nullable(),
  flows: z.int().openapi({ description: "Remembered now" }),
  counters: countersSchema,
  interfaces: z.array(interfaceCountersSchema),
}).openapi("Worker");

const values = createRoute({
  method: "get",
  path: "/api/v1/counters",
  tags: ["What runs"],
  summary: "All counters",
  request: { query: z.object({ vip: vipNames, server: serverNames }) },
  responses: {
    200: answer(
      z.object({
        at: z.string(),
        total: countersSchema,
        workers: z.array(worker),
        interfaces: z.array(interfaceTotalsSchema),
        flows: z.int().openapi({ description: "Remembered now" }),
        vips: z.array(vipSchema),
      }),
      "All counters at this moment",
    ),
  },
});

const infos = z.array(z.object({ name: z.string(), text: z.string() }));
const catalog = createRoute({
  method: "get",
  path: "/api/v1/counters/catalog",
  tags: ["What runs"],
  summary: "What the counters mean",
  responses: {
    200: answer(
      z.object({ worker: infos, vip: infos, server: infos, verdicts: infos, port: infos }),
      "The counters' names, with a sentence for each",
    ),
  },
});

/** `/api/v1/counters`: values by name, and what the names mean. */
export function route(api: Api, controller: Controller): void {
  api.openapi(values, (c) => {
    const { vip, server } = c.req.valid("query");
    return c.json(controller.counters(namesOf(vip), namesOf(server)), 200);
  });
  api.openapi(catalog, (c) => c.json(controller.catalog(), 200));
}
