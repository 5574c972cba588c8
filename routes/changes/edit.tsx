import type { Api } from "../../lib/http.ts";
import { RequestError } from "../../lib/client/transport.ts";
import { takeIn } from "../../lib/line_diff.ts";
import { EditPage, TooLong } from "../(components)/changes/edit_page.tsx";
import { blankForm, type FormState, submit } from "../(page)/form.ts";
import { getPage, type Page, postPage, seeOther } from "../(page)/page.tsx";
import type { Visit } from "../(page)/visit.ts";

/** Characters, of some 2,500 VIPs: with more, a browser takes a tenth of a second for each key. */
const TEXT_MOST = 512 * 1024;

/** `/changes/edit`: the running configuration as YAML, to be copied or edited. Complete without JavaScript. */
export function route(api: Api): void {
  getPage(api, "/changes/edit", async (visit) => {
    const { text, revision } = await visit.client.configText();
    if (text.length > TEXT_MOST) {
      return { title: "Edit as YAML", body: <TooLong visit={visit} length={text.length} /> };
    }
    return editPage(visit, { ...stateOf(visit, text, revision), revision }, null, true);
  });

  postPage(api, "/changes/edit", async (visit, form) => {
    const text = (form.get("text") ?? "").replaceAll("\r\n", "\n");
    const edited = Number(form.get("edited") ?? NaN);
    if (form.get("act") === "merge") return await merged(visit, text, edited);
    const { applied, state } = await submit(
      visit,
      form,
      (options) => visit.client.replace(text, "yaml", options),
    );
    if (applied !== null) return seeOther("/changes", applied, visit.status.revision);
    return editPage(visit, state);
  });
}

function editPage(
  visit: Visit,
  state: FormState,
  notice: string | null = null,
  fresh = false,
): Page {
  const body = <EditPage visit={visit} state={state} notice={notice} fresh={fresh} />;
  return { title: "Edit as YAML", body, status: state.status };
}

/** @param edited The revision that the text was made of. */
function stateOf(visit: Visit, text: string, edited: number): FormState {
  return { ...blankForm(visit), values: new URLSearchParams({ text, edited: String(edited) }) };
}

/** What others changed stands in the text, too; or why not. */
async function merged(visit: Visit, text: string, edited: number): Promise<Page> {
  const now = await visit.client.configText();
  const before = await visit.client.revisionText(edited).catch((error) => {
    if (error instanceof RequestError) return null;
    throw error;
  });
  const taken = before === null ? null : takeIn(text, before, now.text);
  const revision = now.revision;
  if (taken === null) {
    const notice =
      `What others changed is about the same lines as your text: revision ${revision} ` +
      "could not be taken in. Look at it, and write it into your text yourself.";
    return editPage(visit, { ...stateOf(visit, text, edited), revision }, notice);
  }
  const notice = `Your text holds what others changed up to revision ${revision}. Look at the ` +
    "preview, then apply it.";
  return editPage(visit, { ...stateOf(visit, taken, revision), revision }, notice);
}
