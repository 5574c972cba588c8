/**
 * The REST toolkit: route definitions with schemas, and one form for every error. The only file that
 * names the web library.
 *
 * @module
 */
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context as AnyContext } from "hono";
import { HTTPException } from "hono/http-exception";
import { getPath } from "hono/utils/url";
import { type Problem, RefusedError, type RefusedStatus } from "./refused.ts";
import type { JsonSchema } from "./config/json_schema.ts";
import { schemaProblems } from "./config/problems.ts";
import { log } from "./log.ts";
import { NetError } from "./net.ts";
import type { Asked } from "./server/asked.ts";
import { StoreError } from "./store.ts";

export { createRoute, z };

/** A request in its route; `env` tells who asks. */
export type Context = AnyContext<{ Bindings: Asked }>;

/** A set of routes. */
export type Api = OpenAPIHono<{ Bindings: Asked }>;

/** The path of a request as the routes match it: what decides who may must not read it otherwise. */
export const pathOf: (request: Request) => string = getPath;

/** What any route may serve. */
export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/** Those that change nothing. */
export const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** A request cannot be served; the status is HTTP's. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: 400 | 403 | 404 | 405 | 413 | 415;

  constructor(status: HttpError["status"], message: string) {
    super(message);
    this.status = status;
  }
}

const problemSchema = z.object({
  path: z.string().openapi({ example: "vips[2].servers[0].address" }),
  message: z.string().openapi({ example: 'not an IPv6 address: "10.0.0.1"' }),
  line: z.int().optional().openapi({ description: "Of a configuration that was sent as YAML" }),
});

/** The body of every answer that is an error. */
const errorSchema = z.object({
  error: problemSchema,
  problems: z.array(problemSchema).optional(),
}).openapi("Error");

/** An answer in JSON for a route definition. */
export function answer<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON body that somebody else checks, described by a JSON Schema under that name. */
export function described(name: string, schema: JsonSchema) {
  return { "application/json": { schema: z.unknown().openapi(name, schema as object) } };
}

/** The OpenAPI 3.1 document of all routes that have a definition. */
export function describeApi(
  api: Api,
  info: { title: string; version: string; description: string },
) {
  const document = api.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { ...info, license: { name: "Apache-2.0" } },
  });
  // What anything fits could be null, thinks the web library, and adds that beside our description.
  const text = JSON.stringify(document, (_, value) => isNullBeside(value) ? value.allOf[0] : value);
  return JSON.parse(text) as typeof document;
}

function isNullBeside(value: unknown): value is { allOf: [{ $ref: string }, unknown] } {
  const { allOf } = (value ?? {}) as { allOf?: [{ $ref?: string }, { type?: string[] }] };
  return allOf?.length === 2 && allOf[0].$ref !== undefined &&
    (allOf[1].type?.includes("null") ?? false);
}

/** The error answers that a reading route may give. */
export const READ_ERRORS = {
  400: answer(errorSchema, "The question makes no sense"),
  404: answer(errorSchema, "There is no such thing"),
} as const;

/** The error answers that a changing route may give; nothing changed then. */
export const CHANGE_ERRORS = {
  ...READ_ERRORS,
  409: answer(errorSchema, "It does not fit what is there"),
  412: answer(errorSchema, "The running revision is another than If-Match says"),
} as const;

/** What a route may answer that is for some places alone. */
export const PLACE_ERROR = {
  403: answer(errorSchema, "It is not asked for in this way"),
} as const;

/** What a route that reads the store may answer besides. */
export const STORE_ERROR = {
  503: answer(errorSchema, "The store cannot be read just now; forwarding goes on"),
} as const;

/** An empty set of routes; bad parameters are answered with their places. */
export function createApi(): Api {
  const api: Api = new OpenAPIHono<{ Bindings: Asked }>({
    defaultHook: (result, c) => {
      if (!result.success) return refuse(c, 400, schemaProblems(result.error));
    },
  });
  api.onError((error, c) => answerError(error, c));
  api.notFound((c) => answerNotFound(api, c));
  return api;
}

/** JSON of the problems: the first one is the error, all are in `problems` when there are several. */
function errorBody(problems: Problem[]): z.infer<typeof errorSchema> {
  const error = problems[0] ?? { path: "", message: "refused" };
  return problems.length > 1 ? { error, problems } : { error };
}

/** An error answer outside any route. */
export function errorResponse(status: number, message: string, headers?: HeadersInit): Response {
  return Response.json(errorBody([{ path: "", message }]), { status, headers: headers ?? {} });
}

function refuse(c: Context, status: RefusedStatus, problems: Problem[]): Response {
  return c.json(errorBody(problems), status);
}

function answerError(error: Error, c: Context): Response {
  if (error instanceof RefusedError) return refuse(c, error.status, error.problems);
  if (error instanceof HttpError) return errorResponse(error.status, error.message);
  if (error instanceof NetError) return errorResponse(400, error.message);
  if (error instanceof StoreError) return errorResponse(503, error.message);
  if (error instanceof HTTPException) return errorResponse(error.status, wordsOf(error, c));
  log("request_failed", {
    method: c.req.method,
    path: c.req.path,
    error: error.message,
  });
  return errorResponse(500, `failed: ${error.message}`);
}

/** What the web library itself refuses: bodies, above all. */
function wordsOf(error: HTTPException, c: Context): string {
  if (error.status !== 415) return error.message;
  return `content type is ${c.req.header("content-type") ?? "none"}; send application/json`;
}

/** 405 where the address serves other methods, else 404. */
function answerNotFound(api: Api, c: Context): Response {
  const { path, method } = c.req;
  const allowed = METHODS.filter((other) => api.router.match(other, path)[0].length > 0);
  if (allowed.length === 0) return errorResponse(404, `there is nothing at ${path}`);
  const allow = allowed.join(", ");
  return errorResponse(405, `${path} does not serve ${method}, but ${allow}`, { allow });
}
