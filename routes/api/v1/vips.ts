import type { Controller } from "../../../lib/change.ts";
import { answer, type Api, createRoute, READ_ERRORS, z } from "../../../lib/http.ts";
import {
  applyChange,
  changeHeaders,
  changeQuery,
  changeResponses,
  jsonBody,
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
    body: jsonBody,
  },
  responses: changeResponses,
});

const read = createRoute({
  method: "get",
  path: "/api/v1/vips/{vip}",
  request: { params: vipParam },
  responses: { 200: answer(vipSchema, "The VIP as it runs"), ...READ_ERRORS },
});

const update = createRoute({
  method: "patch",
  path: "/api/v1/vips/{vip}",
  description: "Changes fields of the VIP; null takes one away. Those of its name stay",
  request: {
    params: vipParam,
    query: changeQuery,
    headers: changeHeaders,
    body: jsonBody,
  },
  responses: changeResponses,
});

const flush = createRoute({
  method: "post",
  path: "/api/v1/vips/{vip}/flush",
  description: "Forgets the flows of all its servers at once, also of those that were removed",
  request: { params: vipParam, query: changeQuery, headers: changeHeaders },
  responses: changeResponses,
});

const remove = createRoute({
  method: "delete",
  path: "/api/v1/vips/{vip}",
  request: { params: vipParam, query: removeQuery, headers: changeHeaders },
  responses: changeResponses,
});

/** `/api/v1/vips`: VIPs as they run, added, changed, flushed and removed. */
export function route(api: Api, controller: Controller): void {
  api.openapi(list, (c) => c.json({ vips: controller.vips() }, 200));
  api.openapi(read, (c) => c.json(controller.vip(c.req.valid("param").vip), 200));
  api.openapi(add, async (c) => {
    const change = { kind: "vip.add", vip: c.req.valid("json") } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query").dry_run), 200);
  });
  api.openapi(update, async (c) => {
    const { vip } = c.req.valid("param");
    const change = { kind: "vip.update", vip, fields: c.req.valid("json") } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query").dry_run), 200);
  });
  api.openapi(flush, async (c) => {
    const change = { kind: "vip.flush", vip: c.req.valid("param").vip } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query").dry_run), 200);
  });
  api.openapi(remove, async (c) => {
    const { dry_run, flush = false } = c.req.valid("query");
    const change = { kind: "vip.remove", vip: c.req.valid("param").vip, flush } as const;
    return c.json(await applyChange(controller, c, change, dry_run), 200);
  });
}
