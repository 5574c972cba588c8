import type { Controller } from "../../../lib/controller/interface.ts";
import { changeSchema, partSchema } from "../../../lib/config/json_schema.ts";
import { answer, type Api, createRoute, described, READ_ERRORS, z } from "../../../lib/http.ts";
import {
  applyChange,
  changeHeaders,
  changeQuery,
  changeResponses,
  removeQuery,
  vipParam,
} from "./change.ts";
import { given, listPlace, listQuery } from "./page.ts";
import { vipSchema } from "./views.ts";

const newVip = {
  ...partSchema("vips[]"),
  examples: [{ prefix: "91.0.0.0/8", encap: "gre4", servers: [{ address: "10.0.0.1" }] }],
};
const vipChange = { ...changeSchema("vips[]"), examples: [{ src_ip_sticky: true }] };

const list = createRoute({
  method: "get",
  path: "/api/v1/vips",
  tags: ["VIPs"],
  summary: "All VIPs as they run, or some",
  request: { query: listQuery },
  responses: {
    200: answer(z.object({ vips: z.array(vipSchema), ...listPlace }), "VIPs as they run"),
    400: READ_ERRORS[400],
  },
});

const add = createRoute({
  method: "post",
  path: "/api/v1/vips",
  tags: ["VIPs"],
  summary: "Add a VIP, with its servers",
  request: {
    query: changeQuery,
    headers: changeHeaders,
    body: { content: described("NewVip", newVip) },
  },
  responses: changeResponses,
});

const read = createRoute({
  method: "get",
  path: "/api/v1/vips/{vip}",
  tags: ["VIPs"],
  summary: "A VIP as it runs",
  request: { params: vipParam },
  responses: { 200: answer(vipSchema, "The VIP as it runs"), ...READ_ERRORS },
});

const update = createRoute({
  method: "patch",
  path: "/api/v1/vips/{vip}",
  tags: ["VIPs"],
  summary: "Change fields of a VIP",
  description: "Null takes one away, so that its default counts. Those of its name stay",
  request: {
    params: vipParam,
    query: changeQuery,
    headers: changeHeaders,
    body: { content: described("VipChange", vipChange) },
  },
  responses: changeResponses,
});

const flush = createRoute({
  method: "post",
  path: "/api/v1/vips/{vip}/flush",
  tags: ["VIPs"],
  summary: "Forget the flows of all its servers",
  description: "At once, also of servers that were removed",
  request: { params: vipParam, query: changeQuery, headers: changeHeaders },
  responses: changeResponses,
});

const remove = createRoute({
  method: "delete",
  path: "/api/v1/vips/{vip}",
  tags: ["VIPs"],
  summary: "Remove a VIP",
  description: "Its packets are left to others at once; with flush its flows are forgotten, too",
  request: { params: vipParam, query: removeQuery, headers: changeHeaders },
  responses: changeResponses,
});

/** `/api/v1/vips`: VIPs as they run, added, changed, flushed and removed. */
export function route(api: Api, controller: Controller): void {
  api.openapi(list, (c) => c.json(controller.vips(given(c.req.valid("query"))), 200));
  api.openapi(read, (c) => c.json(controller.vip(c.req.valid("param").vip), 200));
  api.openapi(add, async (c) => {
    const change = { kind: "vip.add", vip: c.req.valid("json") } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query")), 200);
  });
  api.openapi(update, async (c) => {
    const { vip } = c.req.valid("param");
    const change = { kind: "vip.update", vip, fields: c.req.valid("json") } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query")), 200);
  });
  api.openapi(flush, async (c) => {
    const change = { kind: "vip.flush", vip: c.req.valid("param").vip } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query")), 200);
  });
  api.openapi(remove, async (c) => {
    const { flush = false, ...query } = c.req.valid("query");
    const change = { kind: "vip.remove", vip: c.req.valid("param").vip, flush } as const;
    return c.json(await applyChange(controller, c, change, query), 200);
  });
}
