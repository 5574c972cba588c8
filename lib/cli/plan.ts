import type { Applied, Effects, Plan, VipPlan } from "../change.ts";
import { print, printJson, say } from "./output.ts";

/** Prints what a change did or would do; as JSON the whole answer. */
export function printApplied(applied: Applied, json: boolean | undefined): void {
  if (json) return printJson(applied);
  const lines = [...describePlan(applied.plan), ...describeEffects(applied.effects)];
  print(lines.join("\n"));
  if (lines.length === 0) return say(`nothing changes; revision ${applied.revision} runs`);
  say(
    applied.dry_run
      ? `dry run: nothing was changed, revision ${applied.revision} runs`
      : `revision ${applied.revision} runs`,
  );
  if (applied.store_problem !== null) {
    say(`it is not stored yet, which is tried again: ${applied.store_problem}`);
  }
}

/** Prints what was forgotten; a flush is no change that a plan would show. */
export function printFlushed(applied: Applied, json: boolean | undefined, what: string): void {
  if (json) return printJson(applied);
  say(applied.dry_run ? `dry run: ${what} was not flushed` : `${what}: its flows are forgotten`);
}

/** A plan as lines of text; none when nothing changes. */
export function describePlan(plan: Plan): string[] {
  return [
    ...plan.added.map((vip) => `${vip}  VIP added`),
    ...plan.removed.map((vip) => `${vip}  VIP removed`),
    ...plan.vips.map(describeVip),
    ...plan.interfaces_added.map((name) => `interfaces.${name}  added`),
    ...plan.interfaces_removed.map((name) => `interfaces.${name}  removed`),
    ...plan.settings.map((path) => `${path}  changed`),
  ];
}

function describeEffects({ vips, crowded }: Effects): string[] {
  return [
    ...vips.map(({ vip, flows, flows_affected, reason }) =>
      `${vip}  ${flows_affected} of ${flows} established flows affected (${WORDS[reason]})`
    ),
    ...crowded.map(({ vip, address, times }) =>
      `${vip}  ${address} gets ${
        times.toFixed(2)
      } times its share of new flows; a larger new_len helps`
    ),
  ];
}

const WORDS: Record<Effects["vips"][number]["reason"], string> = {
  removed: "the VIP is removed",
  flushed: "flushed",
  encap: "another encap",
  target_port: "another target_port",
  src_ip_sticky: "src_ip_sticky changed",
};

function describeVip(vip: VipPlan): string {
  return [
    vip.vip,
    ...vip.added.map((address) => `+${address}`),
    ...vip.removed.map((address) => `-${address}`),
    ...vip.reweighted.map(({ address, from, to }) => `${address} weight ${from} to ${to}`),
    ...vip.changed.map((field) => `${field} changed`),
    `slots moved ${vip.slots_moved} of ${vip.slots} (${(vip.share * 100).toFixed(1)} %)`,
  ].join("  ");
}
