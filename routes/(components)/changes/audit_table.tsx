import type { AuditView } from "../../../lib/question.ts";
import { moment } from "../format.ts";
import { revisionHref } from "../links.ts";

/** What was changed or tried, with what became of it. */
export function AuditTable({ entries }: { entries: AuditView[] }) {
  return (
    <table class="changes audit">
      <thead>
        <tr>
          <th scope="col">Outcome</th>
          <th scope="col">What</th>
          <th scope="col">Who</th>
          <th scope="col" class="right">When, UTC</th>
        </tr>
      </thead>
      <tbody>{entries.map((entry) => <Row key={entry.id} entry={entry} />)}</tbody>
    </table>
  );
}

/** How states are drawn elsewhere: what went well, what was turned away, what is broken. */
const STATES: Record<AuditView["outcome"], string> = {
  done: "active",
  refused: "removed",
  denied: "draining",
  failed: "lost",
};

function Row({ entry }: { entry: AuditView }) {
  const { outcome, what, request, reason, who, origin, at } = entry;
  return (
    <tr data-row>
      <th scope="row">
        <span class={`state ${STATES[outcome]}`}>{outcome}</span>
        <Made entry={entry} />
      </th>
      <td class="what">
        <span title={what}>{what === "" ? request : what}</span>
        {reason === "" ? null : <span class="reason" title={reason}>{reason}</span>}
        {what === "" ? null : <code class="muted">{request}</code>}
      </td>
      <td class="by">
        {who}
        <span class="muted">{origin === who ? "" : origin}</span>
      </td>
      <td class="right number">{moment(at)}</td>
    </tr>
  );
}

/** The revision that came of it. */
function Made({ entry: { revision_before, revision_after } }: { entry: AuditView }) {
  if (revision_after === null || revision_after === revision_before) return null;
  return <a href={revisionHref(revision_after)}>revision {revision_after}</a>;
}
