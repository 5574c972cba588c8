/**
 * The terminal's own 16 colours, where they are wanted: not with NO_COLOR, not on a terminal that has none, not in a file.
 *
 * @module
 */

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** What a text can look like. */
export type Style = keyof typeof CODES;

/** Puts a style on a text; gives it back as it is where there are no colours. */
export type Paint = (style: Style, text: string) => string;

/** The way to paint for standard output. */
export function paintFor(terminal = Deno.stdout.isTerminal()): Paint {
  if (!coloured(terminal)) return (_, text) => text;
  return (style, text) => text === "" ? "" : sgr(CODES[style], text);
}

/** Backgrounds that can be told apart, also by the colour-blind; a letter stands on each. */
const BACKGROUNDS = [44, 43, 46, 45, 42, 41, 47, 100];

/** Puts the text on the background of that number; the numbers go round. */
export type Fill = (index: number, text: string) => string;

/** The way to fill for standard output. */
export function fillFor(terminal = Deno.stdout.isTerminal()): Fill {
  if (!coloured(terminal)) return (_, text) => text;
  return (index, text) => {
    const background = BACKGROUNDS[index % BACKGROUNDS.length]!;
    return `\x1b[${background === 44 || background === 100 ? 97 : 30};${background}m${text}\x1b[0m`;
  };
}

function coloured(terminal: boolean): boolean {
  const word = (name: string) => Deno.env.get(name) ?? "";
  return terminal && word("NO_COLOR") === "" && word("TERM") !== "dumb";
}

function sgr([on, off]: readonly [number, number], text: string): string {
  return `\x1b[${on}m${text}\x1b[${off}m`;
}
