import type { Flush } from "../../../lib/change.ts";
import type { Controller } from "../../../lib/controller/interface.ts";
import { RefusedError } from "../../../lib/refused.ts";
import { formatConfig } from "../../../lib/config.ts";
import { withLines } from "../../../lib/config/problem_lines.ts";
import { changeSchema, partSchema } from "../../../lib/config/json_schema.ts";
import {
  type Api,
  type Context,
  createRoute,
  described,
  READ_ERRORS,
  z,
} from "../../../lib/http.ts";
import { parseYaml, SyntaxProblem } from "../../../lib/yaml.ts";
import { applyChange, changeHeaders, changeQuery, changeResponses, etag } from "./change.ts";

const configBody = described("Config", {
  ...partSchema(""),
  examples: [{
    conf: { ip4_src_address: "192.0.2.10" },
    interfaces: { net0: { device: "af_packet:eth1" } },
    vips: [{ prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.1" }] }],
  }],
});
const confChange = { ...changeSchema("conf"), examples: [{ timeout: 60 }] };

const read = createRoute({
  method: "get",
  path: "/api/v1/config",
  tags: ["Configuration"],
  summary: "The running configuration",
  responses: {
    200: {
      description: "The running configuration, defaults filled in; the ETag is its revision",
      content: {
        ...configBody,
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
  tags: ["Configuration"],
  summary: "Replace the whole configuration",
  description: "Nothing changes unless all of it is right; flows of what stays go on",
  request: {
    query: changeQuery.extend({ flush: flushes }),
    headers: changeHeaders,
    body: {
      content: {
        ...configBody,
        "application/yaml": { schema: z.string() },
      },
    },
  },
  responses: changeResponses,
});

const readConf = createRoute({
  method: "get",
  path: "/api/v1/config/conf",
  tags: ["Configuration"],
  summary: "The settings of the whole",
  responses: {
    200: {
      description: "The settings, defaults filled in; the ETag is the revision",
      content: described("Conf", partSchema("conf")),
    },
  },
});

const updateConf = createRoute({
  method: "patch",
  path: "/api/v1/config/conf",
  tags: ["Configuration"],
  summary: "Change settings of the whole",
  description: "Null takes one away, so that its default counts",
  request: {
    query: changeQuery,
    headers: changeHeaders,
    body: { content: described("ConfChange", confChange) },
  },
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
    const { flush = [], ...query } = c.req.valid("query");
    const flushes = [flush].flat().map(readFlush);
    // A text that is checked while somebody types it is nothing for the audit log.
    c.env.note.idle = query.dry_run === true;
    const config = await readConfig(c);
    const change = { kind: "replace", config, flushes } as const;
    return c.json(await atLines(c, () => applyChange(controller, c, change, query)), 200);
  });
  api.openapi(readConf, (c) => {
    c.header("etag", etag(controller.revision));
    return c.json({ ...controller.config().conf }, 200);
  });
  api.openapi(updateConf, async (c) => {
    const change = { kind: "conf.update", conf: c.req.valid("json") } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query")), 200);
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
  if (isJson(c)) return JSON.parse(text);
  try {
    return parseYaml(text, "body");
  } catch (error) {
    if (error instanceof SyntaxProblem) throw unreadable(error.message, error.line);
    throw error;
  }
}

function unreadable(message: string, line: number | null = null): RefusedError {
  return new RefusedError(400, [{ path: "", message, ...line === null ? {} : { line } }]);
}

/** What is wrong with a text is told with its lines. */
async function atLines<T>(c: Context, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof RefusedError) || isJson(c)) throw error;
    throw new RefusedError(error.status, withLines(error.problems, await c.req.text()));
  }
}

function isJson(c: Context): boolean {
  return /\/json/i.test(c.req.header("content-type") ?? "");
}
