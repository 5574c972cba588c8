import type { Controller } from "../../../lib/controller/interface.ts";
import { answer, type Api, createRoute, z } from "../../../lib/http.ts";

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
  responses: {
    200: answer(z.object({ neighbours: z.array(neighbour) }), "As they are known now"),
  },
});

/** `/api/v1/neighbours`: next hops, and why one is not known. */
export function route(api: Api, controller: Controller): void {
  api.openapi(list, (c) => c.json({ neighbours: controller.neighbours() }, 200));
}
