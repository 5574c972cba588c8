/**
 * Connections of a site's client that stay open, and those that ended although nobody wanted them to.
 *
 * @module
 */
import type { Child } from "../../lib/demo/child.ts";
import type { End, State } from "./churn_client.ts";
import { toolCommand, until } from "./lab.ts";
import type { Site } from "./lab_site.ts";

const PATIENCE_S = 60;

/** Something is asked on each, again and again. They end with the site. */
export class Connections {
  readonly ends: End[] = [];
  state: State = { kind: "state", open: {}, answers: 0, servers: {} };
  readonly #client: Child;
  readonly #count: number;

  /** @param count To each place, which is `ADDRESS PORT`. */
  constructor(site: Site, count: number, ...places: string[]) {
    this.#count = count * places.length;
    const command = toolCommand("./churn_client.ts", [`${count}`, ...places]);
    this.#client = site.net.start("Client", "client", command, (line) => {
      const told: End | State = JSON.parse(line);
      if (told.kind === "end") this.ends.push(told);
      else this.state = told;
    });
  }

  /** How many are open at each server. */
  get open(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const servers of Object.values(this.state.servers)) {
      for (const [server, count] of Object.entries(servers)) {
        sums[server] = (sums[server] ?? 0) + count;
      }
    }
    return sums;
  }

  /** Resolves when somebody has answered on all of them. */
  async allOpen(): Promise<void> {
    const open = () => Object.values(this.open).reduce((sum, count) => sum + count, 0);
    const all = until(
      "open connections",
      PATIENCE_S,
      () => Promise.resolve(open() === this.#count),
    );
    await Promise.race([all, this.#client.failure()]);
  }

  /** Closes them. */
  stop(): Promise<void> {
    return this.#client.stop();
  }
}
