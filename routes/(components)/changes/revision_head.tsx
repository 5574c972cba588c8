import type { RevisionView } from "../../../lib/question.ts";
import type { Status } from "../../../lib/status.ts";
import { moment } from "../format.ts";
import { revisionHref } from "../links.ts";
import { changeWords, wayWords } from "./words.ts";

/** Who made it, when, and what with it can be done. */
export function RevisionFacts({ revision, running }: { revision: RevisionView; running: boolean }) {
  const { number, author, created } = revision;
  return (
    <section class="card">
      <dl class="facts revision">
        <div>
          <dt>State</dt>
          <dd>
            <span class={`state ${running ? "active" : "removed"}`}>
              {running ? "runs" : "ran before"}
            </span>
          </dd>
        </div>
        <div>
          <dt>When, UTC</dt>
          <dd>{moment(created)}</dd>
        </div>
        <div>
          <dt>Who</dt>
          <dd>
            {author === "" ? "not known" : author} <span class="muted">{wayWords(revision)}</span>
          </dd>
        </div>
        <div>
          <dt>Its configuration</dt>
          <dd>
            <a href={`${revisionHref(number)}/config.yaml`}>Download as YAML</a>
          </dd>
        </div>
        <div class="whole">
          <dt>What</dt>
          <dd>{changeWords(revision)}</dd>
        </div>
      </dl>
    </section>
  );
}

interface CompareProps {
  number: number;
  from: number | null;
  before: number | null;
  status: Status;
}

/** Chooses another revision to compare it with. */
export function CompareForm({ number, from, before, status }: CompareProps) {
  const href = revisionHref(number);
  return (
    <form class="search compare" method="get" action={href}>
      {before === null || before === from ? null : <a href={href}>the one before</a>}
      {status.revision === number || status.revision === from
        ? null
        : <a href={`${href}?from=${status.revision}`}>what runs</a>}
      <input
        name="from"
        inputmode="numeric"
        aria-label="Compare with revision"
        placeholder="revision"
        value={from ?? ""}
        autocomplete="off"
      />
      <button type="submit">Compare</button>
    </form>
  );
}
