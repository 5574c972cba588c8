/**
 * In which lines of a text its problems stand.
 *
 * @module
 */
import type { Problem } from "../refused.ts";
import { type YamlPlace, yamlPlaces } from "../yaml.ts";
import { formatStep } from "./problems.ts";

/** Each problem with its line. What is missing is told where it would belong. @param text Readable as YAML. */
export function withLines(problems: readonly Problem[], text: string): Problem[] {
  if (problems.every(({ path }) => path === "")) return [...problems];
  const root = yamlPlaces(text);
  return problems.map((problem) => {
    const { path } = problem;
    if (path === "") return problem;
    return { ...problem, line: lineOf(root, path.startsWith("[") ? path : `.${path}`) };
  });
}

function lineOf(place: YamlPlace, path: string): number {
  const step = stepOf(place, path);
  const next = step === null ? null : step.place;
  return step === null || next === null ? place.line : lineOf(next, path.slice(step.length));
}

/** The first step of a path, and what is there. */
function stepOf(
  place: YamlPlace,
  path: string,
): { place: YamlPlace | null; length: number } | null {
  const index = /^\[(\d+)\]/.exec(path);
  if (index !== null) return { place: place.item(Number(index[1])), length: index[0].length };
  // Names may hold dots: the longest that fits is meant.
  const fits = place.names.filter((name) => isStep(formatStep(name), path))
    .sort((a, b) => b.length - a.length);
  const [name] = fits;
  if (name === undefined) return null;
  return { place: place.field(name), length: formatStep(name).length };
}

function isStep(step: string, path: string): boolean {
  return path.startsWith(step) && /^($|[.[])/.test(path.slice(step.length));
}
