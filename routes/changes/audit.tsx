import type { Api } from "../../lib/http.ts";
import type { AuditsView } from "../../lib/question.ts";
import { AuditTable } from "../(components)/changes/audit_table.tsx";
import { ChangesTabs } from "../(components)/changes/tabs.tsx";
import { Pager } from "../(components)/pager.tsx";
import { Search } from "../(components)/search.tsx";
import { askedOf, listed } from "../(page)/listed.ts";
import { getPage, type Page } from "../(page)/page.tsx";
import { answerOr } from "../(page)/problem.ts";
import type { Visit } from "../(page)/visit.ts";

/** More rows would be slow to draw and to read. */
const ROWS = 50;

/** `/changes/audit`: what was changed or tried, also in vain. */
export function route(api: Api): void {
  getPage(api, "/changes/audit", auditPage);
}

async function auditPage(visit: Visit): Promise<Page> {
  const { client, url } = visit;
  const asked = askedOf(url);
  const view = await answerOr(
    listed(asked, (query) => client.audit({ ...query, limit: ROWS })),
  );
  const body = (
    <>
      <div class="title">
        <h1>Audit log</h1>
        <ChangesTabs visit={visit} />
        <Search
          action="/changes/audit"
          search={asked.search}
          label="Search the audit log"
          placeholder="refused, 10.0.0.1, alice"
        />
      </div>
      <div id="audit" data-region>
        {"problem" in view
          ? <p class="notice bad" role="alert">The audit log is not shown: {view.problem}</p>
          : <Entries view={view} url={url} />}
      </div>
    </>
  );
  return { title: "Audit log", body };
}

function Entries({ view, url }: { view: AuditsView; url: URL }) {
  const search = url.searchParams.get("search") ?? "";
  if (view.entries.length === 0) {
    return (
      <p class="card padded">
        {search === ""
          ? "Nothing was changed or tried yet."
          : `No entry of the audit log holds “${search}”.`}
      </p>
    );
  }
  return (
    <>
      <section class="card">
        <AuditTable entries={view.entries} />
      </section>
      <Pager url={url} cursor={view.cursor} next="Older" first="Newest" />
    </>
  );
}
