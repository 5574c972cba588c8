import { type Topic, TOPICS } from "../events.ts";
import type { Command } from "./mod.ts";
import { addExamples } from "./examples.ts";
import type { Client } from "../client.ts";
import { NotAnsweringError } from "../client/transport.ts";
import { connect, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { lineOf } from "./event_line.ts";
import { usageError } from "./exit.ts";
import { print, say } from "./output.ts";
import { orStopped, pause, untilSignal } from "./signals.ts";
import { wholeNumber } from "./vip_words.ts";
import { readTimes, type Times } from "./watch.ts";

/** Counters are for programs: `guideway counters --watch` shows them to people. */
const USUAL = TOPICS.filter((topic) => topic !== "counters" && topic !== "totals");

/** `guideway events`: what happens, as it happens. */
export function register(program: Command): void {
  const events = program.command("events")
    .description("What happens, as it happens, until Ctrl-C: changes, drops, next hops, the store.")
    .option("--topics <topics>", `some of ${TOPICS.join(",")}`, USUAL.join(","))
    .option("--limit <count>", "end after so many")
    .option(
      "--watch [seconds]",
      "when the program goes away, try again each second or as often as told",
    )
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      const topics = readTopics(options.topics);
      const limit = options.limit === undefined
        ? Infinity
        : wholeNumber("--limit", options.limit, 1, 1_000_000_000);
      const times = readTimes(options);
      using client = connect(options);
      const listener = new Listener(client, topics, limit, options.json ?? false);
      await untilSignal((stop) => listener.listen(times, stop));
    });
  addExamples(events, [
    "events",
    "events --topics drops,neighbour",
    "events --topics counters --json --limit 10",
  ]);
}

/** Prints what it hears, until it has heard enough. */
class Listener {
  readonly #client: Client;
  readonly #topics: Topic[];
  readonly #json: boolean;
  #left: number;

  constructor(client: Client, topics: Topic[], limit: number, json: boolean) {
    this.#client = client;
    this.#topics = topics;
    this.#left = limit;
    this.#json = json;
  }

  /** @param times How often to try again when the stream ended; null: that is the end. */
  async listen(times: Times | null, stop: AbortSignal): Promise<void> {
    await this.#hear(stop);
    while (times !== null && this.#left > 0 && !stop.aborted) {
      await pause(times.milliseconds, stop);
      await this.#hear(stop).catch((error) => {
        if (!(error instanceof NotAnsweringError)) throw error;
      });
    }
  }

  async #hear(stop: AbortSignal): Promise<void> {
    const stream = this.#client.events(this.#topics);
    for (;;) {
      const next = await orStopped(stream.next(), stop);
      if (next === null) return;
      if (next.done) return say("the program ended the stream");
      const told = next.value;
      if (told.topic === "hello") {
        say(`listening to ${this.#topics.join(", ")}`);
        continue;
      }
      print(this.#json ? JSON.stringify(told) : lineOf(told.topic, told.data));
      if (--this.#left === 0) return;
    }
  }
}

function readTopics(text: string): Topic[] {
  return text.split(",").map((word) => {
    const topic = TOPICS.find((one) => one === word.trim());
    if (topic !== undefined) return topic;
    throw usageError(`--topics: ${word} is none of ${TOPICS.join(", ")}`);
  });
}
