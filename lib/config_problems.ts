/**
 * What the schema found wrong, as paths and sentences.
 *
 * @module
 */
import type { z } from "zod";
import type { Problem } from "./refused.ts";
import { KNOWN_FIELDS } from "./config_schema.ts";
import { nearest } from "./nearest.ts";

type Path = readonly PropertyKey[];

/** `vips[2].servers[0].address` */
export function formatPath(path: Path): string {
  return path.map((step) => typeof step === "number" ? `[${step}]` : `.${String(step)}`)
    .join("").replace(/^\./, "");
}

/** One problem for every place that the schema's error names. */
export function schemaProblems(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") {
      return [{ path: formatPath(issue.path), message: issue.message }];
    }
    return issue.keys.map((key) => unknownField([...issue.path], key));
  });
}

function unknownField(path: PropertyKey[], key: string): Problem {
  const place = formatPath(
    path.map((step, at) => at === 1 && path[0] === "interfaces" ? "*" : step),
  )
    .replace(/\[\d+\]/g, "[]");
  const known = KNOWN_FIELDS[place] ?? [];
  const meant = nearest(key, known);
  const hint = meant === null ? `; known here: ${known.join(", ")}` : `; did you mean ${meant}?`;
  return { path: formatPath([...path, key]), message: `not a known field${hint}` };
}

const WORDS: Record<string, string> = {
  string: "text",
  number: "a whole number",
  int: "a whole number",
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
      return `expected ${WORDS[issue.expected] ?? issue.expected}, not ${show(input)}${hint}`;
    }
    case "invalid_value":
      if (input === undefined) return "is missing";
      return `must be one of ${issue.values.join(", ")}, not ${show(input)}`;
    case "too_small":
      return `must be at least ${issue.minimum}, not ${show(input)}`;
    case "too_big":
      return `must be at most ${issue.maximum}, not ${show(input)}`;
    case "invalid_key":
      return "not a name for an interface: a letter first, then letters, digits, dot, dash or " +
        "underscore, up to 32 in all";
  }
  return undefined;
}

/** A value short enough for a sentence. */
function show(value: unknown): string {
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
}
