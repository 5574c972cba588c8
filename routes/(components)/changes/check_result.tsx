import type { Applied } from "../../../lib/change.ts";
import type { Problem } from "../../../lib/refused.ts";
import { PlanView } from "../plan.tsx";

/** What is known of a text: what is wrong with it, or what it would change. */
export type Checked = { problems: Problem[] } | { applied: Applied };

/** Drawn on the server, and again in the browser while somebody types. */
export function CheckResult({ checked }: { checked: Checked }) {
  if ("applied" in checked) return <PlanView applied={checked.applied} />;
  return (
    <div class="notice bad" role="alert" id="yaml-problems">
      <p>Not accepted; nothing changed.</p>
      <ul>
        {checked.problems.map(({ path, message, line }) => (
          <li key={path + message}>
            {line === undefined ? null : <a href={`#line-${line}`}>Line {line}</a>}
            {line === undefined ? "" : ": "}
            {path === "" ? null : <code>{path}</code>} {withoutPlace(message)}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The line is told already. */
export function withoutPlace(message: string): string {
  return message.replace(/^body:(\d+:\d+:)? /, "");
}
