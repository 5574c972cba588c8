/**
 * Cells of a server's row.
 *
 * @module
 */
import { conditionOf } from "../../../lib/condition.ts";
import type { ServerStatus } from "../../../lib/status.ts";
import type { FormState } from "../../(page)/form.ts";
import { weightField } from "../../(page)/weights.ts";
import { drainWords } from "./drain_words.ts";

/** Where its packets leave. */
export function NextHop({ server: { next_hop: hop } }: { server: ServerStatus }) {
  if (hop === null) return null;
  return <span class="below">{hop.mac} on {hop.interface}</span>;
}

/** In place; a form of all rows sends them. */
export function Weight({ server, weights }: { server: ServerStatus; weights: FormState | null }) {
  const { address, weight, state } = server;
  if (state === "removed") return null;
  if (weights === null) return <span class="number">{weight}</span>;
  const name = weightField(address);
  const wrong = weights.problems.find(({ path }) => path === name)?.message;
  return (
    <>
      <input
        id={`weights-${name}`}
        class="weight"
        name={name}
        value={weights.values.get(name) ?? weight}
        inputmode="numeric"
        aria-label={`Weight of ${address}`}
        aria-invalid={wrong === undefined ? undefined : "true"}
      />
      {wrong === undefined ? null : <p class="wrong">{wrong}</p>}
    </>
  );
}

/** What a server that takes no new flows has left. */
export function Left(
  { server, owner, timeout }: { server: ServerStatus; owner: string; timeout: number },
) {
  if (server.state === "active" || conditionOf(server) === "no_next_hop") return null;
  return (
    <span
      class="below"
      data-key={`${owner}/flows`}
      data-show="drain"
      data-of={`${owner}/packets`}
      data-timeout={timeout}
    >
      {drainWords(server.counters.flows ?? 0, timeout, null)}
    </span>
  );
}

/** What was got as a bar, what was wanted as a line across it. */
export function Bar(
  props: { name: string; value: number; of: string; all: number; wanted: number },
) {
  const { name, value, of, all, wanted } = props;
  return (
    <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect
        class="got"
        y="1"
        width={all > 0 ? (100 * value / all).toFixed(2) : 0}
        height="6"
        data-key={name}
        data-of={of}
      />
      <path class="wanted" d={`M${wanted.toFixed(2)} 0v8`} />
    </svg>
  );
}
