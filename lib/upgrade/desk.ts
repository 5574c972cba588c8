/**
 * What REST has of upgrades.
 *
 * @module
 */
import type { Caller } from "../caller.ts";
import { RefusedError } from "../refused.ts";
import type { UpgradeView } from "./view.ts";

/** Begins upgrades, and tells of them. */
export interface UpgradeDesk {
  /** The last one, also where this program came by it; null: there was none. */
  readonly last: UpgradeView | null;
  /**
   * Begins one, when the file was found to be a Guideway.
   *
   * @param id Of one that was begun already: nothing new happens.
   * @throws {RefusedError} 400 for the file, 409 while another one goes on
   */
  begin(file: string, id: string, caller: Caller): Promise<UpgradeView>;
}

/** For who cannot be upgraded, as a simulation. */
export const NO_UPGRADES: UpgradeDesk = {
  last: null,
  begin: () =>
    Promise.reject(new RefusedError(409, [{ path: "", message: "this program cannot hand over" }])),
};
