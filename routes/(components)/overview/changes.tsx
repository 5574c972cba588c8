import type { RevisionsView } from "../../../lib/question.ts";
import type { NoAnswer } from "../../(page)/problem.ts";
import { changeWords } from "../changes/words.ts";
import { moment, shortMoment } from "../format.ts";
import { revisionHref } from "../links.ts";

/** The last changes, and who made them. */
export function LastChanges({ changes }: { changes: RevisionsView | NoAnswer }) {
  return (
    <section class="card" id="last-changes" data-region>
      <div class="head">
        <h2>Last changes</h2>
        <a href="/changes">All</a>
      </div>
      {"problem" in changes
        ? <p class="under reason">{changes.problem}</p>
        : changes.revisions.length === 0
        ? <p class="under">Nothing was stored yet.</p>
        : (
          <table class="short">
            <thead>
              <tr>
                <th scope="col">Revision</th>
                <th scope="col">What</th>
                <th scope="col">Who</th>
                <th scope="col" class="right">When, UTC</th>
              </tr>
            </thead>
            <tbody>
              {changes.revisions.map((head) => (
                <tr key={head.number}>
                  <th scope="row">
                    <a href={revisionHref(head.number)}>{head.number}</a>
                  </th>
                  <td>{changeWords(head)}</td>
                  <td class="by">{head.author}</td>
                  <td class="right number">
                    <time datetime={head.created} title={moment(head.created)}>
                      {shortMoment(head.created)}
                    </time>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
    </section>
  );
}
