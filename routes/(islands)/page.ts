/**
 * What every page does once its script is there: numbers move, islands are drawn, keys work.
 *
 * @module
 */
import {
  healthSignature,
  rowSignature,
  serverSignature,
  vipSignature,
} from "../(components)/signature.ts";
import type { CountersView } from "../../lib/status.ts";
import { setText, showCells, type Values, valuesOf } from "./live/cells.ts";
import { listenToFields } from "./live/fields.ts";
import { listenToKeys } from "./live/keys.ts";
import { mountIslands } from "./live/mount.ts";
import { refreshSoon } from "./live/regions.ts";
import { listenToSearch } from "./live/search.ts";
import { forgetDraft } from "./yaml/draft.ts";
import { type LiveState, onEvent, onHello, onState } from "./live/stream.ts";

const WORDS: Record<LiveState, string> = {
  still: "still",
  live: "live",
  stalled: "stalled",
  gone: "no answer",
};

const GONE_MS = 2500;
let goneTimer: ReturnType<typeof setTimeout> | undefined;

function showState(state: LiveState): void {
  const mark = document.getElementById("live");
  if (mark === null) return;
  mark.dataset.state = state;
  setText(mark, WORDS[state]);
  clearTimeout(goneTimer);
  const gone = document.getElementById("gone");
  if (gone !== null && state !== "gone") gone.hidden = true;
  // While a page is left its stream breaks off, too.
  else if (gone !== null) goneTimer = setTimeout(() => gone.hidden = false, GONE_MS);
}

/** Rows say in `data-is` what they show; where that is no longer so, they are fetched anew. */
function isOld(view: CountersView): boolean {
  const now = new Set(view.vips.flatMap((vip) => [
    vipSignature(vip),
    rowSignature(vip),
    ...vip.servers.flatMap((server) => [
      serverSignature(vip.name, server),
      healthSignature(vip.name, server),
    ]),
  ]));
  const rows = document.querySelectorAll<HTMLElement>("[data-is]");
  return [...rows].some(({ dataset }) => !now.has(dataset.is ?? ""));
}

// What was typed was applied.
if (new URL(location.href).searchParams.has("done")) forgetDraft();

let before: Values | null = null;
onState(showState);
onEvent("counters", (view) => {
  const now = valuesOf(view);
  showCells(now, before);
  before = now;
  if (isOld(view)) refreshSoon();
});
onHello(({ revision }) => {
  if (String(revision) !== document.body.dataset.revision) refreshSoon();
});
const TOPICS = ["change", "drops", "neighbour", "health", "store", "worker"] as const;
for (const topic of TOPICS) onEvent(topic, refreshSoon);
mountIslands();
listenToKeys();
listenToSearch();
listenToFields();
