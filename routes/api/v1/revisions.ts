import type { Controller } from "../../../lib/controller/interface.ts";
import { VIAS } from "../../../lib/caller.ts";
import { issueMessage } from "../../../lib/config/problems.ts";
import { formatConfig } from "../../../lib/config.ts";
import {
  answer,
  type Api,
  CHANGE_ERRORS,
  createRoute,
  READ_ERRORS,
  STORE_ERROR,
  z,
} from "../../../lib/http.ts";
import { applyChange, changeHeaders, changeQuery, changeResponses, etag } from "./change.ts";
import { given, listQuery } from "./page.ts";

const number = z.string({ error: issueMessage })
  .regex(/^\d{1,15}$/, { error: "write a revision's number" })
  .transform(Number);
const param = z.object({
  revision: number.openapi({
    type: "integer",
    param: { name: "revision", in: "path" },
    example: 1,
  }),
});

const headFields = {
  number: z.int(),
  created: z.string().openapi({ description: "ISO 8601" }),
  comment: z.string().openapi({ description: "What kind of change made it" }),
  author: z.string().openapi({ description: "Who made it; empty: not known" }),
  origin: z.string().openapi({ description: "From where; empty: not known" }),
  via: z.enum(VIAS).openapi({ description: "By which way; empty: not known" }),
  what: z.string().openapi({
    description: "What changed, to be read by people; empty: not known",
    example: "vip 90.0.0.0/8: servers.10.0.0.1 weight 5 → 0",
  }),
};
const head = z.object(headFields).openapi("Revision");
const whole = z.object({
  ...headFields,
  config: z.unknown().openapi({ $ref: "#/components/schemas/Config" } as object),
}).openapi("WholeRevision");
const difference = z.object({
  path: z.string().openapi({ example: 'vips["90.0.0.0/8"].servers["10.0.0.1"].weight' }),
  from: z.unknown().openapi({ description: "Null: it is not there" }),
  to: z.unknown().openapi({ description: "Null: it is not there" }),
}).openapi("Difference");

const list = createRoute({
  method: "get",
  path: "/api/v1/revisions",
  tags: ["Revisions"],
  summary: "Revisions that were accepted, the newest first",
  request: {
    query: listQuery.extend({
      search: listQuery.shape.search.openapi({
        description: "Held by its number, what changed, or who made it, upper case or lower",
      }),
    }),
  },
  responses: {
    200: answer(
      z.object({ revisions: z.array(head), cursor: z.string().nullable() }),
      "A page; give the cursor back to go on",
    ),
    ...READ_ERRORS,
    ...STORE_ERROR,
  },
});

const read = createRoute({
  method: "get",
  path: "/api/v1/revisions/{revision}",
  tags: ["Revisions"],
  summary: "A revision with its whole configuration",
  description: "Asked for as application/yaml it is the configuration alone",
  request: { params: param },
  responses: {
    200: {
      description: "As it was accepted",
      content: {
        "application/json": { schema: whole },
        "application/yaml": { schema: z.string() },
      },
    },
    ...READ_ERRORS,
    409: changeResponses[409],
    ...STORE_ERROR,
  },
});

const diff = createRoute({
  method: "get",
  path: "/api/v1/revisions/{revision}/diff",
  tags: ["Revisions"],
  summary: "What another revision changed against this one",
  request: {
    params: param,
    query: z.object({
      to: number.optional().openapi({
        type: "integer",
        description: "The other revision; the running one unless given",
      }),
    }),
  },
  responses: {
    200: answer(
      z.object({ from: z.int(), to: z.int(), changes: z.array(difference) }).openapi("Diff"),
      "All that differs, place by place",
    ),
    ...READ_ERRORS,
    409: changeResponses[409],
    ...STORE_ERROR,
  },
});

const rollback = createRoute({
  method: "post",
  path: "/api/v1/revisions/{revision}/rollback",
  tags: ["Revisions"],
  summary: "Go back to a revision",
  description: "Its configuration becomes a new revision; flows of what stays go on",
  request: { params: param, query: changeQuery, headers: changeHeaders },
  responses: { 200: changeResponses[200], ...CHANGE_ERRORS, ...STORE_ERROR },
});

/** `/api/v1/revisions`: what ran before, what changed, and the way back. */
export function route(api: Api, controller: Controller): void {
  api.openapi(list, (c) => {
    return c.json(controller.revisions(given(c.req.valid("query"))), 200);
  });
  api.openapi(read, (c) => {
    const { revision } = c.req.valid("param");
    c.header("etag", etag(revision));
    c.header("vary", "accept");
    if (/\byaml\b/.test(c.req.header("accept") ?? "")) {
      const text = formatConfig(controller.revisionConfig(revision));
      return c.body(text, 200, { "content-type": "application/yaml" });
    }
    return c.json({ ...controller.revisionOf(revision) }, 200);
  });
  api.openapi(diff, (c) => {
    const { to } = c.req.valid("query");
    return c.json(controller.revisionDiff(c.req.valid("param").revision, to), 200);
  });
  api.openapi(rollback, async (c) => {
    const change = { kind: "rollback", revision: c.req.valid("param").revision } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query")), 200);
  });
}
