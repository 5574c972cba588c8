/**
 * The demo from start to end: builds the lab, sends requests, shows what happens, judges it.
 *
 * @module
 */
import type { CountersView } from "../status.ts";
import { selfCommand } from "./child.ts";
import { Lab } from "./lab.ts";
import { Screen } from "./screen.ts";
import {
  drops,
  flowsOf,
  type Moment,
  momentLine,
  serverLines,
  sumLines,
  tableText,
} from "./table.ts";
import { emptyTally, faults, type Share, shares, type Tally } from "./tally.ts";
import { demoConfig } from "./topology.ts";

/** What the user asked for. */
export interface DemoOptions {
  /** 600 requests and a verdict, in place of going on. */
  once: boolean;
  /** No table: only the result, which the caller prints. */
  quiet: boolean;
  /** Ends by itself after so many seconds. */
  seconds: number | undefined;
  /** Ends the demo from outside (Ctrl-C). */
  signal: AbortSignal;
}

/** Where words and tables go. */
export interface DemoOutput {
  /** To stdout as it is. */
  write: (text: string) => void;
  /** A sentence to stderr. */
  say: (text: string) => void;
}

/** How it went; what `--json` prints. */
export interface DemoResult {
  ok: boolean;
  /** What was wrong, in sentences. */
  faults: string[];
  requests: number;
  answered: number;
  kept_alive: { connections: number; changed: number };
  servers: (Share & { flows: number })[];
  packets: { received: number; forwarded: number };
  drops: Record<string, number>;
  url: string;
  /** HTTP status codes of what `url` gave: REST and the page. */
  url_status: { rest: number; page: number };
  decapsulation: string;
  /** Of the requests, without building and removing. */
  seconds: number;
}

const FIRST_PORT = 8480;
/** Milliseconds between the requests of a connection when the demo goes on. */
const LIVE_GAP = 40;

/** Runs the traffic, and calls `show` once a second until it ends. */
class Traffic {
  readonly #lab: Lab;
  readonly #options: DemoOptions;
  readonly #started = performance.now();
  #tally = emptyTally();
  #before: { at: number; counters: CountersView } | undefined;

  constructor(lab: Lab, options: DemoOptions) {
    this.#lab = lab;
    this.#options = options;
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  get tally(): Tally {
    return this.#tally;
  }

  async moment(): Promise<Moment> {
    const counters = await this.#lab.api.counters();
    const now = { at: performance.now(), counters };
    const rate = (name: string) => {
      if (!this.#before) return 0;
      const more = (counters.total[name] ?? 0) - (this.#before.counters.total[name] ?? 0);
      return Math.round(more * 1000 / (now.at - this.#before.at));
    };
    const rates = { received: rate("rx_packets"), sent: rate("tx_packets") };
    this.#before = now;
    return { url: this.#lab.url, seconds: this.seconds, tally: this.#tally, counters, rates };
  }

  /** Resolves when the requests are sent, or the time is over, or the user ends it. */
  async run(show: (moment: Moment) => void): Promise<void> {
    const { once, seconds, signal } = this.#options;
    const words = once ? ["--rounds", "1"] : ["--gap", `${LIVE_GAP}`];
    const client = this.#lab.start(
      "Client",
      "client",
      selfCommand(["demo", "client", ...words]),
      (line) => this.#tally = JSON.parse(line),
    );
    const timer = setInterval(() => this.moment().then(show, () => {}), 1000);
    const ends: Promise<unknown>[] = [this.#lab.failure, once ? client.ended : client.failure()];
    let limit: ReturnType<typeof setTimeout> | undefined;
    if (seconds !== undefined) {
      ends.push(new Promise((resolve) => limit = setTimeout(resolve, seconds * 1000)));
    }
    try {
      await Promise.race(ends);
      if (once && await client.ended !== "code 0") await client.failure();
    } catch (error) {
      // Ctrl-C is how a demo that goes on ends.
      if (once || !signal.aborted) throw error;
    } finally {
      clearInterval(timer);
      clearTimeout(limit);
    }
    if (!once) await client.stop();
  }
}

async function statusOf(url: string): Promise<number> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

async function judge(lab: Lab, traffic: Traffic, once: boolean): Promise<DemoResult> {
  const { seconds } = traffic;
  const { tally } = traffic;
  const { counters } = await traffic.moment();
  const rest = await statusOf(`${lab.url}api/v1/status`);
  const page = await statusOf(lab.url);
  const found = faults(tally, once);
  if (rest !== 200) found.push(`${lab.url}api/v1/status answers ${rest || "nothing"}`);
  if (page !== 200) found.push(`${lab.url} answers ${page || "nothing"}`);
  return {
    ok: found.length === 0,
    faults: found,
    requests: tally.requests,
    answered: tally.answered,
    kept_alive: tally.kept,
    servers: shares(tally).map((one) => ({ ...one, flows: flowsOf(one, counters) })),
    packets: {
      received: counters.total["rx_packets"] ?? 0,
      forwarded: counters.total["forwarded"] ?? 0,
    },
    drops: drops(counters),
    url: lab.url,
    url_status: { rest, page },
    decapsulation: lab.decapsulation,
    seconds: Math.round(seconds * 100) / 100,
  };
}

function display(options: DemoOptions, output: DemoOutput): (moment: Moment) => void {
  if (options.quiet) return () => {};
  if (!Deno.stdout.isTerminal()) return (moment) => output.write(momentLine(moment));
  const screen = new Screen(output.write, () => Deno.consoleSize().columns);
  return (moment) => screen.draw(tableText(moment));
}

async function summary(traffic: Traffic, result: DemoResult): Promise<string> {
  const { counters } = await traffic.moment();
  const { received, forwarded } = result.packets;
  return [
    "",
    ...serverLines(traffic.tally, counters),
    "",
    ...sumLines(traffic.tally, counters),
    `packets      ${received} received, ${forwarded} forwarded in ${result.seconds} s`,
    `address      ${result.url} answered: REST ${result.url_status.rest}, page ${result.url_status.page}`,
    "",
    result.ok ? "All is well." : result.faults.map((fault) => `Wrong: ${fault}`).join("\n"),
    "",
  ].join("\n");
}

/**
 * Runs the demo; everything that it made is gone when this resolves or rejects.
 *
 * @throws {Error} when a part cannot be built or ends too early.
 */
export async function runDemo(options: DemoOptions, output: DemoOutput): Promise<DemoResult> {
  const { signal } = options;
  await using lab = await Lab.open({
    config: demoConfig(),
    port: FIRST_PORT,
    signal,
    tell: output.say,
  });
  output.say(`Guideway runs: ${lab.url} shows it. Sending requests`);
  const traffic = new Traffic(lab, options);
  await traffic.run(display(options, output));
  const result = await judge(lab, traffic, options.once);
  if (!options.quiet) output.write(await summary(traffic, result));
  output.say("Taking everything down");
  return result;
}
