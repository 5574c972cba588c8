import { type Api, type Context, describeApi } from "../../../lib/http.ts";
import { withSecurity } from "./security.ts";
import { VERSION } from "../../../lib/version.ts";

const DESCRIPTION =
  `What the command line and the console use, and scripts may. It answers on a unix socket and on loopback to whoever
is there, elsewhere over TLS to whoever has a token: \`Authorization: Bearer gw_…\`.

A change is checked as a whole before anything happens; one that is refused changes nothing, and its answer names each
place and value: \`{ "error": { "path": "vips[2].servers[0].address", "message": "…" } }\`. The ETag of a configuration
is its revision: with If-Match a change is refused with 412 when somebody else changed something meanwhile. With
\`?dry_run\` it is said what would change. To ask for the same thing twice is to ask for it once.`;

/** The document of all routes that are there, also of those that are added later. */
export function openApi(api: Api) {
  const info = { title: "Guideway", version: VERSION, description: DESCRIPTION };
  return withSecurity(describeApi(api, info));
}

/** `/api/v1/openapi.json`: what this program serves under `/api/v1`, as OpenAPI 3.1. */
export function route(api: Api): void {
  api.get("/api/v1/openapi.json", (c: Context) => c.json(openApi(api), 200));
}
