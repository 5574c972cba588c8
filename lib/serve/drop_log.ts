import type { Events } from "../events.ts";
import { log } from "../log.ts";

/** Has the log tell of drops that start or stop, by name. */
export function logDrops(events: Events): void {
  events.observe("drops", ({ name, text, state, packets, rate, interfaces, workers, vips }) => {
    if (state === "stopped") return log("drop_stopped", { drop: name, packets });
    log("drop_started", { drop: name, means: text, rate, interfaces, workers, vips });
  });
}
