import type { Api } from "../../lib/http.ts";
import { vipName } from "../../lib/vip_name.ts";
import { Actions, Form } from "../(components)/form.tsx";
import { vipDeleteHref, vipEditHref, vipHref } from "../(components)/links.ts";
import { VipFields } from "../(components)/vip_form.tsx";
import { blankForm, type FormState, type FormValues, submit } from "../(page)/form.ts";
import { getPage, type Page, postPage, seeOther } from "../(page)/page.tsx";
import { valuesOfVip, vipChangeOf } from "../(page)/vip_values.ts";
import type { Visit } from "../(page)/visit.ts";

const PATH = "/vips/:name/edit";

/** `/vips/NAME/edit`: changes the fields of a VIP; its servers are looked after elsewhere. */
export function route(api: Api): void {
  getPage(api, PATH, async (visit, c) => {
    const { name } = await visit.client.vip(c.req.param("name") ?? "");
    return editPage(visit, name, blankForm(visit, await valuesOf(visit, name)));
  });

  postPage(api, PATH, async (visit, form, c) => {
    const { name } = await visit.client.vip(c.req.param("name") ?? "");
    const { applied, state } = await submit(
      visit,
      form,
      async (options) => await visit.client.updateVip(name, vipChangeOf(form), options),
      () => valuesOf(visit, name),
    );
    if (applied !== null) return seeOther(vipHref(name), applied, visit.status.revision);
    return editPage(visit, name, state);
  });
}

async function valuesOf({ client }: Visit, name: string): Promise<FormValues> {
  const { config } = await client.config();
  const vip = config.vips.find((vip) => vipName(vip) === name);
  if (vip === undefined) return {};
  const { prefix: _, protocol: _protocol, port: _port, ...fields } = valuesOfVip(vip);
  return fields;
}

function editPage({ csrf, may }: Visit, name: string, state: FormState): Page {
  const body = (
    <>
      <div class="title">
        <h1>
          Edit <a href={vipHref(name)}>{name}</a>
        </h1>
        {may("admin")
          ? (
            <p class="buttons">
              <a class="button" href={`/vips/new?like=${encodeURIComponent(name)}`}>
                New one like it
              </a>
              <a class="button" href={vipDeleteHref(name)}>Delete…</a>
            </p>
          )
          : null}
      </div>
      <section class="card">
        <div class="head">
          <p>
            Prefix, protocol and port are its name and stay. What is left empty has its default.
          </p>
        </div>
        <Form name="vip" state={state} action={vipEditHref(name)} csrf={csrf} class="vip-form">
          <VipFields isNew={false} />
          {may("admin")
            ? <Actions apply="Apply" cancel={vipHref(name)} />
            : <p class="whole muted">To change a VIP needs scope admin.</p>}
        </Form>
      </section>
    </>
  );
  return { title: `Edit ${name}`, body, status: state.status };
}
