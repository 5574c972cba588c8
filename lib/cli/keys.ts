/**
 * Keys as they are typed at a terminal.
 *
 * @module
 */

/** What a key is called: its own letter, or one of these. */
const NAMES: Record<string, string> = {
  "\x1b[A": "up",
  "\x1bOA": "up",
  "\x1b[B": "down",
  "\x1bOB": "down",
  "\x1b[C": "right",
  "\x1bOC": "right",
  "\x1b[D": "left",
  "\x1bOD": "left",
  "\x1b[5~": "page up",
  "\x1b[6~": "page down",
  "\x1b[H": "home",
  "\x1bOH": "home",
  "\x1b[1~": "home",
  "\x1b[F": "end",
  "\x1bOF": "end",
  "\x1b[4~": "end",
  "\x1b": "escape",
  "\r": "enter",
  "\n": "enter",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x03": "ctrl-c",
  "\x04": "ctrl-d",
  "\x0c": "ctrl-l",
  "\x15": "ctrl-u",
};

// deno-lint-ignore no-control-regex
const ONE = /\x1b(?:\[[\d;]*[A-Za-z~]|O[A-Z])?|[^]/gu;
// deno-lint-ignore no-control-regex
const UNFINISHED = /\x1b(?:\[[\d;]*|O)?$/;
/** A sequence comes at once; a key pressed alone is followed by nothing for longer. */
const SEQUENCE_MS = 50;

/** The keys in what was typed. Sequences that nobody needs are left out. */
export function keysOf(text: string): string[] {
  return (text.match(ONE) ?? []).flatMap((one) => {
    const name = NAMES[one];
    if (name !== undefined) return [name];
    // deno-lint-ignore no-control-regex
    return /^[\x00-\x1f]/.test(one) ? [] : [one];
  });
}

/** Keys from standard input until it ends. */
export async function* readKeys(): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const bytes = new Uint8Array(4096);
  const read = async () => {
    const count = await Deno.stdin.read(bytes);
    return count === null ? null : decoder.decode(bytes.subarray(0, count), { stream: true });
  };
  let next = read();
  for (;;) {
    let text = await next;
    if (text === null) return;
    next = read();
    while (UNFINISHED.test(text)) {
      const more: string | null = await withinSequence(next);
      if (more === null) break;
      text += more;
      next = read();
    }
    yield* keysOf(text);
  }
}

/** What comes next if it comes soon; null: nothing does. */
async function withinSequence(next: Promise<string | null>): Promise<string | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => timer = setTimeout(resolve, SEQUENCE_MS, null));
  try {
    return await Promise.race([next, late]);
  } finally {
    clearTimeout(timer);
  }
}
