import { RequestError } from "../../lib/client/transport.ts";
import { CONDITIONS } from "../../lib/condition.ts";
import type { Api } from "../../lib/http.ts";
import type { ServerStatus, VipStatus } from "../../lib/status.ts";
import { ActionForm } from "../(components)/vip/action_form.tsx";
import { binsFor } from "../(components)/vip/bands.ts";
import { VipNumbers, VipTitle } from "../(components)/vip/head.tsx";
import { plainHref } from "../(components)/vip/row_actions.tsx";
import { ServersCard } from "../(components)/vip/servers_card.tsx";
import { TableCard } from "../(components)/vip/table_card.tsx";
import { WeightsPreview } from "../(components)/vip/weights_preview.tsx";
import { blankForm, type FormState, submit } from "../(page)/form.ts";
import { askedOf, listed } from "../(page)/listed.ts";
import { getPage, type Page, postPage, seeOther } from "../(page)/page.tsx";
import { actOnServer, type ServerAction, serverActionOf } from "../(page)/server_action.ts";
import type { Visit } from "../(page)/visit.ts";
import { atFields, newWeights, weightValues } from "../(page)/weights.ts";

const PATH = "/vips/:name";
/** A page of them is below 150 KB, with all that it needs. */
const SERVERS_SHOWN = 30;
/** As the configuration takes it unless something else is asked for. */
const WEIGHT = 100;

/** Which VIP the page is about, without its servers. */
interface Subject {
  vip: VipStatus;
  /** How many it has. */
  servers: number;
  /** How finely its table is drawn. */
  bins: number;
}

/** What to do where there is no server. */
const FIRST = { action: "add", server: "" } as const;

/** What the page shows besides what runs. */
interface Shown {
  /** Something that is to be done with a server. */
  form?: { action: ServerAction; server: string; state: FormState };
  weights?: FormState;
}

/** `/vips/NAME`: a VIP with its table and servers, and what can be done with them. */
export function route(api: Api): void {
  getPage(api, PATH, async (visit, c) => {
    const subject = await subjectOf(visit, c.req.param("name"));
    return await vipPage(visit, subject, await asked(visit, subject));
  });

  postPage(api, PATH, async (visit, form, c) => {
    const subject = await subjectOf(visit, c.req.param("name"));
    const wish = serverActionOf(form);
    const { applied, state } = wish === null
      ? await setWeights(visit, subject, form)
      : await act(visit, subject, wish.action, form);
    if (applied !== null) return seeOther(plainHref(visit.url), applied, visit.status.revision);
    const shown = wish === null ? { weights: state } : { form: { ...wish, state } };
    return await vipPage(visit, subject, shown);
  });
}

/** @param text Any spelling of its name. @throws {RequestError} 404 */
async function subjectOf({ client }: Visit, text = ""): Promise<Subject> {
  const { vip: name, servers } = await client.table(text);
  const { vips: [vip] } = await client.counters([name], []);
  if (vip === undefined) throw new RequestError(`no VIP ${name}`, 404);
  return { vip, servers: servers.length, bins: binsFor(vip.new_len, servers.length) };
}

/** What the address asks to be done, with what it would change: nothing needs to be typed for that. */
async function asked(visit: Visit, subject: Subject): Promise<Shown> {
  if (!visit.may("operate")) return {};
  const wish = serverActionOf(visit.url.searchParams) ?? (subject.servers === 0 ? FIRST : null);
  if (wish === null) return {};
  if (wish.action === "add") return { form: { ...wish, state: blankForm(visit) } };
  const form = new URLSearchParams({
    server: wish.server,
    revision: String(visit.status.revision),
    act: "preview",
    ...wish.action === "resume" ? { weight: String(WEIGHT) } : {},
  });
  const { state } = await act(visit, subject, wish.action, form);
  return { form: { ...wish, state: state ?? blankForm(visit) } };
}

async function act(
  visit: Visit,
  { vip, bins }: Subject,
  action: ServerAction,
  form: URLSearchParams,
) {
  return await submit(
    visit,
    form,
    (options) => actOnServer(visit.client, vip.name, action, form, { ...options, bins }),
  );
}

async function setWeights(visit: Visit, { vip: { name }, bins }: Subject, form: URLSearchParams) {
  const { client } = visit;
  const weights = newWeights(form);
  const { applied, state } = await submit(
    visit,
    form,
    (options) => client.setWeights(name, weights, { ...options, bins }),
    async () => weightValues((await client.serversOf(name)).servers),
  );
  return applied === null ? { applied, state: atFields(state, weights) } : { applied, state };
}

async function vipPage(visit: Visit, { vip, bins }: Subject, shown: Shown): Promise<Page> {
  const { client, csrf, url } = visit;
  const { name } = vip;
  const { form, weights } = shown;
  const { search, cursor } = askedOf(url);
  const chosen = CONDITIONS.find((one) => one === url.searchParams.get("condition")) ?? null;
  const condition = chosen === null ? {} : { condition: [chosen] };
  const [list, table] = await Promise.all([
    listed(
      { search, cursor },
      (query) => client.serversOf(name, { ...query, ...condition, limit: SERVERS_SHOWN }),
    ),
    client.table(name, { bins }),
  ]);
  // A preview has the table as it is, too.
  const drawn = [form?.state, weights].some((state) => (state?.preview?.tables ?? []).length > 0);
  const body = (
    <>
      <VipTitle vip={vip} admin={visit.may("admin")} />
      <VipNumbers vip={vip} />
      {form === undefined ? null : <ActionForm {...form} vip={vip} csrf={csrf} url={url} />}
      {weights?.preview ? <WeightsPreview applied={weights.preview} url={url} /> : null}
      {drawn ? null : <TableCard table={table} since={vip.table_since} />}
      <ServersCard
        vip={vip}
        list={list}
        addresses={table.servers.map(({ address }) => address)}
        slots={table.slots}
        timeout={await timeoutFor(visit, list.servers)}
        weights={weightsState(visit, weights, list.servers)}
        search={search}
        chosen={chosen}
        csrf={csrf}
        url={url}
      />
    </>
  );
  return {
    title: name,
    body,
    status: (form?.state ?? weights)?.status ?? 200,
    watch: [name],
    watchServers: list.servers.map(({ address }) => `${name} ${address}`),
  };
}

/** Seconds that a flow is remembered; asked for only where somebody drains, since it comes with a whole configuration. */
async function timeoutFor({ client }: Visit, servers: ServerStatus[]): Promise<number> {
  if (servers.every(({ state }) => state === "active")) return 0;
  return (await client.config()).config.conf.timeout;
}

function weightsState(visit: Visit, sent: FormState | undefined, servers: ServerStatus[]) {
  if (!visit.may("operate")) return null;
  return sent ?? blankForm(visit, weightValues(servers));
}
