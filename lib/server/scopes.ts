/**
 * Who may what: the one table.
 *
 * - `read` looks: every GET but those of tokens and of the audit log, and traces, which remember nothing.
 * - `operate` looks after servers of VIPs that are there: adds, removes, weighs and drains them, forgets flows, and goes
 *   back to a revision. It changes no settings and no interfaces, also not by going back (the controller sees to that);
 *   it makes and removes no VIPs, replaces no configuration, and knows nothing of tokens.
 * - `admin` may everything.
 *
 * What is not in the table is `read` where it changes nothing, else `admin`.
 *
 * @module
 */
import type { Scope } from "../caller.ts";
import { SAFE_METHODS } from "../http.ts";

type Methods = string;
const ANY: Methods = "*";

/** The first line that fits counts. `*` in an address: one part of it, `**`: all that follows. */
const TABLE: readonly [methods: Methods, address: string, scope: Scope | "anybody"][] = [
  ["GET", "/healthz", "anybody"],
  ["GET", "/static/**", "anybody"],
  ["GET POST", "/login", "anybody"],
  ["POST", "/logout", "anybody"],
  ["POST", "/theme", "anybody"],

  [ANY, "/api/v1/tokens", "admin"],
  [ANY, "/api/v1/tokens/*", "admin"],
  ["GET", "/api/v1/audit", "admin"],

  ["POST", "/api/v1/trace", "read"],

  ["POST", "/api/v1/vips/*/flush", "operate"],
  ["POST PATCH", "/api/v1/vips/*/servers", "operate"],
  ["PATCH DELETE", "/api/v1/vips/*/servers/*", "operate"],
  ["POST", "/api/v1/vips/*/servers/*/flush", "operate"],
  ["POST", "/api/v1/revisions/*/rollback", "operate"],

  // A page asks REST for what its form wants, and by the same table REST judges who sent it.
  ["POST", "/api/**", "admin"],
  ["POST", "/**", "read"],
];

const LINES = TABLE.map(([methods, address, scope]) => ({
  methods: methods.replace("GET", "GET HEAD").split(" "),
  address: new RegExp(
    `^${address.replaceAll(/\*\*?/g, (star) => star === "*" ? "[^/]+" : ".*")}$`,
  ),
  scope,
}));

/** What a request needs. @param path As the routes match it, or with names in braces as OpenAPI writes it. */
export function neededScope(method: string, path: string): Scope | "anybody" {
  const line = LINES.find(({ methods, address }) =>
    (methods[0] === ANY || methods.includes(method)) && address.test(path)
  );
  return line?.scope ?? (SAFE_METHODS.has(method) ? "read" : "admin");
}
