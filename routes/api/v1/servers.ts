import type { Applied } from "../../../lib/change.ts";
import type { Controller } from "../../../lib/controller/interface.ts";
import { type Problem, RefusedError } from "../../../lib/refused.ts";
import { issueMessage, schemaProblems } from "../../../lib/config/problems.ts";
import { jsonSchema, oneOrMore, partSchema } from "../../../lib/config/json_schema.ts";
import {
  answer,
  type Api,
  type Context,
  createRoute,
  described,
  READ_ERRORS,
  z,
} from "../../../lib/http.ts";
import { looseServerSchema } from "../../../lib/config/schema.ts";
import { relativeProblems } from "../../../lib/controller/edit.ts";
import { vipName } from "../../../lib/vip_name.ts";
import {
  applyChange,
  changeHeaders,
  type ChangeQuery,
  changeQuery,
  changeResponses,
  removeQuery,
  vipParam,
} from "./change.ts";
import { given, listPlace, listQuery } from "./page.ts";
import { conditions, conditionsSchema, serverSchema } from "./views.ts";

const path = "/api/v1/vips/{vip}/servers" as const;
const serverParam = vipParam.extend({
  address: z.string().openapi({ param: { name: "address", in: "path" }, example: "10.0.0.1" }),
});
const weightSchema = z.strictObject({ weight: z.int().min(0).max(100) });
const weightChange = { ...jsonSchema(weightSchema), examples: [{ weight: 0 }] };
const weightsSchema = z.array(weightSchema.extend({ address: z.string() }));
const newWeights = {
  ...jsonSchema(weightsSchema),
  examples: [[{ address: "10.0.0.1", weight: 50 }, { address: "10.0.0.2", weight: 100 }]],
};
const newServers = {
  ...oneOrMore(partSchema("vips[].servers[]")),
  examples: [{ address: "10.0.0.7", weight: 50 }],
};

const list = createRoute({
  method: "get",
  path,
  tags: ["Servers"],
  summary: "The servers of a VIP as they run, or some",
  description:
    "In the order of the configuration; behind them those that were removed, with flows left",
  request: { params: vipParam, query: listQuery.extend({ condition: conditions }) },
  responses: {
    200: answer(
      z.object({
        servers: z.array(serverSchema),
        conditions: conditionsSchema.openapi({ description: "Of all that the search finds" }),
        ...listPlace,
      }),
      "The servers as they run",
    ),
    ...READ_ERRORS,
  },
});

const add = createRoute({
  method: "post",
  path,
  tags: ["Servers"],
  summary: "Add a server, or several at once",
  request: {
    params: vipParam,
    query: changeQuery,
    headers: changeHeaders,
    body: { content: described("NewServers", newServers) },
  },
  responses: changeResponses,
});

const reweigh = createRoute({
  method: "patch",
  path: `${path}/{address}`,
  tags: ["Servers"],
  summary: "Change a server's weight",
  description: "0 drains it: its flows stay, new ones go to others",
  request: {
    params: serverParam,
    query: changeQuery,
    headers: changeHeaders,
    // Checked below, for sentences of our own.
    body: { content: described("WeightChange", weightChange) },
  },
  responses: changeResponses,
});

const reweighAll = createRoute({
  method: "patch",
  path,
  tags: ["Servers"],
  summary: "Change the weights of several servers at once",
  description: "All of them or none; servers that are not named stay as they are",
  request: {
    params: vipParam,
    query: changeQuery,
    headers: changeHeaders,
    // Checked below, too.
    body: { content: described("NewWeights", newWeights) },
  },
  responses: changeResponses,
});

const flush = createRoute({
  method: "post",
  path: `${path}/{address}/flush`,
  tags: ["Servers"],
  summary: "Forget a server's flows",
  description: "At once, also where it was removed",
  request: { params: serverParam, query: changeQuery, headers: changeHeaders },
  responses: changeResponses,
});

const remove = createRoute({
  method: "delete",
  path: `${path}/{address}`,
  tags: ["Servers"],
  summary: "Remove a server",
  description: "Its flows stay with it until they end; with flush they are forgotten at once",
  request: { params: serverParam, query: removeQuery, headers: changeHeaders },
  responses: changeResponses,
});

/** `/api/v1/vips/:vip/servers`: servers added, reweighted, flushed and removed. */
export function route(api: Api, controller: Controller): void {
  api.openapi(list, (c) => {
    const { vip } = c.req.valid("param");
    return c.json(controller.serversOf(vip, given(c.req.valid("query"))), 200);
  });
  api.openapi(add, async (c) => {
    const { vip } = c.req.valid("param");
    const query = c.req.valid("query");
    return c.json(await addServers(controller, c, vip, c.req.valid("json"), query), 200);
  });
  api.openapi(reweigh, async (c) => {
    const { vip, address } = c.req.valid("param");
    const { weight } = readBody(weightSchema, c.req.valid("json"));
    const change = { kind: "server.weight", vip, address, weight } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query")), 200);
  });
  api.openapi(reweighAll, async (c) => {
    const { vip } = c.req.valid("param");
    const weights = readBody(weightsSchema, c.req.valid("json"));
    const change = { kind: "server.weights", vip, weights } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query")), 200);
  });
  api.openapi(flush, async (c) => {
    const { vip, address } = c.req.valid("param");
    const change = { kind: "server.flush", vip, address } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query")), 200);
  });
  api.openapi(remove, async (c) => {
    const { vip, address } = c.req.valid("param");
    const { flush = false, ...query } = c.req.valid("query");
    const change = { kind: "server.remove", vip, address, flush } as const;
    return c.json(await applyChange(controller, c, change, query), 200);
  });
}

function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body, { error: issueMessage });
  if (parsed.success) return parsed.data;
  throw new RefusedError(400, schemaProblems(parsed.error));
}

/** One server is a change of its own; a list is one change of the whole, so that all come or none. */
async function addServers(
  controller: Controller,
  c: Context,
  vip: string,
  body: unknown,
  query: ChangeQuery,
): Promise<Applied> {
  if (!Array.isArray(body)) {
    const change = { kind: "server.add", vip, server: body } as const;
    return await applyChange(controller, c, change, query);
  }
  const { config, at, count } = withServers(controller, controller.vip(vip).name, body);
  try {
    return await applyChange(controller, c, { kind: "replace", config }, query);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new RefusedError(error.status, relativeProblems(error.problems, at).map(fromList(count)));
  }
}

/** The running configuration with the servers added. @throws {RefusedError} 409 for one that is there */
function withServers(controller: Controller, name: string, added: unknown[]) {
  const config = controller.config();
  const index = config.vips.findIndex((vip) => vipName(vip) === name);
  const servers = config.vips[index]?.servers ?? [];
  const there = new Set(servers.map(({ address }) => address));
  for (const [at, server] of added.entries()) {
    const address = looseServerSchema.safeParse(server).data?.address;
    if (address === undefined || !there.has(address)) continue;
    const message = `server ${address} is behind ${name} already`;
    throw new RefusedError(409, [{ path: `[${at}].address`, message }]);
  }
  const vips = config.vips.map((vip, at) =>
    at === index ? { ...vip, servers: [...servers, ...added] } : vip
  );
  return { config: { ...config, vips }, at: `vips[${index}].servers`, count: servers.length };
}

/** Paths that count from the first server of the VIP, as paths that count from the first of the list. */
function fromList(count: number): (problem: Problem) => Problem {
  return ({ path, message }) => ({
    path: path.replace(/^\[(\d+)\]/, (_, at: string) => `[${Number(at) - count}]`),
    message,
  });
}
