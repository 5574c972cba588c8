import type { AuditLog } from "../../../lib/audit.ts";
import { answer, type Api, createRoute, READ_ERRORS, STORE_ERROR, z } from "../../../lib/http.ts";
import { given, listQuery, pageCursor } from "./page.ts";

const revision = z.int().nullable();
const entry = z.object({
  id: z.int(),
  at: z.string().openapi({ description: "ISO 8601" }),
  who: z.string(),
  origin: z.string().openapi({ description: "An address, or the path of the unix socket" }),
  request: z.string().openapi({ example: "PATCH /api/v1/config/conf" }),
  what: z.string().openapi({ example: "vip 90.0.0.0/8: servers.10.0.0.1 weight 5 → 0" }),
  revision_before: revision,
  revision_after: revision,
  outcome: z.enum(["done", "refused", "denied", "failed"]),
  reason: z.string(),
}).openapi("AuditEntry");

const list = createRoute({
  method: "get",
  path: "/api/v1/audit",
  tags: ["Who may"],
  summary: "Who changed what, when, from where; the newest first",
  description: "Also what was refused or denied. The oldest entries make room",
  request: { query: listQuery },
  responses: {
    200: answer(z.object({ entries: z.array(entry), cursor: pageCursor }), "A page"),
    400: READ_ERRORS[400],
    ...STORE_ERROR,
  },
});

/** `/api/v1/audit`: the audit log. */
export function route(api: Api, audit: AuditLog): void {
  api.openapi(list, (c) => c.json(audit.list(given(c.req.valid("query"))), 200));
}
