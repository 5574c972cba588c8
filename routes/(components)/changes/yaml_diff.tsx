import type { DiffBlock, YamlDiff as Diff } from "../../../lib/config/yaml_diff.ts";
import type { DiffLine } from "../../../lib/line_diff.ts";
import { whole } from "../format.ts";

/** Unchanged lines that stand around changed ones. */
const AROUND = 3;
/** Longer runs are told, not shown: they would make the page heavy. */
const FOLDED_MOST = 400;

/** What differs between two configurations, as lines of YAML with signs. */
export function YamlDiff({ diff: { blocks, alike, more } }: { diff: Diff }) {
  return (
    <div class="yaml-diff">
      {blocks.map((block) => <Block key={block.vip ?? ""} block={block} />)}
      {more === 0 ? null : <p class="under">{vips(more)} more differ; the list above has them.</p>}
      {alike === 0 ? null : <p class="under">{vips(alike)} alike.</p>}
    </div>
  );
}

function vips(count: number): string {
  return count === 1 ? "1 VIP" : `${whole(count)} VIPs`;
}

function Block({ block: { vip, lines } }: { block: DiffBlock }) {
  return (
    <section>
      <h3>{vip === null ? "Settings and interfaces" : `VIP ${vip}`}</h3>
      <div class="lines" role="group" tabindex={0} aria-label={`YAML of ${vip ?? "the settings"}`}>
        {runsOf(lines).map((run, at) =>
          run.folded
            ? <Folded key={at} lines={run.lines} />
            : run.lines.map((line, i) => <Line key={`${at}.${i}`} line={line} />)
        )}
      </div>
    </section>
  );
}

function Folded({ lines }: { lines: DiffLine[] }) {
  const words = `${whole(lines.length)} unchanged lines`;
  if (lines.length > FOLDED_MOST) return <p class="fold">{words}</p>;
  return (
    <details>
      <summary class="fold">{words}</summary>
      {lines.map((line, at) => <Line key={at} line={line} />)}
    </details>
  );
}

const KINDS = { "+": "come", "-": "go", " ": "stay" };
const SPOKEN = { "+": "added: ", "-": "removed: ", " ": "" };

function Line({ line: { sign, text } }: { line: DiffLine }) {
  return (
    <div class={KINDS[sign]}>
      <span aria-hidden="true">{sign === "-" ? "−" : sign}</span>
      {SPOKEN[sign] === "" ? null : <span class="unseen">{SPOKEN[sign]}</span>}
      <code>{text}</code>
    </div>
  );
}

/** Lines that are shown, and those between that are folded. */
function runsOf(lines: DiffLine[]): { folded: boolean; lines: DiffLine[] }[] {
  const shown = new Set<number>();
  lines.forEach(({ sign }, at) => {
    if (sign === " ") return;
    for (let near = at - AROUND; near <= at + AROUND; near++) shown.add(near);
  });
  const runs: { folded: boolean; lines: DiffLine[] }[] = [];
  lines.forEach((line, at) => {
    const folded = !shown.has(at);
    const last = runs.at(-1);
    if (last?.folded === folded) last.lines.push(line);
    else runs.push({ folded, lines: [line] });
  });
  // A fold of a line or two saves nothing.
  return runs.map((run) => run.lines.length < 3 ? { ...run, folded: false } : run);
}
