import { type Told, type Topic, TOPICS } from "../events.ts";
import type { Command } from "./mod.ts";
import { connect, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { usageError } from "./exit.ts";
import { print, say } from "./output.ts";
import { describePlan } from "./plan.ts";
import { wholeNumber } from "./vip_words.ts";

/** Counters are for programs: `guideway counters --watch` shows them to people. */
const USUAL = TOPICS.filter((topic) => topic !== "counters");

/** `guideway events`: what happens, as it happens. */
export function register(program: Command): void {
  program.command("events")
    .description("What happens, as it happens, until Ctrl-C: changes, drops, next hops, the store.")
    .option("--topics <topics>", `some of ${TOPICS.join(",")}`, USUAL.join(","))
    .option("--limit <count>", "end after so many")
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .addHelpText("after", EXAMPLES)
    .action(async (options) => {
      const topics = readTopics(options.topics);
      const limit = options.limit === undefined
        ? Infinity
        : wholeNumber("--limit", options.limit, 1, 1_000_000_000);
      using client = connect(options);
      let count = 0;
      for await (const told of client.events(topics)) {
        if (told.topic === "hello") {
          say(`listening to ${topics.join(", ")}`);
          continue;
        }
        print(options.json ? JSON.stringify(told) : lineOf(told.topic, told.data));
        if (++count === limit) return;
      }
      say("the program ended the stream");
    });
}

function readTopics(text: string): Topic[] {
  return text.split(",").map((word) => {
    const topic = TOPICS.find((one) => one === word.trim());
    if (topic !== undefined) return topic;
    throw usageError(`--topics: ${word} is none of ${TOPICS.join(", ")}`);
  });
}

function lineOf<T extends Topic>(topic: T, data: Told[T]): string {
  const when = "at" in data ? data.at : new Date().toISOString();
  return `${when.slice(11, 19)}  ${topic.padEnd(9)}  ${TEXTS[topic](data)}`;
}

const TEXTS: { [T in Topic]: (data: Told[T]) => string } = {
  change: ({ revision, comment, plan }) =>
    [`revision ${revision}: ${comment}`, ...describePlan(plan)].join("; "),
  drops: ({ name, state, packets }) =>
    state === "started" ? `${name} started: ${packets} in a second` : `${name} stopped`,
  neighbour: ({ address, interface: port, mac, reason }) =>
    mac === null ? `${address} is lost: ${reason}` : `${address} is at ${mac} on ${port}`,
  store: ({ problem }) => problem ?? "can be written again",
  counters: ({ total }) => `${total.rx_packets} received, ${total.forwarded} forwarded`,
};

const EXAMPLES = `
Examples:
  guideway events
  guideway events --topics drops,neighbour
  guideway events --topics counters --json --limit 10`;
