import { type Span, SPANS } from "../lib/history.ts";
import type { Api } from "../lib/http.ts";
import { Drops } from "./(components)/drops.tsx";
import { Empty } from "./(components)/empty.tsx";
import { LastChanges } from "./(components)/overview/changes.tsx";
import { Down } from "./(components)/overview/down.tsx";
import { Tiles } from "./(components)/overview/tiles.tsx";
import { VipRates } from "./(components)/overview/vips.tsx";
import { SPAN_WORDS } from "./(components)/tile.tsx";
import { Workers } from "./(components)/workers.tsx";
import { getPage, type Page } from "./(page)/page.tsx";
import { answerOr } from "./(page)/problem.ts";
import type { Visit } from "./(page)/visit.ts";

const VIPS_SHOWN = 20;
const SERVERS_SHOWN = 20;
const CHANGES_SHOWN = 8;

/** `/`: what the program does now, and how it went. */
export function route(api: Api): void {
  getPage(api, "/", (visit) => {
    const span = SPANS.find((span) => span === visit.url.searchParams.get("span")) ?? "5m";
    return overview(visit, span);
  });
}

async function overview({ client, status }: Visit, span: Span): Promise<Page> {
  const [history, { vips }, down, changes, { worker }] = await Promise.all([
    answerOr(client.history(span)),
    client.vips({ limit: VIPS_SHOWN }),
    client.servers({ condition: ["down", "no_next_hop"], limit: SERVERS_SHOWN }),
    answerOr(client.revisions({ limit: CHANGES_SHOWN })),
    client.catalog(),
  ]);
  const watch = vips.map(({ name }) => name);
  const view = await client.counters([]);
  const body = (
    <>
      <div class="title">
        <h1>Overview</h1>
        <SpanChoice span={span} />
      </div>
      {"problem" in history
        ? <p class="notice bad" role="alert">The day is not known: {history.problem}</p>
        : <Tiles view={view} status={status} history={history} />}
      <div id="vips" data-region>
        {vips.length === 0 ? <Empty status={status} /> : <VipRates vips={vips} all={status.vips} />}
      </div>
      <div class="columns">
        <Down down={down} status={status} />
        <Workers workers={view.workers} />
      </div>
      <div class="columns">
        <LastChanges changes={changes} />
        <Drops total={view.total} infos={worker} />
      </div>
    </>
  );
  return { title: "Overview", body, watch, watchServers: [] };
}

function SpanChoice({ span }: { span: Span }) {
  return (
    <nav class="spans" aria-label="How far back">
      {SPANS.map((one) => (
        <a
          key={one}
          href={one === "5m" ? "/" : `/?span=${one}`}
          aria-current={one === span ? "true" : undefined}
        >
          {SPAN_WORDS[one].replace("the last ", "")}
        </a>
      ))}
    </nav>
  );
}
