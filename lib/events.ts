/**
 * What happens, told to whoever listens: as server-sent events, each written once for all listeners.
 *
 * @module
 */

import type { Plan } from "./change.ts";
import type { NeighbourView } from "./question.ts";
import type { CountersView, TotalsView } from "./status.ts";

/** What can be listened to. */
export const TOPICS = [
  "counters",
  "totals",
  "change",
  "drops",
  "neighbour",
  "health",
  "store",
  "worker",
] as const;
export type Topic = (typeof TOPICS)[number];

/** What each topic tells. `at`: ISO 8601. */
export interface Told extends Record<Topic, unknown> {
  counters: CountersView;
  /** The same without the VIPs. */
  totals: TotalsView;
  /** What was accepted, by whom, from where. */
  change: {
    at: string;
    revision: number;
    comment: string;
    who: string;
    origin: string;
    plan: Plan;
  };
  /** A named drop that started or stopped. */
  drops: {
    at: string;
    name: string;
    /** The drop's sentence. */
    text: string;
    state: "started" | "stopped";
    /** In the second in which it started; in all when it stopped. */
    packets: number;
    /** Packets a second when it started; 0 when it stopped. */
    rate: number;
    /** Where it started, those with the most first and no more than 10; empty where that is not known. */
    interfaces: string[];
    workers: number[];
    vips: string[];
  };
  /** As it is now. */
  neighbour: NeighbourView;
  /** A server's state is another now: what one check says, for all VIPs that check it so. `reason`: see ServerHealth. */
  health: {
    at: string;
    address: string;
    check: string;
    vips: string[];
    state: "up" | "down";
    reason: string | null;
  };
  /** Why it cannot be written; null: it can again. */
  store: { at: string; problem: string | null };
  /** One that stands still, or moves again. */
  worker: { at: string; worker: number; state: "stuck" | "moves" };
}

/** What a listener gets; `hello` comes first, and once. */
export type Event =
  | { topic: "hello"; data: { version: string; revision: number } }
  | { [T in Topic]: { topic: T; data: Told[T] } }[Topic];

/** Takes an event as it goes over the wire. */
type Listener = (topic: Topic, bytes: Uint8Array<ArrayBuffer>) => void;

const encoder = new TextEncoder();

/** An event as HTML's event stream has it; JSON has no line break of its own. */
export function encodeEvent({ topic, data }: Event): Uint8Array<ArrayBuffer> {
  return encoder.encode(`event: ${topic}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** What somebody listens to. */
export interface Wish {
  topics: ReadonlySet<Topic>;
  /** Whose counters, and of which servers, as `VIP ADDRESS`; all unless given. */
  vips?: readonly string[] | undefined;
  servers?: readonly string[] | undefined;
}

/** The listeners of one program. */
export class Events {
  readonly #listeners = new Map<Listener, Wish & { end: () => void }>();
  /** The program itself, which is told things as they are. */
  readonly #observers: { [T in Topic]?: ((data: Told[T]) => void)[] } = {};
  /** Told when somebody listens to a topic that nobody listened to, or the other way round. */
  onWanted: () => void = () => {};

  /** Whether anybody wants to know. */
  wants(topic: Topic): boolean {
    return this.#observers[topic] !== undefined || this.#heard(topic);
  }

  #heard(topic: Topic): boolean {
    return [...this.#listeners.values()].some(({ topics }) => topics.has(topic));
  }

  /** Tells each the counters that it asked for; those who ask for the same share them. */
  publishCounters(
    look: (vips?: readonly string[], servers?: readonly string[]) => CountersView,
  ): void {
    const looked = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const [listener, { topics, vips, servers }] of this.#listeners) {
      if (!topics.has("counters")) continue;
      const key = JSON.stringify([vips ?? null, servers ?? null]);
      const data = () => look(vips, servers);
      const bytes = looked.get(key) ?? encodeEvent({ topic: "counters", data: data() });
      looked.set(key, bytes);
      listener("counters", bytes);
    }
  }

  /** Tells all that listen to the topic. */
  publish<T extends Exclude<Topic, "counters">>(topic: T, data: Told[T]): void {
    for (const take of this.#observers[topic] ?? []) take(data);
    if (!this.#heard(topic)) return;
    const bytes = encodeEvent({ topic, data } as Event);
    for (const [listener, { topics }] of this.#listeners) {
      if (topics.has(topic)) listener(topic, bytes);
    }
  }

  /** @param end Called when nothing comes any more. @returns To stop listening. */
  listen(wish: Wish, listener: Listener, end: () => void): () => void {
    this.#listeners.set(listener, { ...wish, end });
    this.onWanted();
    return () => {
      if (this.#listeners.delete(listener)) this.onWanted();
    };
  }

  /** For the program itself, until all ends. It is none of those who listen. */
  observe<T extends Exclude<Topic, "counters">>(topic: T, take: (data: Told[T]) => void): void {
    const all: ((data: Told[T]) => void)[] = this.#observers[topic] ?? [];
    all.push(take);
    Object.assign(this.#observers, { [topic]: all });
    this.onWanted();
  }

  /** How many listen. */
  get size(): number {
    return this.#listeners.size;
  }

  /** Ends all streams. */
  close(): void {
    const ends = [...this.#listeners.values()];
    this.#listeners.clear();
    for (const topic of TOPICS) delete this.#observers[topic];
    for (const { end } of ends) end();
    this.onWanted();
  }
}
