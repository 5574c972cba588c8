import type { Conflict as ConflictState } from "../(page)/form.ts";
import { Differences } from "./differences.tsx";
import type { Lead } from "./lead.ts";

/** Somebody else was faster: what they changed, and that nothing of what was typed is lost. */
export function Conflict(
  { conflict: { from, to, changes }, lead }: { conflict: ConflictState; lead: Lead },
) {
  return (
    <div class="notice warn" role="alert" {...lead}>
      <h2>The configuration changed meanwhile</h2>
      <p>
        This form was about revision {from}; revision {to}{" "}
        runs. Nothing of it was carried out, and what you typed stands below. Look at what changed,
        then send it again: it is about revision {to} now.
      </p>
      {changes === null
        ? <p>Revision {from} is no longer stored, so what changed is not known.</p>
        : <Differences changes={changes} />}
    </div>
  );
}
