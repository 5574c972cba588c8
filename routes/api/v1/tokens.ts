import { SCOPES } from "../../../lib/caller.ts";
import { issueMessage } from "../../../lib/config/problems.ts";
import {
  answer,
  type Api,
  CHANGE_ERRORS,
  type Context,
  createRoute,
  READ_ERRORS,
  STORE_ERROR,
  z,
} from "../../../lib/http.ts";
import { log } from "../../../lib/log.ts";
import type { Tokens } from "../../../lib/tokens.ts";

const name = z.string({ error: issueMessage })
  .regex(/^[\w.@-]{1,64}$/, { error: "write 1 to 64 letters, digits, or . _ @ -" })
  .openapi({ example: "ci" });
const scope = z.enum(SCOPES, { error: `write ${SCOPES.join(", ")}` });
const time = z.iso.datetime({ offset: true, error: "write a time, such as 2027-01-31T12:00:00Z" });

const fields = {
  name: z.string().openapi({ example: "ci" }),
  scope: z.enum(SCOPES),
  state: z.enum(["active", "expired", "revoked"]),
  created: z.string().openapi({ description: "ISO 8601" }),
  expires: z.string().nullable().openapi({ description: "Null: never" }),
  last_used: z.string().nullable().openapi({ description: "To the minute; null: never" }),
  revoked: z.string().nullable().openapi({ description: "Null: it was not" }),
};
const tokenSchema = z.object(fields).openapi("Token");
const madeSchema = z.object({
  token: tokenSchema,
  secret: z.string().openapi({ description: "Told this once; only its hash is kept" }),
}).openapi("MadeToken");
const newToken = z.strictObject({
  name,
  scope,
  expires: time.nullable().optional().openapi({ description: "Null, or left out: never" }),
}, { error: issueMessage }).openapi("NewToken", {
  examples: [{ name: "ci", scope: "operate", expires: "2099-01-31T12:00:00Z" }],
});
const param = z.object({ name: name.openapi({ param: { name: "name", in: "path" } }) });

const list = createRoute({
  method: "get",
  path: "/api/v1/tokens",
  tags: ["Who may"],
  summary: "Tokens, without their secrets; revoked ones too",
  responses: { 200: answer(z.object({ tokens: z.array(tokenSchema) }), "All of them") },
});

const add = createRoute({
  method: "post",
  path: "/api/v1/tokens",
  tags: ["Who may"],
  summary: "Make a token",
  description: "The answer has its secret, which is told this once",
  request: { body: { content: { "application/json": { schema: newToken } }, required: true } },
  responses: {
    200: answer(madeSchema, "The token and its secret"),
    400: READ_ERRORS[400],
    409: CHANGE_ERRORS[409],
    ...STORE_ERROR,
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/api/v1/tokens/{name}",
  tags: ["Who may"],
  summary: "Revoke a token",
  description: "It is refused from then on, and sessions that began with it end",
  request: { params: param },
  responses: { 200: answer(tokenSchema, "It is revoked"), ...READ_ERRORS, ...STORE_ERROR },
});

/** `/api/v1/tokens`: who may ask besides the unix socket and loopback. */
export function route(api: Api, tokens: Tokens): void {
  api.openapi(list, (c) => c.json({ tokens: tokens.list() }, 200));
  api.openapi(add, (c) => {
    const { name, scope, expires = null } = c.req.valid("json");
    c.env.note.what = `token ${name} with scope ${scope} made`;
    c.header("cache-control", "no-store");
    const end = expires === null ? null : new Date(expires).toISOString();
    const made = tokens.add({ name, scope, expires: end });
    log("token_added", { name, scope, expires: end, ...whoOf(c) });
    return c.json(made, 200);
  });
  api.openapi(revoke, (c) => {
    const { name } = c.req.valid("param");
    c.env.note.what = `token ${name} revoked`;
    const revoked = tokens.revoke(name);
    log("token_revoked", { name, ...whoOf(c) });
    return c.json(revoked, 200);
  });
}

function whoOf({ env }: Context): { who: string; from: string } {
  return { who: env.caller.who, from: env.caller.origin };
}
