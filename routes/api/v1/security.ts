/**
 * What the OpenAPI document says of who may: the token, the scope that each operation needs, and the answers to those who
 * may not.
 *
 * @module
 */
import { neededScope } from "../../../lib/server/scopes.ts";

interface Operation {
  description?: string;
  security?: unknown;
  responses: Record<string, unknown>;
}

interface Document {
  paths?: object | undefined;
  components?: object | undefined;
}

const SCHEME = {
  type: "http",
  scheme: "bearer",
  bearerFormat: "gw_…",
  description:
    "A token, as `guideway token add` prints it. Its scope is `read` (looks), `operate` (looks after " +
    "servers of VIPs that are there, and goes back to revisions, but changes no settings) or `admin` (everything). " +
    "Needed beyond loopback and the unix socket, and everywhere over TCP with `--require-token`.",
};

const error = (description: string) => ({
  description,
  content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
});
const ANSWERS = {
  401: error("There is no token, or none that is in force"),
  403: error("The token's scope is too small, or the request came from a page of others"),
  429: error("Too many wrong tokens came from this address; Retry-After tells for how long"),
};

/** Adds it to the document. */
export function withSecurity<T extends Document>(document: T): T {
  const paths = Object.entries(document.paths ?? {}).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations as Record<string, Operation>)
        .map(([method, operation]) => [method, secured(path, method, operation)]),
    ),
  ]);
  const components = { ...document.components, securitySchemes: { token: SCHEME } };
  return { ...document, paths: Object.fromEntries(paths), components };
}

function secured(path: string, method: string, operation: Operation): Operation {
  const scope = neededScope(method.toUpperCase(), path);
  if (scope === "anybody") return operation;
  const words = `Needs scope ${scope}`;
  const { description, responses } = operation;
  return {
    ...operation,
    description: description === undefined ? words : `${description}. ${words}`,
    security: [{ token: [scope] }],
    responses: { ...responses, ...ANSWERS },
  };
}
