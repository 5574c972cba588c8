import type { Api } from "../../lib/http.ts";
import type { RevisionsView } from "../../lib/question.ts";
import { Blank } from "../(components)/blank.tsx";
import { RevisionTable } from "../(components)/changes/revision_table.tsx";
import { ChangesTabs } from "../(components)/changes/tabs.tsx";
import { Pager } from "../(components)/pager.tsx";
import { Search } from "../(components)/search.tsx";
import { askedOf, listed } from "../(page)/listed.ts";
import { getPage, type Page } from "../(page)/page.tsx";
import { answerOr } from "../(page)/problem.ts";
import type { Visit } from "../(page)/visit.ts";

/** More rows would be slow to draw and to read. */
const ROWS = 50;

/** `/changes`: every revision, the newest first. */
export function route(api: Api): void {
  getPage(api, "/changes", changesPage);
}

async function changesPage(visit: Visit): Promise<Page> {
  const { client, url, status } = visit;
  const asked = askedOf(url);
  const view = await answerOr(
    listed(asked, (query) => client.revisions({ ...query, limit: ROWS })),
  );
  const body = (
    <>
      <div class="title">
        <h1>Changes</h1>
        <ChangesTabs visit={visit} />
        <Search
          action="/changes"
          search={asked.search}
          label="Search changes"
          placeholder="10.0.0.1, alice, console"
        />
      </div>
      <div id="revisions" data-region>
        {"problem" in view
          ? <p class="notice bad" role="alert">What was changed is not known: {view.problem}</p>
          : <Revisions view={view} url={url} running={status.revision} />}
      </div>
    </>
  );
  return { title: "Changes", body };
}

function Revisions({ view, url, running }: { view: RevisionsView; url: URL; running: number }) {
  const search = url.searchParams.get("search") ?? "";
  if (view.revisions.length === 0 && search !== "") {
    return <p class="card padded">No change holds “{search}”.</p>;
  }
  if (view.revisions.length === 0) {
    return (
      <Blank title="Nothing was changed yet">
        <p>
          Every configuration that is accepted becomes a revision, which can be looked at, compared
          and gone back to. <a href="/changes/edit">Write the first one</a>, or add a{" "}
          <a href="/vips">VIP</a>.
        </p>
      </Blank>
    );
  }
  return (
    <>
      <section class="card">
        <RevisionTable revisions={view.revisions} running={running} />
      </section>
      <Pager url={url} cursor={view.cursor} next="Older" first="Newest" />
    </>
  );
}
