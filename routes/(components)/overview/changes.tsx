import type { RevisionsView } from "../../../lib/question.ts";
import type { NoAnswer } from "../../(page)/problem.ts";
import { moment } from "../format.ts";

/** The last changes, and who made them. */
export function LastChanges({ changes }: { changes: RevisionsView | NoAnswer }) {
  return (
    <section class="card" id="last-changes" data-region>
      <div class="head">
        <h2>Last changes</h2>
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
              {changes.revisions.map(({ number, comment, author, created }) => (
                <tr key={number}>
                  <th scope="row">{number}</th>
                  <td>{comment}</td>
                  <td>{author}</td>
                  <td class="right number">{moment(created)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
    </section>
  );
}
