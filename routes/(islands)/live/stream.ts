/**
 * What happens in the program, as it happens: one stream for the whole page. It rests while nobody looks at the page,
 * since browsers keep few connections to one place.
 *
 * @module
 */
import type { Told, Topic } from "../../../lib/events.ts";

/** `still`: not begun. `stalled`: connected, and nothing comes. `gone`: not connected. */
export type LiveState = "still" | "live" | "stalled" | "gone";

type Listener<T> = (data: T) => void;

/** Counters come once a second; later than that, something is wrong. */
const STALLED_MS = 3500;
const AGAIN_MS = 2000;

const listeners = new Map<string, Set<Listener<never>>>();
let source: EventSource | null = null;
let state: LiveState = "still";
let heard = 0;
let began = false;

/** Listens to a topic. The stream begins with the first. @returns To stop. */
export function onEvent<T extends Topic>(topic: T, act: Listener<Told[T]>): () => void {
  begin();
  return add(topic, act as Listener<never>);
}

/** Is told the state, now and when it changes. */
export function onState(act: Listener<LiveState>): () => void {
  act(state);
  return add("state", act as Listener<never>);
}

/** Is told when the program answers that did not before: what is on the page may be old. */
export function onHello(act: Listener<{ version: string; revision: number }>): () => void {
  return add("hello", act as Listener<never>);
}

function add(name: string, act: Listener<never>): () => void {
  const set = listeners.get(name) ?? new Set();
  listeners.set(name, set.add(act));
  return () => set.delete(act);
}

function tell(name: string, data: unknown): void {
  for (const act of listeners.get(name) ?? []) (act as Listener<unknown>)(data);
}

function become(next: LiveState): void {
  if (next === state) return;
  state = next;
  tell("state", state);
}

function begin(): void {
  if (began) return;
  began = true;
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", follow);
  setInterval(() => {
    if (source?.readyState === EventSource.CLOSED) reconnect();
    else if (state === "live" && Date.now() - heard > STALLED_MS) become("stalled");
  }, AGAIN_MS / 2);
  follow();
}

function follow(): void {
  if (document.visibilityState === "hidden") disconnect();
  else if (source === null) connect();
}

function disconnect(): void {
  source?.close();
  source = null;
}

/** The page shows other VIPs than before. */
export function watchAnew(): void {
  disconnect();
  follow();
}

/** Refused, not merely broken off: perhaps the session ended, and the page leads to the login. */
function reconnect(): void {
  disconnect();
  setTimeout(follow, AGAIN_MS);
  fetch("/api/v1/status").then(({ status }) => {
    if (status === 401) location.reload();
  }, () => {});
}

const TOPICS: Topic[] = ["counters", "change", "drops", "neighbour", "health", "store", "worker"];

/** Whose numbers move; `servers`: of the VIPs' servers only these. */
export interface Watch {
  vips: readonly string[];
  /** As `VIP ADDRESS`. */
  servers?: readonly string[];
}

/** One empty name is none; without a name it would be all. */
function orNone(names: readonly string[]): readonly string[] {
  return names.length > 0 ? names : [""];
}

function connect(): void {
  const { vips, servers } = JSON.parse(document.body.dataset.watch ?? "{}") as Partial<Watch>;
  const query = new URLSearchParams([
    ["topics", TOPICS.join(",")],
    ...orNone(vips ?? []).map((vip) => ["vip", vip]),
    ...servers === undefined ? [] : orNone(servers).map((server) => ["server", server]),
  ]);
  const opened = source = new EventSource(`/api/v1/events?${query}`);
  opened.onerror = () => become("gone");
  for (const topic of ["hello", ...TOPICS]) {
    opened.addEventListener(topic, ({ data }: MessageEvent<string>) => {
      if (topic === "counters") {
        heard = Date.now();
        become("live");
      }
      tell(topic, JSON.parse(data));
    });
  }
}
