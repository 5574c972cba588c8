/**
 * From commands of another program's file to a configuration that is valid, with as many of them as can be.
 *
 * @module
 */
import { type Config, parseConfig } from "../config.ts";
import { type Problem, RefusedError } from "../refused.ts";
import type { Command } from "../vpp/command.ts";
import { Draft } from "../vpp/draft.ts";
import { edit } from "../vpp/edit.ts";
import { LineError } from "../vpp/line_error.ts";
import { lineErrors } from "../vpp/problems.ts";
import type { Note } from "./note.ts";

/** The node's own addresses, where somebody knows them. */
export interface Sources {
  ip4_src_address?: string;
  ip6_src_address?: string;
}

/** A configuration without VIPs, still to be validated. */
export interface Base {
  conf: Sources & { gue_port?: number };
  workers?: number;
  interfaces?: Record<string, { device: string }>;
}

/** What an import makes of a file. */
export interface Imported {
  config: Config;
  notes: Note[];
}

/** Addresses for documentation (RFC 5737, RFC 3849): nothing reaches them, and everybody knows them. */
const STAND_INS = {
  ip4_src_address: (n: number) => ({ address: `192.0.2.${n}`, prefix: `192.0.2.${n}/32` }),
  ip6_src_address: (n: number) => ({ address: `2001:db8::${n}`, prefix: `2001:db8::${n}/128` }),
} as const;

/**
 * Carries out the commands. Those that are wrong are left out, with a note on their line.
 *
 * @throws {RefusedError} when the base alone is wrong.
 */
export function assemble(base: Base, commands: readonly Command[]): Imported {
  const notes: Note[] = [];
  const conf = { ...base.conf };
  let rest = [...commands];
  for (;;) {
    const draft = new Draft(parseConfig({ ...base, conf }), new Map());
    const wrong = new Map<number, string>();
    rest = rest.filter((command) => carryOut(draft, command, wrong));
    const config = validate(draft);
    if ("problems" in config) {
      if (!standIn(conf, config.problems, draft, notes)) {
        explain(draft, config.problems, rest, wrong);
      }
      rest = rest.filter(({ place }) => !wrong.has(place.line));
    }
    for (const [line, why] of wrong) notes.push({ line, message: `left out: ${why}` });
    if (!("problems" in config)) return { config, notes };
  }
}

/** False: it cannot be; its line is in `wrong` then. */
function carryOut(draft: Draft, command: Command, wrong: Map<number, string>): boolean {
  try {
    edit(draft, command);
    return true;
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    wrong.set(command.place.line, error.message);
    return false;
  }
}

function validate(draft: Draft): Config | { problems: Problem[] } {
  try {
    return parseConfig(draft.input());
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { problems: error.problems };
  }
}

/** The node's address where only that is missing. True: one more is there now. */
function standIn(sources: Sources, problems: Problem[], draft: Draft, notes: Note[]): boolean {
  const fields = Object.keys(STAND_INS) as (keyof Sources)[];
  const missing = fields.filter((field) =>
    problems.some(({ path, message }) =>
      path === `conf.${field}` && message.startsWith("is missing")
    )
  );
  for (const field of missing) {
    const address = sources[field] = freeStandIn(field, draft);
    const message = `conf.${field} is ${address}, a stand-in; write the node's own address`;
    notes.push({ line: 0, message });
  }
  return missing.length > 0;
}

/** The first that is no VIP. */
function freeStandIn(field: keyof Sources, draft: Draft): string {
  const taken = new Set([...draft.vips.values()].map(({ fields }) => fields.prefix));
  for (let n = 1;; n++) {
    const { address, prefix } = STAND_INS[field](n);
    if (!taken.has(prefix)) return address;
  }
}

function explain(
  draft: Draft,
  problems: Problem[],
  commands: Command[],
  wrong: Map<number, string>,
): void {
  const last = commands.at(-1)?.place;
  if (last === undefined) throw new RefusedError(400, problems);
  for (const { place, message } of lineErrors(draft, problems, last)) {
    if (!wrong.has(place.line)) wrong.set(place.line, message);
  }
}
