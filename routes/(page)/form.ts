/**
 * Forms that change something: what was typed, what became of it, and what to do next.
 *
 * @module
 */
import type { Applied, ApplyOptions } from "../../lib/change.ts";
import { RequestError } from "../../lib/client/transport.ts";
import type { Difference } from "../../lib/config/diff.ts";
import { type Problem, RefusedError } from "../../lib/refused.ts";
import type { Visit } from "./visit.ts";

/** What others changed between a form's page and its being sent. */
export interface Conflict {
  from: number;
  to: number;
  /** Null: the older revision is no longer known. */
  changes: Difference[] | null;
}

/** A form as it is to be drawn. */
export interface FormState {
  /** What stands in its fields. */
  values: URLSearchParams;
  /** The revision that it is about: it changes no other. */
  revision: number;
  /** Why it was refused. */
  problems: Problem[];
  conflict: Conflict | null;
  /** What it would change. */
  preview: Applied | null;
  /** HTTP's, of the page that shows it. */
  status: number;
}

/** A form that nobody sent yet; a value that is an array is a field as often. */
export function blankForm(
  visit: Visit,
  values: Record<string, string | number | readonly string[] | null | undefined> = {},
): FormState {
  const given = Object.entries(values).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => [name, String(one)])
  );
  return {
    values: new URLSearchParams(given),
    revision: visit.status.revision,
    problems: [],
    conflict: null,
    preview: null,
    status: 200,
  };
}

/**
 * Carries a form's change out; for its `Preview` button only says what it would do.
 *
 * @returns `applied` when it is done: go on with `seeOther`. Else the form to be shown again, with all that was typed.
 */
export async function submit(
  visit: Visit,
  form: URLSearchParams,
  change: (options: ApplyOptions) => Promise<Applied>,
): Promise<{ applied: Applied; state: null } | { applied: null; state: FormState }> {
  const revision = Number(form.get("revision") ?? NaN);
  const state: FormState = { ...blankForm(visit), values: form };
  if (!Number.isSafeInteger(revision)) {
    return refuse(state, 400, [{ path: "revision", message: "the form tells no revision" }]);
  }
  try {
    const dryRun = form.get("act") === "preview";
    const applied = await change({ ifMatch: revision, dryRun });
    if (!dryRun) return { applied, state: null };
    return { applied: null, state: { ...state, preview: applied } };
  } catch (error) {
    if (error instanceof RefusedError && error.status === 412) {
      return { applied: null, state: await meanwhile(visit, state, revision) };
    }
    if (error instanceof RefusedError) return refuse(state, error.status, error.problems);
    if (error instanceof RequestError) {
      return refuse(state, error.status, [{ path: "", message: error.message }]);
    }
    throw error;
  }
}

/** Refuses what cannot even be asked for, such as letters where a number belongs. */
export function refused(visit: Visit, form: URLSearchParams, problems: Problem[]): FormState {
  return { ...blankForm(visit), values: form, problems, status: 400 };
}

function refuse(state: FormState, status: number, problems: Problem[]) {
  return { applied: null, state: { ...state, status, problems } } as const;
}

/** What was typed stays; sent again, it is about what runs now. */
async function meanwhile(visit: Visit, state: FormState, from: number): Promise<FormState> {
  const { revision: to } = await visit.client.status();
  const changes = await visit.client.revisionDiff(from, to).then(
    ({ changes }) => changes,
    () => null,
  );
  return { ...state, revision: to, conflict: { from, to, changes }, status: 412 };
}
