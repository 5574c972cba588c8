import { SCOPES } from "../../lib/caller.ts";
import type { Api } from "../../lib/http.ts";
import { About } from "../(components)/about.tsx";
import { Actions, Field, Form } from "../(components)/form.tsx";
import { MadeToken, NewToken, TokenTable } from "../(components)/tokens.tsx";
import { DESCRIPTIONS } from "../../lib/config/descriptions.ts";
import type { TokenView } from "../../lib/question.ts";
import { attempt, blankForm, type FormState, submit } from "../(page)/form.ts";
import { getPage, type Page, postPage, seeOther } from "../(page)/page.tsx";
import { numberOf, textOf } from "../(page)/values.ts";
import type { Visit } from "../(page)/visit.ts";

/** Settings of the whole, in the order of the form. */
const TEXTS = [
  "ip4_src_address",
  "ip6_src_address",
  "ip4_entropy",
  "ip6_entropy",
  "hash_key",
] as const;
const NUMBERS = ["timeout", "buckets", "gue_port"] as const;

/** What the page shows besides what runs. */
interface Shown {
  conf?: FormState;
  token?: FormState;
  /** Told this once. */
  made?: { token: TokenView; secret: string };
}

/** `/settings`: settings of the whole, tokens, and what this program is. */
export function route(api: Api): void {
  getPage(api, "/settings", (visit) => settingsPage(visit, {}));
  // Forms are sent there; whoever loads such a page again, or chooses a theme on it, goes on here.
  getPage(api, "/settings/conf", () => seeOther("/settings"));
  getPage(api, "/settings/tokens", () => seeOther("/settings#tokens"));

  postPage(api, "/settings/conf", async (visit, form) => {
    const fields = {
      ...Object.fromEntries(TEXTS.map((name) => [name, textOf(form, name)])),
      ...Object.fromEntries(NUMBERS.map((name) => [name, numberOf(form, name)])),
    };
    const { applied, state } = await submit(
      visit,
      form,
      (options) => visit.client.updateConf(fields, options),
      async () => ({ ...(await visit.client.config()).config.conf }),
    );
    if (applied !== null) return seeOther("/settings", applied, visit.status.revision);
    return await settingsPage(visit, { conf: state });
  });

  postPage(api, "/settings/tokens", async (visit, form) => {
    const name = textOf(form, "name") ?? "";
    const scope = SCOPES.find((one) => one === form.get("scope")) ?? "read";
    const { done, state } = await attempt(
      visit,
      form,
      () => visit.client.addToken(name, scope, endOf(form)),
    );
    return await settingsPage(visit, done === null ? { token: state } : { made: done });
  });

  postPage(api, "/settings/tokens/:name/revoke", async (visit, _form, c) => {
    await visit.client.revokeToken(c.req.param("name") ?? "");
    return seeOther("/settings#tokens");
  });
}

/** The end of the day that was chosen; null: never. */
function endOf(form: URLSearchParams): string | null {
  const day = textOf(form, "expires");
  return day === null ? null : `${day}T23:59:59Z`;
}

async function settingsPage(visit: Visit, { conf, token, made }: Shown): Promise<Page> {
  const { client, status, csrf } = visit;
  const admin = visit.may("admin");
  const [{ config }, tokens, counters] = await Promise.all([
    client.config(),
    admin ? client.tokens().then(({ tokens }) => tokens) : null,
    client.counters([]),
  ]);
  const state = conf ?? blankForm(visit, { ...config.conf });
  const body = (
    <>
      <div class="title">
        <h1>Settings</h1>
      </div>
      {made === undefined ? null : <MadeToken {...made} />}
      <section class="card">
        <div class="head">
          <h2>Of the whole</h2>
          <p>What is left empty has its default.</p>
        </div>
        <Form name="conf" state={state} action="/settings/conf" csrf={csrf}>
          {[...TEXTS, ...NUMBERS].map((name) => (
            <Field key={name} name={name} label={name} hint={DESCRIPTIONS[`conf.${name}`] ?? ""} />
          ))}
          {admin
            ? <Actions apply="Apply" />
            : <p class="whole muted">To change them needs scope admin.</p>}
        </Form>
      </section>
      {tokens === null ? null : (
        <section class="card" id="tokens">
          <div class="head">
            <h2>Tokens</h2>
            <p>Who may ask from elsewhere than this machine.</p>
          </div>
          <TokenTable tokens={tokens} csrf={csrf} />
          <NewToken state={token ?? blankForm(visit, { scope: "read" })} csrf={csrf} />
        </section>
      )}
      <About status={status} workers={counters.workers} />
    </>
  );
  return { title: "Settings", body, status: (conf ?? token)?.status ?? 200 };
}
