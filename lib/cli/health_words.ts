import { nearest } from "../config/nearest.ts";
import { usageError } from "./exit.ts";

/** Fields behind the type, and whether their values are numbers. */
const FIELDS: Record<string, "number" | "text"> = {
  port: "number",
  path: "text",
  host: "text",
  expect: "text",
  send: "text",
  interval: "number",
  timeout: "number",
  rise: "number",
  fall: "number",
  on_down: "text",
};

/**
 * `http,port=8080,path=/healthz` as a health check. Statuses are written with `+` between them: `expect=200+204`.
 *
 * @param whole Fields that are not given are taken away, so that the words are all of the check.
 * @throws {CommandError} wrong usage
 */
export function readHealth(text: string, whole: boolean): Record<string, unknown> {
  const [type = "", ...words] = text.split(",").map((word) => word.trim());
  const given = words.map((word): [string, unknown] => {
    const at = word.indexOf("=");
    const name = at < 0 ? word : word.slice(0, at);
    return [name, readValue(name, at < 0 ? undefined : word.slice(at + 1))];
  });
  const none = whole ? Object.keys(FIELDS).map((name) => [name, null]) : [];
  return Object.fromEntries([["type", type], ...none, ...given]);
}

function readValue(name: string, value: string | undefined): string | number {
  const kind = FIELDS[name];
  if (kind === undefined) {
    const meant = nearest(name, Object.keys(FIELDS));
    const hint = meant === null ? `one of ${Object.keys(FIELDS).join(", ")}` : meant;
    throw usageError(`--health: ${name} is no field of a check; write ${hint}`);
  }
  if (value === undefined || value === "") {
    throw usageError(`--health: ${name} has no value; write ${name}=…`);
  }
  if (kind === "text") return name === "expect" ? value.replaceAll("+", ",") : value;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  throw usageError(`--health: ${name} is a number, not ${value}`);
}
