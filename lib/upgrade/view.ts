/**
 * An upgrade of the running program, as REST tells it.
 *
 * @module
 */

export const UPGRADE_STATES = ["running", "done", "failed"] as const;

/** What an upgrade goes through, in order. `back`: the old program goes on after a hand-over in vain. */
export const UPGRADE_STEPS = [
  "checked",
  "started",
  "prepared",
  "handed_over",
  "ready",
  "back",
  "failed",
] as const;

/** A program. */
export interface ProgramView {
  version: string;
  /** Path of the executable; null: it runs from source. */
  executable: string | null;
}

/** An upgrade, whether it goes on or is over. */
export interface UpgradeView {
  /** The `Idempotency-Key` that it was asked for with, else a random one. */
  id: string;
  /** The new executable. */
  file: string;
  state: (typeof UPGRADE_STATES)[number];
  from: ProgramView;
  /** The version that the new one tells; null: not known yet. */
  to: string | null;
  /** Each with a sentence. `at`: ISO 8601. */
  steps: { step: (typeof UPGRADE_STEPS)[number]; at: string; text: string }[];
  /** Why it failed; null: it did not. */
  reason: string | null;
  /** How long nothing was forwarded; null: that was not so, or is not over. */
  interruption_ms: number | null;
  /** The executable that the first of all these programs was started as; null: from source. */
  installed: string | null;
}
