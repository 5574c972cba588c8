import { RefusedError } from "./refused.ts";

/** Entries of all bins of one answer: more would be too much for whoever asked. */
const ENTRIES_MOST = 1 << 20;

/** Counts the slots of tables, cut into bins of consecutive slots, by what they have in common. */
export class TableBins {
  readonly #bins: number;
  #room = ENTRIES_MOST;

  /** @param bins Of each table; one of fewer slots has a bin a slot. */
  constructor(bins: number) {
    this.#bins = bins;
  }

  /**
   * @param keyOf What slots of a bin are counted by.
   * @returns For each bin the number of slots by key, in the order in which they come.
   * @throws {RefusedError} 400 where that would be too many numbers
   */
  count(slots: number, keyOf: (slot: number) => number): Map<number, number>[] {
    const bins = Math.min(this.#bins, slots);
    return Array.from({ length: bins }, (_, bin) => {
      const counts = new Map<number, number>();
      const end = Math.ceil((bin + 1) * slots / bins);
      for (let slot = Math.ceil(bin * slots / bins); slot < end; slot++) {
        const key = keyOf(slot);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      this.#room -= counts.size;
      if (this.#room < 0) throw tooMany(this.#bins);
      return counts;
    });
  }
}

function tooMany(bins: number): RefusedError {
  const message = `${bins} are more than ${ENTRIES_MOST} numbers with these tables; ask for fewer`;
  return new RefusedError(400, [{ path: "bins", message }]);
}
