import type { FormState } from "../../(page)/form.ts";
import { lineCount, LineNotes, LineNumbers } from "./marks.tsx";

interface EditorProps {
  text: string;
  problems: FormState["problems"];
  readonly: boolean;
}

/** Empty lines that can be written to where a browser cannot let the field grow. */
const SPARE = 3;

/** A text with numbered lines, as high as it is long; what is around it scrolls. Ids are for the scripts. */
export function Editor({ text, problems, readonly }: EditorProps) {
  const lines = lineCount(text);
  return (
    <div class="editor" id="yaml-editor">
      <pre class="gutter" aria-hidden="true" id="yaml-numbers"><LineNumbers
        count={lines}
        problems={problems}
      /></pre>
      <textarea
        id="yaml-text"
        name="text"
        aria-label="The configuration as YAML"
        aria-describedby="yaml-checked"
        aria-invalid={problems.length > 0 ? "true" : undefined}
        rows={lines + SPARE}
        wrap="off"
        spellcheck={false}
        autocapitalize="off"
        readOnly={readonly}
      >
        {/* Browsers drop a line break that comes first. */}
        {`\n${text}`}
      </textarea>
      <pre class="notes" aria-hidden="true" id="yaml-notes"><LineNotes
        text={text}
        problems={problems}
      /></pre>
    </div>
  );
}
