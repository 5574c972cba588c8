import type { Controller } from "../../../lib/change.ts";
import { answer, type Api, createRoute, READ_ERRORS, z } from "../../../lib/http.ts";
import {
  applyChange,
  changeHeaders,
  changeQuery,
  changeResponses,
  removeQuery,
  vipParam,
} from "./change.ts";
import { vipSchema } from "./views.ts";

const list = createRoute({
  method: "get",
  path: "/api/v1/vips",
  responses: { 200: answer(z.object({ vips: z.array(vipSchema) }), "All VIPs as they run") },
});

const add = createRoute({
  method: "post",
  path: "/api/v1/vips",
  request: {
    query: changeQuery,
    headers: changeHeaders,
    body: { content: { "application/json": { schema: z.unknown().openapi({ type: "object" }) } } },
  },
  responses: changeResponses,
});

const read = createRoute({
  method: "get",
  path: "/api/v1/vips/{vip}",
  request: { params: vipParam },
  responses: { 200: answer(vipSchema, "The VIP as it runs"), ...READ_ERRORS },
});

const remove = createRoute({
  method: "delete",
  path: "/api/v1/vips/{vip}",
  request: { params: vipParam, query: removeQuery, headers: changeHeaders },
  responses: changeResponses,
});

/** `/api/v1/vips`: VIPs as they run, added and removed. */
export function route(api: Api, controller: Controller): void {
  api.openapi(list, (c) => c.json({ vips: controller.vips() }, 200));
  api.openapi(read, (c) => c.json(controller.vip(c.req.valid("param").vip), 200));
  api.openapi(add, async (c) => {
    const change = { kind: "vip.add", vip: c.req.valid("json") } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query").dry_run), 200);
  });
  api.openapi(remove, async (c) => {
    const { dry_run, flush = false } = c.req.valid("query");
    const change = { kind: "vip.remove", vip: c.req.valid("param").vip, flush } as const;
    return c.json(await applyChange(controller, c, change, dry_run), 200);
  });
}
