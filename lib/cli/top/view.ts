/**
 * What of the facts is looked at, and what keys do about it.
 *
 * @module
 */

/** How lists can be sorted. `order`: as in the configuration. */
export const SORTS = ["order", "packets", "bits", "flows", "name"] as const;
export type Sort = (typeof SORTS)[number];

/** A list on the screen: which row is chosen, and which is the first that is seen. */
export interface Place {
  /** Name of the row; null: the first. */
  chosen: string | null;
  offset: number;
}

/** What is looked at. */
export interface View {
  /** The VIP whose servers are shown; null: the list of VIPs. */
  open: string | null;
  vips: Place;
  servers: Place;
  sort: Sort;
  filter: string;
  /** The filter is being typed. */
  typing: boolean;
  paused: boolean;
  help: boolean;
}

/** At the start. */
export function firstView(): View {
  return {
    open: null,
    vips: { chosen: null, offset: 0 },
    servers: { chosen: null, offset: 0 },
    sort: "order",
    filter: "",
    typing: false,
    paused: false,
    help: false,
  };
}

/** Where one can move: the names of the list's rows as they are sorted, and how many are seen at once. */
export interface Rows {
  names: readonly string[];
  height: number;
}

/** Changes the view by a key. @returns Whether it is the end. */
export function press(view: View, key: string, rows: Rows): boolean {
  if (key === "ctrl-c") return true;
  if (view.typing) type(view, key);
  else if (view.help) view.help = false;
  else if (key === "q") return true;
  else command(view, key, rows);
  return false;
}

/** Into the filter. */
function type(view: View, key: string): void {
  if (key === "enter") view.typing = false;
  else if (key === "escape") {
    view.typing = false;
    view.filter = "";
  } else if (key === "backspace") view.filter = [...view.filter].slice(0, -1).join("");
  else if (key === "ctrl-u") view.filter = "";
  else if ([...key].length === 1 && [...view.filter].length < 60) view.filter += key;
}

function command(view: View, key: string, rows: Rows): void {
  const steps = STEPS[key]?.(rows);
  if (steps !== undefined) move(place(view), steps, rows);
  else COMMANDS[key]?.(view, rows);
}

const STEPS: Record<string, (rows: Rows) => number> = {
  up: () => -1,
  k: () => -1,
  down: () => 1,
  j: () => 1,
  "page up": ({ height }) => -height,
  "page down": ({ height }) => height,
  " ": ({ height }) => height,
  home: () => -Infinity,
  g: () => -Infinity,
  end: () => Infinity,
  G: () => Infinity,
};

const COMMANDS: Record<string, (view: View, rows: Rows) => void> = {
  enter: open,
  right: open,
  l: open,
  escape: back,
  left: back,
  h: back,
  backspace: back,
  "/": (view) => {
    if (view.open !== null) back(view);
    view.typing = true;
  },
  s: (view) => {
    view.sort = SORTS[(SORTS.indexOf(view.sort) + 1) % SORTS.length]!;
  },
  p: (view) => {
    view.paused = !view.paused;
  },
  "?": (view) => {
    view.help = true;
  },
};

/** The list that is shown. */
export function place(view: View): Place {
  return view.open === null ? view.vips : view.servers;
}

function open(view: View, { names }: Rows): void {
  if (view.open !== null || view.paused) return;
  const name = view.vips.chosen ?? names[0];
  if (name === undefined) return;
  view.open = name;
  view.servers = { chosen: null, offset: 0 };
}

function back(view: View): void {
  if (view.open !== null) view.open = null;
  else view.filter = "";
}

function move(place: Place, steps: number, { names }: Rows): void {
  const at = Math.max(0, names.indexOf(place.chosen ?? ""));
  place.chosen = names[Math.max(0, Math.min(names.length - 1, at + steps))] ?? null;
}

/** The rows that are seen: the chosen one is among them. @returns Its place, and where the window begins */
export function windowOf(place: Place, { names, height }: Rows): { chosen: number; from: number } {
  const chosen = Math.max(0, names.indexOf(place.chosen ?? ""));
  const most = Math.max(0, names.length - height);
  const from = Math.max(chosen - height + 1, Math.min(place.offset, chosen, most), 0);
  place.offset = from;
  return { chosen, from };
}
