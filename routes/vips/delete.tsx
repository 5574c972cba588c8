import type { ApplyOptions } from "../../lib/change.ts";
import type { Api } from "../../lib/http.ts";
import { Actions, Check, Form } from "../(components)/form.tsx";
import { vipDeleteHref, vipHref } from "../(components)/links.ts";
import { blankForm, type FormState, submit } from "../(page)/form.ts";
import { getPage, type Page, postPage, seeOther } from "../(page)/page.tsx";
import { flagOf } from "../(page)/values.ts";
import type { Visit } from "../(page)/visit.ts";

const PATH = "/vips/:name/delete";

/** `/vips/NAME/delete`: says what it would do, and deletes the VIP. */
export function route(api: Api): void {
  getPage(api, PATH, async (visit, c) => {
    const { name } = await visit.client.vip(c.req.param("name") ?? "");
    const preview = await visit.client.removeVip(name, { dryRun: true });
    return deletePage(visit, name, { ...blankForm(visit), preview });
  });

  postPage(api, PATH, async (visit, form, c) => {
    const { name } = await visit.client.vip(c.req.param("name") ?? "");
    const flush = flagOf(form, "flush");
    const remove = (options: ApplyOptions) =>
      visit.client.removeVip(name, { ...options, ...flush ? { flush } : {} });
    const { applied, state } = await submit(visit, form, remove);
    if (applied !== null) return seeOther("/vips", applied, visit.status.revision);
    return deletePage(visit, name, state);
  });
}

function deletePage({ csrf }: Visit, name: string, state: FormState): Page {
  const body = (
    <>
      <div class="title">
        <h1>
          Delete <a href={vipHref(name)}>{name}</a>
        </h1>
      </div>
      <section class="card">
        <Form name="delete" state={state} action={vipDeleteHref(name)} csrf={csrf}>
          <div class="whole">
            <Check
              name="flush"
              label="Forget its flows at once"
              hint="Else they are remembered until they end: the same VIP, made again soon, goes on with them."
            />
          </div>
          <Actions apply="Delete the VIP" danger cancel={vipHref(name)} />
        </Form>
      </section>
    </>
  );
  return { title: `Delete ${name}`, body, status: state.status };
}
