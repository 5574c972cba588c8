import { type Condition, conditionOf, CONDITIONS } from "../../lib/condition.ts";
import type { ServerStatus, VipStatus } from "../../lib/status.ts";
import { whole } from "./format.ts";

/** As people read them. */
export const CONDITION_WORDS: Record<Condition, string> = {
  up: "up",
  draining: "draining",
  down: "down",
  no_next_hop: "no next hop",
  removed: "removed",
};

/** Of its mark, which is a shape of its own besides its colour. */
export const CONDITION_CLASSES: Record<Condition, string> = {
  up: "active",
  draining: "draining",
  down: "down",
  no_next_hop: "lost",
  removed: "removed",
};

/** How a server is. */
export function ConditionMark({ server }: { server: ServerStatus }) {
  const condition = conditionOf(server);
  return <span class={`state ${CONDITION_CLASSES[condition]}`}>{CONDITION_WORDS[condition]}</span>;
}

/** How many of a VIP's servers are up, drawn and told, and how the others are. */
export function ServersUp(
  { conditions: counts, health }: Pick<VipStatus, "conditions" | "health">,
) {
  const all = counts.up + counts.draining + counts.down + counts.no_next_hop;
  if (all === 0) return <span class="state lost">none: packets are dropped</span>;
  if (health?.fail_open) {
    return (
      <span class="servers-up">
        <Strip counts={counts} all={all} />
        <span class="number">0 of {whole(all)} up</span>
        <span class="reason">so all get new flows</span>
      </span>
    );
  }
  const others = CONDITIONS.filter((one) => one !== "up" && one !== "removed" && counts[one] > 0);
  const words = others.map((one) => `${whole(counts[one])} ${CONDITION_WORDS[one]}`);
  return (
    <span class="servers-up">
      <Strip counts={counts} all={all} />
      <span class="number">{whole(counts.up)} of {whole(all)} up</span>
      {words.length === 0
        ? null
        : (
          <span class={counts.down + counts.no_next_hop > 0 ? "reason" : "warning"}>
            {words.join(", ")}
          </span>
        )}
    </span>
  );
}

const WIDTH = 64;

/** Its parts are as wide as there are servers; those that are not up are never too thin to be seen. */
function Strip({ counts, all }: { counts: Record<Condition, number>; all: number }) {
  const parts = CONDITIONS.filter((one) => one !== "removed" && counts[one] > 0);
  const widths = parts.map((one) => Math.max(3, WIDTH * counts[one] / all));
  const scale = WIDTH / widths.reduce((sum, width) => sum + width, 0);
  let x = 0;
  return (
    <svg class="strip-up" viewBox={`0 0 ${WIDTH} 8`} width={WIDTH} height="8" aria-hidden="true">
      {parts.map((one, at) => {
        const width = widths[at]! * scale;
        x += width;
        return part(one, x - width, width);
      })}
    </svg>
  );
}

/** Height tells what colour does: full, half, low. */
function part(condition: Condition, x: number, width: number) {
  const [y, height] = condition === "up" ? [0, 8] : condition === "draining" ? [4, 4] : [6, 2];
  const inner = Math.max(1, width - 1);
  return (
    <rect
      key={condition}
      class={CONDITION_CLASSES[condition]}
      x={x.toFixed(1)}
      y={y}
      width={inner.toFixed(1)}
      height={height}
    />
  );
}
