import type { ServerStatus } from "../../../lib/status.ts";
import type { ServerAction } from "../../(page)/server_action.ts";

/** What can be done with a server as it is. */
const ACTIONS: Record<ServerStatus["state"], ServerAction[]> = {
  active: ["drain", "flush", "remove"],
  draining: ["resume", "flush", "remove"],
  removed: ["flush"],
};

const WORDS: Record<ServerAction, string> = {
  add: "Add servers",
  drain: "Drain",
  resume: "Resume",
  flush: "Flush",
  remove: "Remove",
};

/** Each leads to what it would do, and from there it is done. */
export function RowActions({ server, url }: { server: ServerStatus; url: URL }) {
  return (
    <span class="row-actions">
      {ACTIONS[server.state].map((action) => (
        <a
          key={action}
          href={actionHref(url, action, server.address)}
          aria-label={`${WORDS[action]} ${server.address}`}
        >
          {WORDS[action]}
        </a>
      ))}
    </span>
  );
}

/** Where something is done with a server, from the page itself; the list stays as it was asked for. */
export function actionHref(url: URL, action: ServerAction, server?: string): string {
  const query = new URLSearchParams(plainQuery(url));
  query.set("do", action);
  if (server !== undefined) query.set("server", server);
  return `?${query}#do`;
}

/** The page without anything to do. */
export function plainHref(url: URL): string {
  const query = plainQuery(url).toString();
  return query === "" ? url.pathname : `${url.pathname}?${query}`;
}

function plainQuery({ searchParams }: URL): URLSearchParams {
  const query = new URLSearchParams(searchParams);
  for (const name of ["do", "server", "done"]) query.delete(name);
  return query;
}
