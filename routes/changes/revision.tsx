import { type Config, parseConfig } from "../../lib/config.ts";
import { differences } from "../../lib/config/diff.ts";
import { yamlDiff } from "../../lib/config/yaml_diff.ts";
import { type Api, type Context, HttpError } from "../../lib/http.ts";
import type { RevisionHead, RevisionView } from "../../lib/question.ts";
import { RefusedError } from "../../lib/refused.ts";
import { CompareForm, RevisionFacts } from "../(components)/changes/revision_head.tsx";
import { YamlDiff } from "../(components)/changes/yaml_diff.tsx";
import { Differences } from "../(components)/differences.tsx";
import { Actions, Form } from "../(components)/form.tsx";
import { revisionHref } from "../(components)/links.ts";
import { blankForm, type FormState, submit } from "../(page)/form.ts";
import { getPage, type Page, postPage, seeOther } from "../(page)/page.tsx";
import type { Visit } from "../(page)/visit.ts";

const PATH = "/changes/:revision{[0-9]{1,15}}";
/** So many lines of YAML are drawn. */
const LINES_MOST = 2000;

/** `/changes/REVISION`: what it changed against the one before, or `?from=NUMBER`; and the way back to it. */
export function route(api: Api): void {
  getPage(api, PATH, (visit, c) => revisionPage(visit, numberOf(c), null));

  postPage(api, PATH, async (visit, form, c) => {
    const number = numberOf(c);
    const { applied, state } = await submit(
      visit,
      form,
      (options) => visit.client.rollback(number, options),
    );
    if (applied !== null) return seeOther("/changes", applied, visit.status.revision);
    return await revisionPage(visit, number, state);
  });

  getPage(api, `${PATH}/config.yaml`, async ({ client, status }, c) => {
    const number = numberOf(c);
    const text = number === status.revision
      ? (await client.configText()).text
      : await client.revisionText(number);
    return new Response(text, {
      headers: {
        "content-type": "application/yaml; charset=utf-8",
        "content-disposition": `attachment; filename="guideway-${number}.yaml"`,
        "cache-control": "no-store",
      },
    });
  });
}

function numberOf(c: Context): number {
  return Number(c.req.param("revision"));
}

async function revisionPage(
  visit: Visit,
  number: number,
  rollback: FormState | null,
): Promise<Page> {
  const { client, status, csrf } = visit;
  const revision = await client.revision(number);
  const [before] = (await client.revisions({ cursor: String(number), limit: 1 })).revisions;
  const from = fromOf(visit.url) ?? before?.number ?? null;
  const running = number === status.revision;
  const body = (
    <>
      <div class="title">
        <h1>Revision {number}</h1>
        <Neighbours before={before} number={number} newest={status.revision} />
      </div>
      <RevisionFacts revision={revision} running={running} />
      <section class="card" id="diff">
        <div class="head">
          <h2>{from === null ? "The oldest that is stored" : `Against revision ${from}`}</h2>
          <CompareForm
            number={number}
            from={from}
            before={before?.number ?? null}
            status={status}
          />
        </div>
        {from === null
          ? <p class="under">There is none before it to compare it with.</p>
          : await comparison(visit, from, revision)}
      </section>
      {running ? null : (
        <section class="card">
          <div class="head">
            <h2>Go back to it</h2>
            <p>
              Its configuration becomes a new revision. Flows of what stays go on.
            </p>
          </div>
          <Form
            name="rollback"
            state={rollback ?? blankForm(visit)}
            action={revisionHref(number)}
            csrf={csrf}
          >
            {visit.may("operate")
              ? <Actions apply={`Roll back to ${number}`} />
              : <p class="whole muted">To go back needs scope operate.</p>}
          </Form>
        </section>
      )}
    </>
  );
  return { title: `Revision ${number}`, body, status: rollback?.status ?? 200 };
}

/** @throws {HttpError} 400 */
function fromOf({ searchParams }: URL): number | null {
  const text = searchParams.get("from")?.trim() ?? "";
  if (text === "") return null;
  if (!/^\d{1,15}$/.test(text)) throw new HttpError(400, `from: write a revision's number`);
  return Number(text);
}

function Neighbours(
  { before, number, newest }: { before: RevisionHead | undefined; number: number; newest: number },
) {
  return (
    <nav class="older" aria-label="Revisions beside it">
      <a class="button" href="/changes">All</a>
      {before === undefined
        ? null
        : <a class="button" rel="prev" href={revisionHref(before.number)}>← {before.number}</a>}
      {number >= newest
        ? null
        : <a class="button" rel="next" href={revisionHref(number + 1)}>{number + 1} →</a>}
    </nav>
  );
}

async function comparison(visit: Visit, from: number, revision: RevisionView) {
  const before = from === revision.number ? revision : await visit.client.revision(from);
  const [a, b] = [readable(before), readable(revision)];
  const problem = a.problem ?? b.problem;
  if (a.config === null || b.config === null) return <p class="under reason">{problem}</p>;
  return (
    <>
      <div class="padded">
        <Differences changes={differences(a.config, b.config)} />
      </div>
      <YamlDiff diff={yamlDiff(a.config, b.config, LINES_MOST)} />
    </>
  );
}

/** As this version reads it. */
function readable(
  { number, config }: RevisionView,
): { config: Config; problem: null } | { config: null; problem: string } {
  try {
    return { config: parseConfig(config), problem: null };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const problem = `This version no longer takes revision ${number}: ${error.message}`;
    return { config: null, problem };
  }
}
