import type { Condition } from "../../../lib/condition.ts";
import type { ServerListView } from "../../../lib/question.ts";
import { CONDITION_WORDS } from "../condition.tsx";
import { ConditionFilter } from "../condition_filter.tsx";
import { Form } from "../form.tsx";
import { whole } from "../format.ts";
import { ListPages } from "../list_pages.tsx";
import { Search } from "../search.tsx";
import { actionHref, plainHref } from "./row_actions.tsx";
import { ServerRows, type ServerRowsProps } from "./server_rows.tsx";

/** Fewer are looked through without help. */
const MANY = 12;

interface ServersCardProps extends Omit<ServerRowsProps, "servers"> {
  list: ServerListView;
  search: string;
  chosen: Condition | null;
  csrf: string;
}

/** The servers of a VIP; their weights are one form, so that several change at once. */
export function ServersCard(props: ServersCardProps) {
  const { list, search, chosen, weights, csrf, url } = props;
  const rows = <ServerRows {...props} servers={list.servers} />;
  const all = Object.values(list.conditions).reduce((sum, one) => sum + one, 0);
  const sent = weights !== null &&
    (weights.preview !== null || weights.problems.length > 0 || weights.conflict !== null);
  const asked = search !== "" || chosen !== null;
  return (
    <>
      {all > MANY || asked ? <Finder {...props} /> : null}
      <section
        class="card"
        id="vip-servers"
        // What was sent and not done stays, whatever happens meanwhile.
        data-region={sent ? undefined : true}
      >
        <div class="head">
          <h2>Servers</h2>
          <p>{whole(list.total)}</p>
          {weights === null
            ? null
            : <a class="button" href={actionHref(url, "add")}>Add servers</a>}
        </div>
        {list.servers.length === 0
          ? <p class="under">{asked ? noneWords(search, chosen) : "No server yet."}</p>
          : weights === null
          ? rows
          : (
            <Form
              name="weights"
              state={{ ...weights, preview: null }}
              action={`${plainHref(url)}#do`}
              csrf={csrf}
              class="plain"
            >
              {rows}
              <div class="actions bar-below">
                <span class="muted">Weights:</span>
                <button type="submit" name="act" value="preview">Preview</button>
                <button type="submit" name="act" value="apply" class="primary">Apply</button>
              </div>
            </Form>
          )}
      </section>
      <ListPages place={list} shown={list.servers.length} url={url} what="servers" />
    </>
  );
}

function Finder({ list, search, chosen, url }: ServersCardProps) {
  return (
    <div class="finder">
      <Search
        action={url.pathname}
        search={search}
        label="Search the VIP's servers"
        placeholder="10.0.0.1"
        kept={chosen === null ? {} : { condition: chosen }}
      />
      <ConditionFilter
        counts={list.conditions}
        chosen={chosen}
        search={search}
        path={url.pathname}
      />
    </div>
  );
}

function noneWords(search: string, chosen: Condition | null): string {
  const which = chosen === null ? "" : ` that is ${CONDITION_WORDS[chosen]}`;
  return `No server${which}${search === "" ? "" : ` holds “${search}”`}.`;
}
