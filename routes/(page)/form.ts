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
  /** What stood there before anybody typed, as it travels in the form. */
  base: string;
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

/** What stands in a form's fields, by name; an array is a field as often. */
export type FormValues = Record<string, string | number | readonly string[] | null | undefined>;

/** A form that nobody sent yet. */
export function blankForm(visit: Visit, given: FormValues = {}): FormState {
  const values = paramsOf(given);
  return {
    values,
    base: values.toString(),
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
 * @param current What a new form would hold now: where the configuration changed meanwhile, fields that nobody typed in
 * follow it, so that sending the form again undoes nothing.
 * @returns `applied` when it is done: go on with `seeOther`. Else the form to be shown again, with all that was typed.
 */
export async function submit(
  visit: Visit,
  form: URLSearchParams,
  change: (options: ApplyOptions) => Promise<Applied>,
  current?: () => Promise<FormValues>,
): Promise<{ applied: Applied; state: null } | { applied: null; state: FormState }> {
  const revision = Number(form.get("revision") ?? NaN);
  const state = sentForm(visit, form);
  if (!Number.isSafeInteger(revision)) {
    const problems = [{ path: "revision", message: "the form tells no revision" }];
    return { applied: null, state: { ...state, problems, status: 400 } };
  }
  const dryRun = form.get("act") === "preview";
  const { done, state: failed } = await attempt(
    visit,
    form,
    () => change({ ifMatch: revision, dryRun }),
  );
  if (failed?.status === 412) {
    return { applied: null, state: await meanwhile(visit, failed, revision, current) };
  }
  if (failed !== null) return { applied: null, state: failed };
  if (!dryRun) return { applied: done, state: null };
  return { applied: null, state: { ...state, preview: done } };
}

/** The same for what is no change of the configuration: it has no preview, and is about no revision. */
export async function attempt<T>(
  visit: Visit,
  form: URLSearchParams,
  act: () => Promise<T>,
): Promise<{ done: T; state: null } | { done: null; state: FormState }> {
  const state = sentForm(visit, form);
  try {
    return { done: await act(), state: null };
  } catch (error) {
    if (error instanceof RefusedError) return failed(state, error.status, error.problems);
    if (error instanceof RequestError) {
      return failed(state, error.status, [{ path: "", message: error.message }]);
    }
    throw error;
  }
}

function failed(state: FormState, status: number, problems: Problem[]) {
  return { done: null, state: { ...state, status, problems } } as const;
}

/** What was typed stays; sent again, it is about what runs now. */
async function meanwhile(
  visit: Visit,
  state: FormState,
  from: number,
  current: (() => Promise<FormValues>) | undefined,
): Promise<FormState> {
  const { revision: to } = await visit.client.status();
  const changes = await visit.client.revisionDiff(from, to).then(
    ({ changes }) => changes,
    () => null,
  );
  const fields = current === undefined ? {} : followed(state, paramsOf(await current()));
  return {
    ...state,
    ...fields,
    revision: to,
    conflict: { from, to, changes },
    problems: [],
    status: 412,
  };
}

/** Fields that nobody typed in take what is there now. */
function followed(
  { values, base }: FormState,
  now: URLSearchParams,
): Pick<FormState, "values" | "base"> {
  const before = new URLSearchParams(base);
  const next = new URLSearchParams(values);
  for (const name of new Set([...before.keys(), ...now.keys()])) {
    if (String(values.getAll(name)) !== String(before.getAll(name))) continue;
    next.delete(name);
    for (const value of now.getAll(name)) next.append(name, value);
  }
  return { values: next, base: now.toString() };
}

function sentForm(visit: Visit, form: URLSearchParams): FormState {
  return { ...blankForm(visit), values: form, base: form.get("was") ?? "" };
}

function paramsOf(values: FormValues): URLSearchParams {
  return new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) =>
      [value ?? []].flat().map((one) => [name, String(one)])
    ),
  );
}
