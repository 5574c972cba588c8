import type { Applied, Crowded, Effects, VipPlan } from "../../lib/change.ts";
import { percent, whole } from "./format.ts";
import type { Lead } from "./lead.ts";
import { StripPreview } from "./vip/strip_preview.tsx";

/** Nobody reads more lines. */
const LINES_MOST = 100;
/** More would be a long page; the words tell of all. */
const TABLES_DRAWN = 3;

/** What a change would do, in words, and over the tables that it moves. */
export function PlanView({ applied, lead }: { applied: Applied; lead?: Lead | undefined }) {
  const { plan, effects, revision, tables = [] } = applied;
  const lines = [
    ...plan.added.map((vip) => `VIP ${vip} is added.`),
    ...plan.removed.map((vip) => `VIP ${vip} is removed; its packets are no longer forwarded.`),
    ...plan.vips.map(vipWords),
    ...plan.interfaces_added.map((name) => `Interface ${name} is added.`),
    ...plan.interfaces_removed.map((name) =>
      `Interface ${name} is removed; its packets are left to the kernel, where it has them.`
    ),
    ...plan.settings.map((path) => `${path} changes.`),
  ];
  return (
    <section class="preview" role="status" aria-label="Preview" {...lead}>
      <h3>Preview: nothing changed yet, revision {revision} runs</h3>
      <ul>
        {lines.length === 0 ? <li>The configuration stays as it is.</li> : null}
        {lines.slice(0, LINES_MOST).map((line) => <li key={line}>{line}</li>)}
        <More count={lines.length - LINES_MOST} />
        {effects.vips.slice(0, LINES_MOST).map((vip) => (
          <li key={vip.vip} class="loss">{flowWords(vip)}</li>
        ))}
        <More count={effects.vips.length - LINES_MOST} />
        {effects.flows_affected === 0 ? <li>No established flow is affected.</li> : null}
        {effects.crowded.slice(0, LINES_MOST).map((one) => (
          <li key={`${one.vip} ${one.address}`} class="loss">{crowdWords(one)}</li>
        ))}
        <More count={effects.crowded.length - LINES_MOST} />
      </ul>
      {tables.slice(0, TABLES_DRAWN).map((table) => (
        <StripPreview
          key={table.vip}
          change={table}
        />
      ))}
    </section>
  );
}

function More({ count }: { count: number }) {
  return count <= 0 ? null : <li class="muted">And {whole(count)} more like these.</li>;
}

function vipWords(vip: VipPlan): string {
  const parts = [
    ...vip.added.map((address) => `${address} is added`),
    ...vip.removed.map((address) => `${address} is removed`),
    ...vip.reweighted.map(({ address, from, to }) => `${address} gets weight ${to} after ${from}`),
    ...vip.changed.map((field) => `${field} changes`),
    vip.slots_moved === 0
      ? "no slot moves"
      : `${whole(vip.slots_moved)} of ${whole(vip.slots)} slots move (${
        percent(vip.slots_moved, vip.slots)
      })`,
  ];
  return `${vip.vip}: ${parts.join(", ")}.`;
}

const REASONS: Record<Effects["vips"][number]["reason"], string> = {
  removed: "the VIP is removed",
  flushed: "they are forgotten",
  encap: "their encap changes",
  target_port: "their port changes",
  src_ip_sticky: "stickiness changes",
};

function flowWords({ vip, flows, flows_affected, reason }: Effects["vips"][number]): string {
  return `${vip}: ${whole(flows_affected)} of ${whole(flows)} established flows are affected: ${
    REASONS[reason]
  }.`;
}

function crowdWords({ vip, address, times }: Crowded): string {
  return `${vip}: ${address} gets ${times.toFixed(2)} times its share of new flows; a larger ` +
    "new_len helps.";
}
