import { useEffect, useState } from "preact/hooks";
import { type Checked, CheckResult } from "../(components)/changes/check_result.tsx";
import { onEvent } from "./live/stream.ts";
import { Checker, type CheckState } from "./yaml/checker.ts";
import { type Draft, forgetDraft } from "./yaml/draft.ts";
import { goToLine } from "./yaml/editor.ts";
import { takeDraft, unusedDraft, watchField } from "./yaml/field.ts";

interface CheckProps {
  /** What the server found already. */
  checked: Checked | null;
  /** The revision that the text is about. */
  revision: number;
  /** Longer texts are not checked while somebody types. */
  most: number;
  /** Nobody sent it yet. */
  fresh: boolean;
}

/** Says what the text would change or what is wrong with it, while it is typed. */
export default function YamlCheck({ checked, revision, most, fresh }: CheckProps) {
  const [state, setState] = useState<CheckState>({ phase: "still", checked });
  const [newer, setNewer] = useState<{ revision: number; who: string } | null>(null);
  const [draft, setDraft] = useState(() => fresh ? unusedDraft() : forgetDraft());
  useEffect(() => watchField(new Checker(most, checked, setState)), []);
  useEffect(() => onEvent("change", (made) => made.revision > revision && setNewer(made)), []);
  return (
    <div onClick={leadToLine}>
      {draft === null ? null : <Kept draft={draft} done={() => setDraft(null)} />}
      {newer === null ? null : <Newer {...newer} />}
      <p class="check-state muted" role="status">{WORDS[state.phase]}</p>
      {state.checked === null ? null : <CheckResult checked={state.checked} />}
    </div>
  );
}

const WORDS: Record<CheckState["phase"], string> = {
  still: "Checked as you type.",
  waiting: "Checking…",
  right: "This can be applied.",
  wrong: "This cannot be applied yet.",
  long: "This text is long: Preview checks it.",
  gone: "Not checked: the program does not answer.",
};

function Newer({ revision, who }: { revision: number; who: string }) {
  return (
    <div class="notice warn" role="alert">
      <p>
        {who} made <a href={`/changes/${revision}`} target="_blank">revision {revision}</a>{" "}
        meanwhile. Apply shows what it changed and keeps your text.
      </p>
    </div>
  );
}

function Kept({ draft, done }: { draft: Draft; done: () => void }) {
  const take = () => {
    takeDraft(draft);
    done();
  };
  const forget = () => {
    forgetDraft();
    done();
  };
  return (
    <div class="notice" role="status">
      <p>A text that you typed before was not applied. It is still here.</p>
      <p class="actions">
        <button type="button" onClick={take}>Bring it back</button>
        <button type="button" onClick={forget}>Forget it</button>
      </p>
    </div>
  );
}

function leadToLine(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const line = /^#line-(\d+)$/.exec(link?.getAttribute("href") ?? "")?.[1];
  if (line === undefined) return;
  event.preventDefault();
  goToLine(Number(line));
}
