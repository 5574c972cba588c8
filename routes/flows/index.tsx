import type { Api } from "../../lib/http.ts";
import type { FlowsView } from "../../lib/question.ts";
import type { Status } from "../../lib/status.ts";
import { Blank } from "../(components)/blank.tsx";
import { Empty } from "../(components)/empty.tsx";
import { FlowSearch, SEARCH_FIELDS } from "../(components)/flows/search.tsx";
import { FlowTable } from "../(components)/flows/table.tsx";
import { FlowTabs } from "../(components)/flows/tabs.tsx";
import { moment, percent, whole } from "../(components)/format.ts";
import { pageHref } from "../(components)/links.ts";
import { getPage, type Page } from "../(page)/page.tsx";
import { type Answered, answered, asked } from "../(page)/question.ts";
import type { Visit } from "../(page)/visit.ts";

const FLOWS_SHOWN = 100;
const VIPS_CHOSEN_FROM = 60;

/** `/flows`: what the workers remember: which client is with which server, and since when. */
export function route(api: Api): void {
  getPage(api, "/flows", flowsPage);
}

async function flowsPage(visit: Visit): Promise<Page> {
  const { client, status, url } = visit;
  const [{ state, answer }, { vips }] = await Promise.all([
    answered(visit, () => client.flows(queryOf(visit))).then(besideFields),
    client.vips({ limit: VIPS_CHOSEN_FROM }),
  ]);
  const body = (
    <>
      <div class="title">
        <h1>Flows</h1>
        <FlowTabs here="/flows" />
      </div>
      {status.vips === 0 ? <Empty status={status} /> : (
        <>
          <FlowSearch state={state} status={status} vips={vips.map(({ name }) => name)} />
          {answer === null ? null : <Found {...answer} status={status} url={url} />}
        </>
      )}
    </>
  );
  return { title: "Flows", body, status: state.status };
}

/** The client is asked for in the field of the address. */
function besideFields<T>({ state, answer }: Answered<T>): Answered<T> {
  const problems = state.problems.map(({ path, message }) => ({
    path: path === "client" ? "address" : path,
    message,
  }));
  return { state: { ...state, problems }, answer };
}

/** An address beside a server is the client's. */
function queryOf(visit: Visit) {
  const [address, vip, server, worker, cursor] = [...SEARCH_FIELDS, "cursor"].map((name) =>
    asked(visit, name)
  );
  return {
    ...address == null ? {} : server == null ? { address } : { client: address },
    ...vip == null ? {} : { vip },
    ...server == null ? {} : { server },
    ...worker == null ? {} : { worker: Number(worker) },
    ...cursor == null ? {} : { cursor },
    limit: FLOWS_SHOWN,
  };
}

function Found({ flows, cursor, status, url }: FlowsView & { status: Status; url: URL }) {
  const now = Date.now();
  const searching = SEARCH_FIELDS.some((name) => url.searchParams.get(name));
  if (flows.length === 0 && cursor === null && !searching && !url.searchParams.has("cursor")) {
    return <NoFlow />;
  }
  return (
    <section class="card" id="flows">
      <div class="head">
        <h2>{searching ? "Found" : "Remembered now"}</h2>
        <p>
          {searching ? "of " : null}
          {whole(status.table.flows)} {searching ? "that are remembered" : "in all"},{" "}
          {percent(status.table.flows, status.table.capacity)} of the room
        </p>
        <p>
          As of {moment(new Date(now).toISOString()).slice(11)} UTC ·{" "}
          <a href={url.pathname + url.search}>Look again</a>
        </p>
      </div>
      {flows.length === 0
        ? <NothingFound more={cursor !== null} />
        : <FlowTable flows={flows} now={now} />}
      <Pages shown={flows.length} cursor={cursor} url={url} />
    </section>
  );
}

function NothingFound({ more }: { more: boolean }) {
  return (
    <p class="under">
      {more
        ? "Nothing in this part of the tables."
        : "No such flow is remembered. Where a packet of it would go, "}
      {more ? null : <a href="/flows/trace">a trace tells</a>}
      {more ? null : "."}
    </p>
  );
}

/** How many there are in all only a look at all of the tables would tell. */
function Pages({ shown, cursor, url }: { shown: number; cursor: string | null; url: URL }) {
  const later = url.searchParams.has("cursor");
  if (cursor === null && !later) return null;
  return (
    <div class="under">
      <nav class="pager" aria-label="Pages of flows">
        <p class="number">
          {whole(shown)} on this page{cursor === null ? ", the last one" : ""}
        </p>
        {later ? <a class="button" href={pageHref(url, null)}>First</a> : null}
        {cursor === null ? null : (
          <a class="button" rel="next" href={pageHref(url, cursor)}>
            {shown === 0 ? "Go on" : "Next"}
          </a>
        )}
      </nav>
    </div>
  );
}

function NoFlow() {
  return (
    <Blank title="No flow is remembered now">
      <p>
        A flow begins with its first packet to a VIP, and ends when none came for as long as{" "}
        <code>conf.timeout</code> says. Until then it stays with its server.
      </p>
      <p>
        <a href="/flows/trace">Where would a packet go?</a>
      </p>
    </Blank>
  );
}
