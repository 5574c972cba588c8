/**
 * The words of `guideway run` that an early start has to know. The command itself reads them all.
 *
 * @module
 */

/** Options of `run` with a value, and those without. A test compares. */
export const WITH_VALUE = [
  ...["--config", "--state", "--listen", "--flow-memory", "--tls-cert", "--tls-key"],
  ...["--socket", "--log-format"],
];
export const WITHOUT_VALUE = ["--require-token"];

/** What matters of them. */
export interface RunWords {
  config?: string;
  state?: string;
  flowMemory?: string;
}

/** Null: this is no `run`, or something about it is not understood. */
export function readRunWords(words: readonly string[]): RunWords | null {
  if (words[0] !== "run") return null;
  const found = new Map<string, string>();
  for (let i = 1; i < words.length; i++) {
    const [, name, joined] = /^(--[a-z-]+)(?:=(.*))?$/s.exec(words[i]!) ?? [];
    if (name !== undefined && joined === undefined && WITHOUT_VALUE.includes(name)) continue;
    if (name === undefined || !WITH_VALUE.includes(name)) return null;
    const value = joined ?? words[++i];
    if (value === undefined || value === "") return null;
    found.set(name, value);
  }
  const [config, state, flowMemory] = ["--config", "--state", "--flow-memory"]
    .map((name) => found.get(name));
  return {
    ...config !== undefined && { config },
    ...state !== undefined && { state },
    ...flowMemory !== undefined && { flowMemory },
  };
}

/**
 * Whether the text of a configuration seems to want these workers, and no other bus than this. What it wants indeed is
 * known later: to be wrong costs time.
 */
export function seemsToWant(text: string, workers: number, usePci: boolean): boolean {
  const wanted = [...text.matchAll(/\bworkers\b["']?\s*:\s*["']?(\d+)/g)].map(([, n]) => Number(n));
  if (wanted.length > 1 || (wanted[0] ?? 1) !== workers) return false;
  return usePci || !/\bpci:/.test(text);
}
