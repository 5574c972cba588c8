/**
 * The weights of a VIP's servers as fields of one form: what somebody typed in is changed, all at once.
 *
 * @module
 */
import type { ServerStatus } from "../../lib/status.ts";
import type { FormState, FormValues } from "./form.ts";
import { numberOf } from "./values.ts";

const PREFIX = "weight ";

/** The name of a server's field. */
export function weightField(address: string): string {
  return PREFIX + address;
}

/** What stands in the fields. */
export function weightValues(servers: readonly ServerStatus[]): FormValues {
  return Object.fromEntries(
    servers.filter(({ state }) => state !== "removed")
      .map(({ address, weight }) => [weightField(address), weight]),
  );
}

/** Those that are others than before. */
export function newWeights(form: URLSearchParams): { address: string; weight: unknown }[] {
  const before = new URLSearchParams(form.get("was") ?? "");
  return [...form.keys()]
    .filter((name) => name.startsWith(PREFIX) && form.get(name) !== before.get(name))
    .map((name) => ({ address: name.slice(PREFIX.length), weight: numberOf(form, name) }));
}

/** Problems at the fields that they are about: REST counts in the list that it was given. */
export function atFields(state: FormState, weights: readonly { address: string }[]): FormState {
  const problems = state.problems.map(({ path, message }) => {
    const address = weights[Number(/^\[(\d+)\]/.exec(path)?.[1] ?? NaN)]?.address;
    return address === undefined ? { path, message } : { path: weightField(address), message };
  });
  return { ...state, problems };
}
