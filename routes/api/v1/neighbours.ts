import type { Controller } from "../../../lib/controller/interface.ts";
import { answer, type Api, createRoute, READ_ERRORS, z } from "../../../lib/http.ts";
import { given, listPlace, listQuery } from "./page.ts";

const neighbour = z.object({
  address: z.string().openapi({ description: "A server's, or a default route" }),
  for: z.enum(["server", "clients"]),
  interface: z.string().nullable(),
  mac: z.string().nullable(),
  station: z.string().nullable().openapi({ description: "Whose MAC address it is" }),
  mtu: z.int().nullable().openapi({ description: "Of the route, where it has one of its own" }),
  reason: z.string().nullable().openapi({
    description: "Why it is not known; or why it may be out of date",
  }),
}).openapi("Neighbour");

const list = createRoute({
  method: "get",
  path: "/api/v1/neighbours",
  tags: ["What runs"],
  summary: "Where packets leave: to each server, and back to clients",
  request: { query: listQuery },
  responses: {
    200: answer(
      z.object({ neighbours: z.array(neighbour), ...listPlace }),
      "As they are known now",
    ),
    400: READ_ERRORS[400],
  },
});

/** `/api/v1/neighbours`: next hops by page, and why one is not known. */
export function route(api: Api, controller: Controller): void {
  api.openapi(list, (c) => c.json(controller.neighbours(given(c.req.valid("query"))), 200));
}
