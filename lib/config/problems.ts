/**
 * What the schema found wrong, as paths and sentences.
 *
 * @module
 */
import type { z } from "zod";
import type { Problem } from "../refused.ts";
import { KNOWN_FIELDS, NAME_RULE } from "./schema.ts";
import { nearest } from "./nearest.ts";
import { shown } from "../shown.ts";

type Path = readonly PropertyKey[];

/** Nobody reads more at once. */
const PROBLEMS_MAX = 100;
/** Longer words are no slips of the pen. */
const WORD_MAX = 32;

/** `vips[2].servers[0].address`; a name that would be ambiguous stands in quotes: `interfaces["a b"]`. */
function formatPath(path: Path): string {
  return path.map(formatStep).join("").replace(/^\./, "");
}

/** One step of a path: `[2]`, `.address`, `["a b"]`. */
export function formatStep(step: PropertyKey): string {
  if (typeof step === "number") return `[${step}]`;
  const name = String(step);
  return /^[\w.-]{1,40}$/.test(name) ? `.${name}` : `[${shown(name)}]`;
}

/** One problem for every place that the schema's error names, as far as {@linkcode fewProblems} keeps them. */
export function schemaProblems(error: z.ZodError): Problem[] {
  const some = error.issues.filter((issue) => !isNotSafe(issue)).slice(0, PROBLEMS_MAX + 1);
  return some.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") {
      return [{ path: formatPath(issue.path), message: issue.message }];
    }
    return issue.keys.slice(0, PROBLEMS_MAX + 1).map((key) => unknownField(issue.path, key));
  });
}

/** The first problems, and a word that there are others. */
export function fewProblems(problems: Problem[]): Problem[] {
  if (problems.length <= PROBLEMS_MAX) return problems;
  const message = `these are the first ${PROBLEMS_MAX} problems; there are more`;
  return [...problems.slice(0, PROBLEMS_MAX), { path: "", message }];
}

/** Beyond 2^53 a number breaks two rules; its own limit says more. */
function isNotSafe(issue: z.core.$ZodIssue): boolean {
  return issue.code === "too_big" && issue.maximum === Number.MAX_SAFE_INTEGER ||
    issue.code === "too_small" && issue.minimum === Number.MIN_SAFE_INTEGER;
}

function unknownField(path: Path, key: string): Problem {
  const known = KNOWN_FIELDS[placeOf(path)] ?? [];
  const meant = key.length > WORD_MAX ? null : nearest(key, known);
  const hint = meant === null ? `; known here: ${known.join(", ")}` : `; did you mean ${meant}?`;
  return { path: formatPath([...path, key]), message: `not a known field${hint}` };
}

/** A key of {@linkcode KNOWN_FIELDS}. */
function placeOf(path: Path): string {
  const named = path[0] === "interfaces" ? path.with(1, "*") : path;
  return named.map((step) => typeof step === "number" ? "[]" : `.${String(step)}`)
    .join("").replace(/^\./, "");
}

const WORDS: Record<string, string> = {
  string: "text",
  number: "a whole number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping of fields",
  record: "a mapping of names",
};

/** Our sentence for an issue of the schema; undefined leaves the check's own. */
export function issueMessage(issue: z.core.$ZodRawIssue): string | undefined {
  const input = issue.input;
  switch (issue.code) {
    case "invalid_type": {
      if (input === undefined) return "is missing";
      const hint = issue.expected === "string" && typeof input === "number"
        ? "; put it in quotes"
        : "";
      return `expected ${WORDS[issue.expected] ?? issue.expected}, not ${shown(input)}${hint}`;
    }
    case "invalid_value":
      if (input === undefined) return "is missing";
      return `must be one of ${issue.values.join(", ")}, not ${shown(input)}`;
    case "too_small":
      return `must be at least ${issue.minimum}, not ${shown(input)}`;
    case "too_big":
      return `must be at most ${issue.maximum}, not ${shown(input)}`;
    case "invalid_key":
      return NAME_RULE;
  }
  return undefined;
}
