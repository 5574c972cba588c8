/**
 * The URL space: which file serves which address.
 *
 * @module
 */
import type { Controller } from "../lib/controller/interface.ts";
import type { Access } from "../lib/server/access.ts";
import type { Handler } from "../lib/server/guard.ts";
import { type Api, createApi, pathOf } from "../lib/http.ts";
import { ownForms } from "../lib/server/csrf.ts";
import { Repeats } from "../lib/server/repeats.ts";
import { neededScope } from "../lib/server/scopes.ts";
import { NO_UPGRADES, type UpgradeDesk } from "../lib/upgrade/desk.ts";
import { withErrorPage } from "./(page)/errors.tsx";
import { route as staticFiles } from "./(static)/mod.ts";
import { route as audit } from "./api/v1/audit.ts";
import { route as docs } from "./api/docs.tsx";
import { route as config } from "./api/v1/config.ts";
import { route as counters } from "./api/v1/counters.ts";
import { route as events } from "./api/v1/events.ts";
import { route as flows } from "./api/v1/flows.ts";
import { route as auditPage } from "./changes/audit.tsx";
import { route as editPage } from "./changes/edit.tsx";
import { route as changesPage } from "./changes/index.tsx";
import { route as revisionPage } from "./changes/revision.tsx";
import { route as health } from "./api/v1/health.ts";
import { route as history } from "./api/v1/history.ts";
import { route as interfaces } from "./api/v1/interfaces.ts";
import { route as revisions } from "./api/v1/revisions.ts";
import { route as servers } from "./api/v1/servers.ts";
import { route as neighbours } from "./api/v1/neighbours.ts";
import { route as openapi } from "./api/v1/openapi.ts";
import { route as allServers } from "./api/v1/all_servers.ts";
import { route as status } from "./api/v1/status.ts";
import { route as table } from "./api/v1/table.ts";
import { route as tokens } from "./api/v1/tokens.ts";
import { route as trace } from "./api/v1/trace.ts";
import { route as upgrade } from "./api/v1/upgrade.ts";
import { route as vips } from "./api/v1/vips.ts";
import { route as flowsPage } from "./flows/index.tsx";
import { route as tracePage } from "./flows/trace.tsx";
import { route as healthz } from "./healthz.ts";
import { route as index } from "./index.tsx";
import { route as interfacesPage } from "./interfaces/index.tsx";
import { route as deleteInterface } from "./interfaces/delete.tsx";
import { route as editInterface } from "./interfaces/edit.tsx";
import { route as newInterface } from "./interfaces/new.tsx";
import { route as login } from "./login.tsx";
import { route as metrics } from "./metrics.ts";
import { route as serversPage } from "./servers/index.tsx";
import { route as settings } from "./settings/index.tsx";
import { route as theme } from "./theme.ts";
import { route as deleteVip } from "./vips/delete.tsx";
import { route as editVip } from "./vips/edit.tsx";
import { route as vipsPage } from "./vips/index.tsx";
import { route as newVip } from "./vips/new.tsx";
import { route as vipPage } from "./vips/vip.tsx";

type Route = (api: Api, controller: Controller) => void;

const ROUTES: Route[] = [
  config,
  interfaces,
  vips,
  table,
  servers,
  allServers,
  health,
  neighbours,
  revisions,
  counters,
  history,
  flows,
  status,
  trace,
  events,
  openapi,
  docs,
  metrics,
  healthz,
  index,
  vipsPage,
  newVip,
  editVip,
  deleteVip,
  vipPage,
  serversPage,
  flowsPage,
  tracePage,
  interfacesPage,
  newInterface,
  editInterface,
  deleteInterface,
  changesPage,
  auditPage,
  editPage,
  revisionPage,
  settings,
  theme,
  staticFiles,
];

/** Serves every address of the program. */
export function createHandler(
  controller: Controller,
  access: Access,
  upgrades: UpgradeDesk = NO_UPGRADES,
): Handler {
  const api = createApi();
  for (const route of ROUTES) route(api, controller);
  audit(api, access.audit);
  tokens(api, access.tokens);
  upgrade(api, upgrades);
  login(api, access);
  const repeats = new Repeats();
  const serve: Handler = async (request, asked) => {
    const response = await ownForms(
      request,
      (request) => repeats.serve(request, asked, (request) => api.fetch(request, asked)),
    );
    return await withErrorPage(
      request,
      response,
      () => isOpen(request) ? null : controller.status(),
      asked.session ? asked.caller.who : null,
    );
  };
  // The door turns away those of whom nothing is known, and they are told nothing of what runs.
  const told: Handler["told"] = (request, response) => withErrorPage(request, response, () => null);
  return Object.assign(serve, { told });
}

/** Whether whoever asks may be nobody, who is told nothing of what runs. */
function isOpen(request: Request): boolean {
  return neededScope(request.method, pathOf(request)) === "anybody";
}
