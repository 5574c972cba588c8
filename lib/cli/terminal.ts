/**
 * The whole terminal for a while: its alternate screen, keys as they are typed, its size; all as it was afterwards.
 *
 * @module
 */
import { write } from "./output.ts";
import { cut } from "./width.ts";

/** Alternate screen, no cursor, no wrapping; and back. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
/** Terminals that know it show all of a frame at once. */
const FRAME = ["\x1b[?2026h", "\x1b[?2026l"] as const;

/** What {@linkcode Screen.size} gives where the terminal does not know. */
const USUAL = { rows: 24, columns: 80 };

/** Standard output as a screen. Whoever opens one disposes of it, whatever happens. */
export class Screen implements Disposable {
  readonly #keys: boolean;
  readonly #onChange: () => void;
  #shown: string[] = [];
  #away = false;

  /** @param onChange The size is another, or the screen is back from elsewhere: draw again. */
  constructor(onChange: () => void) {
    this.#keys = Deno.stdin.isTerminal();
    this.#onChange = onChange;
    this.#enter();
    Deno.addSignalListener("SIGWINCH", this.#changed);
    Deno.addSignalListener("SIGTSTP", this.#stop);
    Deno.addSignalListener("SIGCONT", this.#back);
  }

  /** Whether keys can be read from standard input, one by one. */
  get keys(): boolean {
    return this.#keys;
  }

  /** Of the terminal now, at least 1 by 1. */
  size(): { rows: number; columns: number } {
    try {
      const { rows, columns } = Deno.consoleSize();
      return rows > 0 && columns > 0 ? { rows, columns } : USUAL;
    } catch {
      return USUAL;
    }
  }

  /** Shows the lines, cut to the screen; only what is another than before is written. */
  draw(lines: string[]): void {
    if (this.#away) return;
    const { rows, columns } = this.size();
    const next = Array.from({ length: rows }, (_, at) => cut(lines[at] ?? "", columns));
    const changes = next.flatMap((line, at) =>
      line === this.#shown[at] ? [] : [`\x1b[${at + 1};1H\x1b[0m${line}\x1b[0m\x1b[K`]
    );
    this.#shown = next;
    if (changes.length > 0) write(FRAME[0] + changes.join("") + FRAME[1]);
  }

  [Symbol.dispose](): void {
    Deno.removeSignalListener("SIGWINCH", this.#changed);
    Deno.removeSignalListener("SIGTSTP", this.#stop);
    Deno.removeSignalListener("SIGCONT", this.#back);
    this.#leave();
  }

  #enter(): void {
    // Ctrl-C and Ctrl-Z stay signals.
    if (this.#keys) Deno.stdin.setRaw(true, { cbreak: true });
    this.#shown = [];
    this.#away = false;
    write(ENTER);
  }

  #leave(): void {
    if (this.#away) return;
    this.#away = true;
    // The terminal itself may be gone.
    attempt(() => write(LEAVE));
    if (this.#keys) attempt(() => Deno.stdin.setRaw(false));
  }

  #changed = (): void => {
    this.#shown = [];
    if (!this.#away) write("\x1b[2J");
    this.#onChange();
  };

  #stop = (): void => {
    this.#leave();
    Deno.kill(Deno.pid, "SIGSTOP");
  };

  #back = (): void => {
    if (!this.#away) return;
    this.#enter();
    this.#onChange();
  };
}

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // There is nothing left to put right.
  }
}
