import type { TableChange } from "../../../lib/change.ts";
import { percent, whole } from "../format.ts";
import { Swatch } from "../swatch.tsx";
import { bandAt, bandsOf, type Bin, binsOfChange } from "./bands.ts";
import { shareWords } from "./share_words.ts";
import { Strip } from "./strip.tsx";

/** Servers that are told one by one. */
const SHOWN = 8;
/** Where a smaller part moves than that, it is drawn once more, larger. */
const SMALL = 0.05;

/** A new-connection table before and after a change, with what of it moves. */
export function StripPreview({ change }: { change: TableChange }) {
  const bands = bandsOf(change.servers);
  const after = binsOfChange(change, "to");
  const before = binsOfChange(change, "from");
  const moved = Math.max(movedOf(before), movedOf(after));
  return (
    <div class="strips">
      <figure>
        <figcaption>{change.vip} now: what moves is marked</figcaption>
        <Strip bins={before} bands={bands} label="Now" preview />
      </figure>
      <figure>
        <figcaption>After: where it moves to</figcaption>
        <Strip bins={after} bands={bands} label="After" preview />
      </figure>
      {moved / change.slots >= SMALL ? null : (
        <figure>
          <figcaption>After, only what moves ({percent(moved, change.slots)}), larger</figcaption>
          <Strip
            bins={onlyMoves(after)}
            bands={bands}
            label="Only what moves"
            rest="room"
            preview
          />
        </figure>
      )}
      <Gains change={change} />
    </div>
  );
}

function movedOf(bins: Bin[]): number {
  return bins.flat().reduce((sum, { slots, moves }) => moves ? sum + slots : sum, 0);
}

function onlyMoves(bins: Bin[]): Bin[] {
  return bins.map((bin) => bin.filter(({ moves }) => moves));
}

/** Who gets and who gives, those with the most first. */
function Gains({ change }: { change: TableChange }) {
  const { servers, slots } = change;
  const before = slotsBy(change, "from");
  const after = slotsBy(change, "to");
  const rows = servers.map((address, at) => ({ address, at, from: before[at]!, to: after[at]! }))
    .filter(({ from, to }) => from !== to)
    .sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from));
  return (
    <table class="gains">
      <thead>
        <tr>
          <th scope="col">Server</th>
          <th scope="col" class="right">Slots</th>
          <th scope="col" class="right">Now</th>
          <th scope="col" class="right">After</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, SHOWN).map(({ address, at, from, to }) => (
          <tr key={address}>
            <th scope="row">
              <Swatch at={at} band={bandAt(at, servers.length)} /> {address}
            </th>
            <td class="right number" data-label="Slots">{signed(to - from)}</td>
            <td class="right number" data-label="Now">{shareWords(from, slots)}</td>
            <td class="right number" data-label="After">{shareWords(to, slots)}</td>
          </tr>
        ))}
      </tbody>
      {rows.length <= SHOWN
        ? null
        : <caption>and {whole(rows.length - SHOWN)} more with fewer slots each</caption>}
    </table>
  );
}

function slotsBy({ servers, bins }: TableChange, side: "from" | "to"): number[] {
  const sums = servers.map(() => 0);
  for (const { slots, ...ends } of bins.flat()) {
    const server = ends[side];
    if (server !== null) sums[server]! += slots;
  }
  return sums;
}

function signed(value: number): string {
  return value > 0 ? `+${whole(value)}` : `−${whole(-value)}`;
}
