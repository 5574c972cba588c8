import type { Command } from "./mod.ts";
import type { Client } from "../client.ts";
import { connect, SOCKET_OPTION } from "./client.ts";
import { paintFor } from "./colour.ts";
import { addExamples } from "./examples.ts";
import { usageError } from "./exit.ts";
import { readKeys } from "./keys.ts";
import { ENDS, orStopped, untilSignal } from "./signals.ts";
import { Screen } from "./terminal.ts";
import { draw, type Drawn } from "./top/draw.ts";
import { Feed } from "./top/feed.ts";
import { firstView, press } from "./top/view.ts";

/** Pictures in a second, at most: facts may come faster. */
const FRAME_MS = 40;

/** `guideway top`: what runs, live, on the whole terminal. */
export function register(program: Command): void {
  const top = program.command("top")
    .description("What runs, live: rates, VIPs, servers, drops. q ends, ? tells the keys.")
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
        throw usageError('top needs a terminal; "guideway status --watch" does without');
      }
      using client = connect(options);
      await untilSignal((stop) => show(client, stop), ENDS);
    });
  addExamples(top, ["top", "top --socket /run/guideway/guideway.sock"]);
}

async function show(client: Client, stop: AbortSignal): Promise<void> {
  const view = firstView();
  const paint = paintFor();
  let drawn: Drawn = { lines: [], rows: { names: [], height: 1 }, seen: [] };
  const feed = new Feed(client, () => ({
    vips: new Set(drawn.seen),
    open: view.open,
    search: view.filter,
    paused: view.paused,
  }), () => later.ask());
  // Before the screen is taken: who has no program wants to read why.
  if (await orStopped(feed.begin().then(() => true), stop) === null) return;
  using screen = new Screen(() => later.ask());
  using later = new Later(() => {
    drawn = draw(feed.facts, view, screen.size(), paint);
    screen.draw(drawn.lines);
  });
  later.ask();
  const end = new AbortController();
  const both = AbortSignal.any([stop, end.signal]);
  const running = feed.run(both);
  try {
    await Promise.race([running, later.failed, orStopped(control(), both)]);
  } finally {
    end.abort();
  }
  await running;

  async function control(): Promise<void> {
    for await (const key of readKeys()) {
      const before = `${view.open} ${view.filter} ${view.paused}`;
      if (press(view, key, drawn.rows)) return;
      if (`${view.open} ${view.filter} ${view.paused}` !== before) feed.ask();
      later.ask();
    }
  }
}

/** Does something soon, once for however many ask. */
class Later implements Disposable {
  readonly #act: () => void;
  readonly #failure = Promise.withResolvers<never>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(act: () => void) {
    this.#act = act;
    this.failed.catch(() => {});
  }

  /** Rejects when it could not be done. */
  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  ask(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      try {
        this.#act();
      } catch (error) {
        this.#failure.reject(error);
      }
    }, FRAME_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
