/**
 * What a page is asked in its address by a form that is sent by GET: it can be linked, and changes nothing.
 *
 * @module
 */
import { RequestError } from "../../lib/client/transport.ts";
import { RefusedError } from "../../lib/refused.ts";
import { blankForm, type FormState } from "./form.ts";
import type { Visit } from "./visit.ts";

/** A form as it was sent, and what it was answered; null: nothing, or that it makes no sense, as the form tells. */
export interface Answered<T> {
  state: FormState;
  answer: T | null;
}

/** @param ask Null: nothing was asked yet. */
export async function answered<T>(
  visit: Visit,
  ask: (() => Promise<T>) | null,
): Promise<Answered<T>> {
  const state = { ...blankForm(visit), values: visit.url.searchParams };
  if (ask === null) return { state, answer: null };
  try {
    return { state, answer: await ask() };
  } catch (error) {
    if (!(error instanceof RequestError || error instanceof RefusedError)) throw error;
    // The form itself tells what is wrong in it; all else is the whole page's.
    if (error.status !== 400 && error.status !== 404) throw error;
    return {
      state: { ...state, problems: [...error.problems], status: error.status },
      answer: null,
    };
  }
}

/** A field of the address; null: not given, or empty. */
export function asked({ url }: Visit, name: string): string | null {
  const text = url.searchParams.get(name)?.trim() ?? "";
  return text === "" ? null : text;
}
