import type { FormState } from "../../(page)/form.ts";
import type { ServerAction } from "../../(page)/server_action.ts";
import { ENCAP_KINDS } from "../../../lib/config/encaps.ts";
import type { VipStatus } from "../../../lib/status.ts";
import { Actions, Check, Field, Form, TextField } from "../form.tsx";
import { actionHref, plainHref } from "./row_actions.tsx";

interface ActionFormProps {
  vip: VipStatus;
  action: ServerAction;
  /** Address; empty where it is about new ones. */
  server: string;
  state: FormState;
  csrf: string;
  url: URL;
}

/** Something that is to be done with a server, and what it would change. */
export function ActionForm({ vip, action, server, state, csrf, url }: ActionFormProps) {
  const { title, text, apply, danger = false } = WORDS[action];
  const to = actionHref(url, action, action === "add" ? undefined : server);
  return (
    <section class="card" id="do">
      <div class="head">
        <h2>{title(server)}</h2>
        <p>{text}</p>
      </div>
      <Form name="do" state={state} action={to} csrf={csrf}>
        <input type="hidden" name="do" value={action} />
        {action === "add"
          ? <NewServers vip={vip} />
          : <input type="hidden" name="server" value={server} />}
        {action === "resume"
          ? <Field name="weight" label="Weight" hint="1 to 100" type="number" min={1} max={100} />
          : null}
        {action === "remove"
          ? (
            <Check
              name="flush"
              label="Forget its flows at once"
              hint="Else they go on until they end, and the server is shown until then."
            />
          )
          : null}
        <Actions apply={apply} danger={danger} cancel={plainHref(url)} />
      </Form>
    </section>
  );
}

function NewServers({ vip }: { vip: VipStatus }) {
  const six = ENCAP_KINDS[vip.encap].servers === 6;
  const example = six ? "2001:db8::7 or 2001:db8::7 50" : "10.0.0.7 or 10.0.0.7 50";
  return (
    <TextField
      name="servers"
      label="Servers"
      rows={3}
      hint={`One a line: its address, behind it its weight if that is not 100, such as ${example}`}
      required
    />
  );
}

interface Words {
  title(server: string): string;
  text: string;
  apply: string;
  danger?: boolean;
}

const WORDS: Record<ServerAction, Words> = {
  add: {
    title: () => "Add servers",
    text: "They take new flows at once; flows that are there stay where they are.",
    apply: "Add",
  },
  drain: {
    title: (server) => `Drain ${server}`,
    text: "It gets weight 0: no new flow goes there, and those it has go on until they end.",
    apply: "Drain",
  },
  resume: {
    title: (server) => `Resume ${server}`,
    text: "It takes new flows again.",
    apply: "Resume",
  },
  flush: {
    title: (server) => `Flush ${server}`,
    text: "Its flows are forgotten: their next packets go where the table says.",
    apply: "Flush",
    danger: true,
  },
  remove: {
    title: (server) => `Remove ${server}`,
    text: "It leaves the VIP.",
    apply: "Remove",
    danger: true,
  },
};
