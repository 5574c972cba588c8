import type { RevisionHead } from "../../../lib/question.ts";
import { moment } from "../format.ts";
import { revisionHref } from "../links.ts";
import { changeWords, shortWayWords } from "./words.ts";

/** Revisions, each leading to what it changed. @param running The one that runs. */
export function RevisionTable({ revisions, running }: {
  revisions: RevisionHead[];
  running: number;
}) {
  return (
    <table class="changes">
      <thead>
        <tr>
          <th scope="col">Revision</th>
          <th scope="col">What</th>
          <th scope="col">Who</th>
          <th scope="col" class="right">When, UTC</th>
        </tr>
      </thead>
      <tbody>
        {revisions.map((head) => <Row key={head.number} head={head} running={running} />)}
      </tbody>
    </table>
  );
}

function Row({ head, running }: { head: RevisionHead; running: number }) {
  const { number, author, created } = head;
  return (
    <tr data-row>
      <th scope="row">
        <a href={revisionHref(number)}>{number}</a>{" "}
        {number === running ? <span class="state active">runs</span> : null}
      </th>
      <td class="what" title={changeWords(head)}>
        <span>{changeWords(head)}</span>
      </td>
      <td class="by">
        {author === "" ? <span class="muted">not known</span> : author}
        <span class="muted">{shortWayWords(head)}</span>
      </td>
      <td class="right number">{moment(created)}</td>
    </tr>
  );
}
