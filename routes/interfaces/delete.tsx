import type { Api } from "../../lib/http.ts";
import { Actions, Form } from "../(components)/form.tsx";
import { interfaceDeleteHref, interfaceEditHref } from "../(components)/links.ts";
import { blankForm, type FormState, submit } from "../(page)/form.ts";
import { getPage, type Page, postPage, seeOther } from "../(page)/page.tsx";
import type { Visit } from "../(page)/visit.ts";

const PATH = "/interfaces/:name/delete";

/** `/interfaces/NAME/delete`: says what it would do, and closes the interface. */
export function route(api: Api): void {
  getPage(api, PATH, async (visit, c) => {
    const { name } = await visit.client.interface(c.req.param("name") ?? "");
    const preview = await visit.client.removeInterface(name, { dryRun: true });
    return deletePage(visit, name, { ...blankForm(visit), preview });
  });

  postPage(api, PATH, async (visit, form, c) => {
    const { name } = await visit.client.interface(c.req.param("name") ?? "");
    const { applied, state } = await submit(
      visit,
      form,
      (options) => visit.client.removeInterface(name, options),
    );
    if (applied !== null) return seeOther("/interfaces", applied, visit.status.revision);
    return deletePage(visit, name, state);
  });
}

function deletePage({ csrf }: Visit, name: string, state: FormState): Page {
  const body = (
    <>
      <div class="title">
        <h1>
          Remove interface <a href={interfaceEditHref(name)}>{name}</a>
        </h1>
      </div>
      <section class="card">
        <Form name="delete" state={state} action={interfaceDeleteHref(name)} csrf={csrf}>
          <Actions apply="Remove the interface" danger cancel="/interfaces" />
        </Form>
      </section>
    </>
  );
  return { title: `Remove interface ${name}`, body, status: state.status };
}
