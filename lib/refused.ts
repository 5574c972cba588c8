/**
 * How the program says no: what is wrong, and where.
 *
 * @module
 */

/** One place of a configuration and what is wrong with it. */
export interface Problem {
  /** `vips[2].servers[0].address`; empty: the whole. */
  path: string;
  message: string;
  /** Of the text that was sent, counted from 1, where it was a text and the place is known. */
  line?: number;
}

export type RefusedStatus = 400 | 403 | 404 | 409 | 412;

/** A change was refused; nothing changed. The status is HTTP's: 400, 403, 404, 409 or 412. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly status: RefusedStatus;
  readonly problems: Problem[];

  constructor(status: RefusedStatus, problems: Problem[]) {
    super(problems.map((p) => (p.path ? `${p.path}: ${p.message}` : p.message)).join("\n"));
    this.status = status;
    this.problems = problems;
  }
}
