import type { Api } from "../../lib/http.ts";
import { Actions, Form } from "../(components)/form.tsx";
import { InterfaceFields } from "../(components)/interface_form.tsx";
import { interfaceDeleteHref, interfaceEditHref } from "../(components)/links.ts";
import { blankForm, type FormState, type FormValues, submit } from "../(page)/form.ts";
import { interfaceOf, valuesOfInterface } from "../(page)/interface_values.ts";
import { getPage, type Page, postPage, seeOther } from "../(page)/page.tsx";
import type { Visit } from "../(page)/visit.ts";

const PATH = "/interfaces/:name/edit";

/** `/interfaces/NAME/edit`: changes an interface, or opens another device in its place. */
export function route(api: Api): void {
  getPage(api, PATH, async (visit, c) => {
    const { name } = await visit.client.interface(c.req.param("name") ?? "");
    return await editPage(visit, name, blankForm(visit, await valuesOf(visit, name)));
  });

  postPage(api, PATH, async (visit, form, c) => {
    const { name } = await visit.client.interface(c.req.param("name") ?? "");
    const { applied, state } = await submit(
      visit,
      form,
      async (options) => await visit.client.putInterface(name, interfaceOf(form), options),
      () => valuesOf(visit, name),
    );
    if (applied !== null) return seeOther("/interfaces", applied, visit.status.revision);
    return await editPage(visit, name, state);
  });
}

async function valuesOf({ client }: Visit, name: string): Promise<FormValues> {
  const { config } = await client.config();
  const found = config.interfaces[name];
  return found === undefined ? {} : valuesOfInterface(found);
}

async function editPage(
  { client, csrf, may }: Visit,
  name: string,
  state: FormState,
): Promise<Page> {
  const { devices } = await client.devices();
  const body = (
    <>
      <div class="title">
        <h1>Edit interface {name}</h1>
        {may("admin")
          ? (
            <p class="buttons">
              <a class="button" href={interfaceDeleteHref(name)}>Remove…</a>
            </p>
          )
          : null}
      </div>
      <section class="card">
        <Form
          name="interface"
          state={state}
          action={interfaceEditHref(name)}
          csrf={csrf}
          class="vip-form"
        >
          <InterfaceFields devices={devices} isNew={false} />
          {may("admin")
            ? <Actions apply="Apply" cancel="/interfaces" />
            : <p class="whole muted">To change an interface needs scope admin.</p>}
        </Form>
      </section>
    </>
  );
  return { title: `Edit interface ${name}`, body, status: state.status };
}
