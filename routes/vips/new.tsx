import type { Api } from "../../lib/http.ts";
import { vipName } from "../../lib/vip_name.ts";
import { Actions, Form } from "../(components)/form.tsx";
import { vipHref } from "../(components)/links.ts";
import { VipFields } from "../(components)/vip_form.tsx";
import { blankForm, type FormState, type FormValues, submit } from "../(page)/form.ts";
import { getPage, type Page, postPage, seeOther } from "../(page)/page.tsx";
import { newVipOf, valuesLike } from "../(page)/vip_values.ts";
import type { Visit } from "../(page)/visit.ts";

const FIRST: FormValues = { encap: "gre4", icmp_echo: "reply" };

/** `/vips/new`: makes a VIP; with `?like=NAME` one like another. */
export function route(api: Api): void {
  getPage(api, "/vips/new", async (visit) => {
    const like = visit.url.searchParams.get("like");
    const values = like === null ? FIRST : await valuesOf(visit, like);
    return newPage(visit, blankForm(visit, values));
  });

  postPage(api, "/vips/new", async (visit, form) => {
    const { applied, state } = await submit(
      visit,
      form,
      async (options) => await visit.client.addVip(newVipOf(form), options),
    );
    if (applied === null) return newPage(visit, state);
    const [name] = applied.plan.added;
    return seeOther(name === undefined ? "/vips" : vipHref(name), applied, visit.status.revision);
  });
}

/** What is there no more is no model. */
async function valuesOf({ client }: Visit, like: string): Promise<FormValues> {
  const { config } = await client.config();
  const vip = config.vips.find((vip) => vipName(vip) === like);
  return vip === undefined ? FIRST : valuesLike(vip);
}

function newPage({ csrf, may }: Visit, state: FormState): Page {
  const body = (
    <>
      <div class="title">
        <h1>New VIP</h1>
      </div>
      <section class="card">
        <Form name="vip" state={state} action="/vips/new" csrf={csrf} class="vip-form">
          <VipFields isNew />
          {may("admin")
            ? <Actions apply="Add the VIP" cancel="/vips" />
            : <p class="whole muted">To add a VIP needs scope admin.</p>}
        </Form>
      </section>
    </>
  );
  return { title: "New VIP", body, status: state.status };
}
