import type { FormState } from "../../(page)/form.ts";
import type { Visit } from "../../(page)/visit.ts";
import { whole } from "../format.ts";
import { Form } from "../form.tsx";
import { Island } from "../island.tsx";
import { revisionHref } from "../links.ts";
import { type Checked, CheckResult } from "./check_result.tsx";
import { Editor } from "./editor.tsx";
import { ChangesTabs } from "./tabs.tsx";

/** Characters; checking more while somebody types would keep the program busy. */
const CHECKED_MOST = 256 * 1024;

interface EditPageProps {
  visit: Visit;
  state: FormState;
  /** What became of the last button. */
  notice: string | null;
  /** Nobody sent it yet. */
  fresh: boolean;
}

/** The configuration as YAML, what is known of it, and what can be done with it. */
export function EditPage({ visit, state, notice, fresh }: EditPageProps) {
  const admin = visit.may("admin");
  const { values, revision, problems } = state;
  // What is wrong is told with its lines, beside the text.
  const around = { ...state, problems: [] };
  return (
    <>
      <Title visit={visit} />
      {notice === null ? null : <p class="notice warn" role="alert">{notice}</p>}
      <section class="card">
        <Form name="yaml" state={around} action="/changes/edit" csrf={visit.csrf} class="yaml">
          <input type="hidden" name="edited" value={values.get("edited") ?? revision} />
          {state.conflict === null ? null : <TakeIn />}
          <div class="yaml-text">
            <Editor
              text={(values.get("text") ?? "").replaceAll("\r\n", "\n")}
              problems={problems}
              readonly={!admin}
            />
          </div>
          <div class="yaml-side">
            <div class="links">
              <a href={`${revisionHref(visit.status.revision)}/config.yaml`}>Download</a>
              <Island name="copy" props={{ from: "yaml-text", label: "Copy" }}>{null}</Island>
            </div>
            {admin
              ? <Check state={state} fresh={fresh} />
              : <p class="muted">To change it needs scope admin.</p>}
          </div>
        </Form>
      </section>
    </>
  );
}

function Title({ visit }: { visit: Visit }) {
  return (
    <div class="title">
      <h1>Edit as YAML</h1>
      <ChangesTabs visit={visit} />
    </div>
  );
}

function Check({ state, fresh }: { state: FormState; fresh: boolean }) {
  const { problems, preview, revision } = state;
  const checked: Checked | null = problems.length > 0
    ? { problems }
    : preview === null
    ? null
    : { applied: preview };
  return (
    <>
      <div class="actions">
        <button type="submit" name="act" value="preview">Preview</button>
        <button type="submit" name="act" value="apply" class="primary">Apply</button>
      </div>
      <div id="yaml-checked">
        <Island name="yaml_check" props={{ checked, revision, most: CHECKED_MOST, fresh }}>
          {checked === null ? null : <CheckResult checked={checked} />}
        </Island>
      </div>
      <p class="hint">
        The whole configuration: what is not in the text is removed. Comments and the order of lines
        are not kept once it is applied.
      </p>
    </>
  );
}

/** Somebody was faster. */
function TakeIn() {
  return (
    <div class="notice whole">
      <p>
        Sent as it is, your text undoes these changes, unless you made them, too. They can be taken
        into it:
      </p>
      <p>
        <button type="submit" name="act" value="merge">Take them into my text</button>
      </p>
    </div>
  );
}

/** A configuration that no field of a browser holds with ease: how it is edited all the same. */
export function TooLong({ visit, length }: { visit: Visit; length: number }) {
  const { revision } = visit.status;
  const file = `guideway-${revision}.yaml`;
  return (
    <>
      <Title visit={visit} />
      <section class="card blank">
        <h2>This configuration is long</h2>
        <p>
          Its YAML has {whole(length)}{" "}
          characters, more than a browser edits with ease. VIPs and settings can be changed one by
          one on their pages; the whole is edited as a file:
        </p>
        <ol>
          <li>
            <a href={`${revisionHref(revision)}/config.yaml`}>Download {file}</a>, and edit it.
          </li>
          <li>
            <code>guideway apply {file} --dry-run</code> tells what it would change.
          </li>
          <li>
            <code>guideway apply {file} --if-match {revision}</code>{" "}
            changes it, unless somebody else was faster.
          </li>
        </ol>
      </section>
    </>
  );
}
