/**
 * What is told of a change that was carried out: to its asker, in its revision, and in the log.
 *
 * @module
 */
import type { Caller } from "../caller.ts";
import type { Accepted, Applied, Change, Plan } from "../change.ts";
import type { Config } from "../config.ts";
import { type Difference, differences } from "../config/diff.ts";
import { differencesWords } from "../config/diff_words.ts";
import { log } from "../log.ts";
import type { Running } from "../running.ts";

/** So many places of a change are told with its revision. */
const PLACES_MOST = 5;

/** The kind of a change, as its revision and events tell it. */
export function commentOf(change: Change): string {
  return change.kind === "rollback" ? `rollback to ${change.revision}` : change.kind;
}

/** What its asker hears of a change. Differences are found when asked for, once. */
export function accepted(
  before: Running,
  revision: number,
  after: Config,
  rest: Omit<Applied, "revision">,
): Accepted {
  let found: Difference[] | null = null;
  return {
    revision,
    ...rest,
    before: before.revision,
    differences: () => found ??= differences(before.config, after),
  };
}

/** What a change did, in a few words. */
export function whatWords(done: Accepted): string {
  return differencesWords(done.differences(), PLACES_MOST);
}

/** One line for a change that runs. */
export function logChange(
  kind: string,
  revision: number,
  plan: Plan,
  what: string,
  { who, origin }: Caller,
): void {
  log("change", {
    revision,
    change: kind,
    who,
    from: origin,
    ...what && { what },
    vips_added: plan.added.length,
    vips_removed: plan.removed.length,
    vips_changed: plan.vips.length,
    settings_changed: plan.settings.length + plan.interfaces_added.length +
      plan.interfaces_removed.length,
  });
}
