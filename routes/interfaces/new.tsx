import type { Api } from "../../lib/http.ts";
import type { Applied } from "../../lib/change.ts";
import { Actions, Form } from "../(components)/form.tsx";
import { InterfaceFields } from "../(components)/interface_form.tsx";
import { blankForm, type FormState, submit } from "../(page)/form.ts";
import { interfaceOf } from "../(page)/interface_values.ts";
import { getPage, type Page, postPage, seeOther } from "../(page)/page.tsx";
import { textOf } from "../(page)/values.ts";
import type { Visit } from "../(page)/visit.ts";
import { RefusedError } from "../../lib/refused.ts";

/** `/interfaces/new`: opens a device as an interface. */
export function route(api: Api): void {
  getPage(api, "/interfaces/new", (visit) => newPage(visit, blankForm(visit)));

  postPage(api, "/interfaces/new", async (visit, form) => {
    const name = textOf(form, "name") ?? "";
    const { applied, state } = await submit(visit, form, async (options): Promise<Applied> => {
      requireNew(visit, name);
      return await aboutName(() => visit.client.putInterface(name, interfaceOf(form), options));
    });
    if (applied === null) return await newPage(visit, state);
    return seeOther("/interfaces", applied, visit.status.revision);
  });
}

/** REST would replace one that is there, which nobody wants who fills in this form. @throws {RefusedError} */
function requireNew({ status }: Visit, name: string): void {
  if (name === "") throw wrong(400, "required");
  if (!status.interfaces.some((one) => one.name === name)) return;
  throw wrong(409, `interface ${name} is there already`);
}

/** What is wrong with the interface as a whole is its name, which is a field here. */
async function aboutName<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof RefusedError) || error.status !== 400) throw error;
    const problems = error.problems.map((one) => one.path === "" ? { ...one, path: "name" } : one);
    throw new RefusedError(error.status, problems);
  }
}

function wrong(status: 400 | 409, message: string): RefusedError {
  return new RefusedError(status, [{ path: "name", message }]);
}

async function newPage({ client, csrf, may }: Visit, state: FormState): Promise<Page> {
  const { devices } = await client.devices();
  const body = (
    <>
      <div class="title">
        <h1>New interface</h1>
      </div>
      <section class="card">
        <Form name="interface" state={state} action="/interfaces/new" csrf={csrf} class="vip-form">
          <InterfaceFields devices={devices} isNew />
          {may("admin")
            ? <Actions apply="Add the interface" cancel="/interfaces" />
            : <p class="whole muted">To add an interface needs scope admin.</p>}
        </Form>
      </section>
    </>
  );
  return { title: "New interface", body, status: state.status };
}
