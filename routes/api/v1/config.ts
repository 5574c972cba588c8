import type { Controller, Flush } from "../../../lib/change.ts";
import { RefusedError } from "../../../lib/refused.ts";
import { formatConfig } from "../../../lib/config.ts";
import { type Api, type Context, createRoute, READ_ERRORS, z } from "../../../lib/http.ts";
import { parseYaml, SyntaxProblem } from "../../../lib/yaml.ts";
import {
  applyChange,
  changeHeaders,
  changeQuery,
  changeResponses,
  etag,
  jsonBody,
} from "./change.ts";

const configSchema = z.looseObject({}).openapi("Config");

const read = createRoute({
  method: "get",
  path: "/api/v1/config",
  responses: {
    200: {
      description: "The running configuration, defaults filled in; the ETag is its revision",
      content: {
        "application/json": { schema: configSchema },
        "application/yaml": { schema: z.string() },
      },
    },
    400: READ_ERRORS[400],
  },
});

const flushes = z.union([z.string(), z.array(z.string())]).optional().openapi({
  type: "array",
  items: { type: "string" },
  description: "VIP, or VIP and server, whose flows are forgotten with the change; any number",
  example: ["90.0.0.0/8 tcp/80", "90.0.0.0/8 10.0.0.1"],
});

const replace = createRoute({
  method: "put",
  path: "/api/v1/config",
  request: {
    query: changeQuery.extend({ flush: flushes }),
    headers: changeHeaders,
    body: {
      content: {
        "application/json": { schema: z.unknown().openapi({ type: "object" }) },
        "application/yaml": { schema: z.string() },
      },
    },
  },
  responses: changeResponses,
});

const updateConf = createRoute({
  method: "patch",
  path: "/api/v1/config/conf",
  description: "Changes settings of the whole; null takes one away, so that its default counts",
  request: { query: changeQuery, headers: changeHeaders, body: jsonBody },
  responses: changeResponses,
});

/** `/api/v1/config`: the whole configuration, in JSON or YAML, and its settings. */
export function route(api: Api, controller: Controller): void {
  api.openapi(read, (c) => {
    c.header("etag", etag(controller.revision));
    c.header("vary", "accept");
    if (/\byaml\b/.test(c.req.header("accept") ?? "")) {
      return c.body(formatConfig(controller.config()), 200, { "content-type": "application/yaml" });
    }
    return c.json({ ...controller.config() }, 200);
  });
  api.openapi(replace, async (c) => {
    const { dry_run, flush = [] } = c.req.valid("query");
    const flushes = [flush].flat().map(readFlush);
    const change = { kind: "replace", config: await readConfig(c), flushes } as const;
    return c.json(await applyChange(controller, c, change, dry_run), 200);
  });
  api.openapi(updateConf, async (c) => {
    const change = { kind: "conf.update", conf: c.req.valid("json") } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query").dry_run), 200);
  });
}

/** A VIP's name and the address behind it: every word of a name has a slash, and no address has one. */
function readFlush(text: string): Flush {
  const words = text.trim().split(/\s+/);
  const last = words.at(-1)!;
  if (words.length < 2 || last.includes("/")) return { vip: text };
  return { vip: words.slice(0, -1).join(" "), address: last };
}

/** The body as a value. @throws {RefusedError} 400 where the text cannot be read */
async function readConfig(c: Context): Promise<unknown> {
  const text = await c.req.text();
  if (text.trim() === "") throw unreadable("the body is empty; send a whole configuration");
  if (/\/json/i.test(c.req.header("content-type") ?? "")) return JSON.parse(text);
  try {
    return parseYaml(text, "body");
  } catch (error) {
    if (error instanceof SyntaxProblem) throw unreadable(error.message);
    throw error;
  }
}

function unreadable(message: string): RefusedError {
  return new RefusedError(400, [{ path: "", message }]);
}
