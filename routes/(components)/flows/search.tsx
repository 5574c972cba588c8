import type { FormState } from "../../(page)/form.ts";
import type { Status } from "../../../lib/status.ts";
import { Choice, Field } from "../form.tsx";
import { Question } from "../question.tsx";

/** More would be no list to choose from. */
const CHOICES_MAX = 60;

export const SEARCH_FIELDS = ["address", "vip", "server", "worker"] as const;

interface SearchProps {
  state: FormState;
  status: Status;
  /** Names; not all of them where there are many. */
  vips: string[];
}

/** Which flows: whose, to what, through whom, and who remembers them. */
export function FlowSearch({ state, status, vips }: SearchProps) {
  const vip = { name: "vip", label: "VIP" };
  const workers = Array.from({ length: status.workers }, (_, index) => String(index));
  return (
    <section class="card">
      <Question
        name="flows"
        state={state}
        fields={SEARCH_FIELDS}
        action="/flows"
        class="flow-search"
      >
        <Field
          name="address"
          type="search"
          label="Client or server"
          placeholder="203.0.113.7"
          hint="An address, with its port or alone, or a prefix"
        />
        {status.vips <= CHOICES_MAX
          ? <Choice {...vip} options={optionsOf(vips, state.values.get("vip"))} />
          : <Field {...vip} placeholder="90.0.0.0/8 tcp/80" />}
        <Field name="server" label="Server" placeholder="10.0.0.1" />
        <Choice
          name="worker"
          label="Worker"
          options={optionsOf(workers, state.values.get("worker"))}
        />
        <div class="actions">
          <button type="submit" class="primary">Search</button>
          {SEARCH_FIELDS.some((name) => state.values.get(name)) ? <a href="/flows">All</a> : null}
        </div>
      </Question>
    </section>
  );
}

/** What was asked for stays there, also when it is gone. */
function optionsOf(values: string[], chosen: string | null): [string, string][] {
  const all = chosen && !values.includes(chosen) ? [...values, chosen] : values;
  return [["", "any"], ...all.map((value): [string, string] => [value, value])];
}
