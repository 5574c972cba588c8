import type { Told } from "../events.ts";
import { log } from "../log.ts";

/** Single lines for a few servers, a count for the rest. */
const LINES = 10;

/** Says which servers came and went, a few lines at a time. */
export class HealthLog {
  #news: Told["health"][] = [];

  note(event: Told["health"]): void {
    this.#news.push(event);
  }

  /** Says what was noted since the last time. */
  flush(): void {
    const news = this.#news;
    this.#news = [];
    for (const { address, check, vips, state, reason } of news.slice(0, LINES)) {
      const facts = { server: address, check, vips: vips.length };
      if (state === "down") log("server_down", { ...facts, reason });
      else log("server_up", facts);
    }
    const more = news.slice(LINES);
    if (more.length === 0) return;
    const down = more.filter(({ state }) => state === "down").length;
    log("servers_more", { down, up: more.length - down });
  }
}
