import type { Difference } from "../../lib/config/diff.ts";

/** What differs between two configurations, place by place. */
export function Differences({ changes }: { changes: Difference[] }) {
  if (changes.length === 0) return <p class="muted">Nothing differs.</p>;
  return (
    <table class="differences">
      <thead>
        <tr>
          <th scope="col">Place</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ path, from, to }) => (
          <tr key={path}>
            <th scope="row">{path}</th>
            <td data-label="Before">
              <Side value={from} kind="del" />
            </td>
            <td data-label="After">
              <Side value={to} kind="ins" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Null: it is not there. */
function Side({ value, kind }: { value: unknown; kind: "ins" | "del" }) {
  if (value === null) return <span class="muted">not there</span>;
  const text = typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
  const lines = text.replace(/\n\s*/g, " ");
  return kind === "ins" ? <ins>{lines}</ins> : <del>{lines}</del>;
}
