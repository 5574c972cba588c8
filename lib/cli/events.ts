import type { Applied } from "../change.ts";
import { type Topic, TOPICS } from "../events.ts";
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
        print(options.json ? JSON.stringify(told) : lineOf(told.topic, told.data as Fields));
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

// deno-lint-ignore no-explicit-any -- each topic has its own fields
type Fields = any;

function lineOf(topic: string, data: Fields): string {
  const when = String(data.at ?? new Date().toISOString()).slice(11, 19);
  return `${when}  ${topic.padEnd(9)}  ${(TEXTS[topic] ?? JSON.stringify)(data)}`;
}

const TEXTS: Record<string, (data: Fields) => string> = {
  change: ({ revision, comment, plan }: Fields) =>
    [`revision ${revision}: ${comment}`, ...describePlan(plan as Applied["plan"])].join("; "),
  drops: ({ name, state, packets }: Fields) =>
    state === "started" ? `${name} started: ${packets} in a second` : `${name} stopped`,
  neighbour: ({ address, interface: port, mac, reason }: Fields) =>
    mac === null ? `${address} is lost: ${reason}` : `${address} is at ${mac} on ${port}`,
  store: ({ problem }: Fields) => problem ?? "can be written again",
  counters: ({ total }: Fields) => `${total.rx_packets} received, ${total.forwarded} forwarded`,
};

const EXAMPLES = `
Examples:
  guideway events
  guideway events --topics drops,neighbour
  guideway events --topics counters --json --limit 10`;
