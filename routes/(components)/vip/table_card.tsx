import type { TableView } from "../../../lib/question.ts";
import { moment, whole } from "../format.ts";
import { bandsOf, binsOfTable } from "./bands.ts";
import { Strip } from "./strip.tsx";

/** A VIP's new-connection table as it is, and since when. */
export function TableCard({ table, since }: { table: TableView; since: string }) {
  const { slots, servers, bins } = table;
  const each = Math.round(slots / Math.max(1, bins?.length ?? 1));
  const bands = bandsOf(servers.map(({ address }) => address));
  return (
    <section class="card" id="vip-table" data-region>
      <div class="head">
        <h2>New-connection table</h2>
        <p>
          {slots === 0 ? null : (
            <>
              since <time datetime={since}>{moment(since)}</time> UTC; {whole(slots)}{" "}
              slots in their order, {each} a column
              {bands.length < servers.length
                ? `; ${whole(servers.length)} servers in ${bands.length} groups`
                : ""}
            </>
          )}
        </p>
      </div>
      {slots === 0
        ? <p class="under reason">No server has a weight: packets that begin a flow are dropped.</p>
        : <Strip bins={binsOfTable(table)} bands={bands} label="New-connection table" />}
    </section>
  );
}
