/**
 * What was typed before, in a file of the user's own.
 *
 * @module
 */
import { dirname, join } from "node:path";

/** Lines that were typed, also before this start. Where the file cannot be written they are of this start only. */
export class History {
  static readonly SIZE = 1000;
  readonly #path: string;
  readonly #lines: string[];
  /** The file holds more than is kept. */
  #long: boolean;

  /** @param folder May not be there yet. */
  constructor(folder: string) {
    this.#path = join(folder, "shell_history");
    const all = read(this.#path);
    this.#long = all.length > History.SIZE;
    this.#lines = all.slice(-History.SIZE);
  }

  newestFirst(): string[] {
    return this.#lines.toReversed();
  }

  /** Empty lines and repeated ones are not worth it. */
  add(line: string): void {
    if (line.trim() === "" || line === this.#lines.at(-1)) return;
    this.#lines.push(line);
    try {
      Deno.mkdirSync(dirname(this.#path), { recursive: true });
      const text = this.#long ? this.#lines.join("\n") : line;
      Deno.writeTextFileSync(this.#path, `${text}\n`, { append: !this.#long, mode: 0o600 });
      this.#long = false;
    } catch {
      // A shell without a history file still works.
    }
  }
}

function read(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).split("\n").filter((line) => line !== "");
  } catch {
    return [];
  }
}
