/**
 * Asks the program what a text would change, while it is typed: a moment after the last key, and one question at a time.
 *
 * @module
 */
import { Client } from "../../../lib/client.ts";
import { fromPage, NotAnsweringError, RequestError } from "../../../lib/client/transport.ts";
import { type Problem, RefusedError } from "../../../lib/refused.ts";
import type { Checked } from "../../(components)/changes/check_result.tsx";
import { showMarks } from "./editor.ts";

/** What is known, and whether that is about what stands there now. */
export interface CheckState {
  phase: "still" | "waiting" | "right" | "wrong" | "long" | "gone";
  checked: Checked | null;
}

const PAUSE_MS = 400;

/** Checks one field. */
export class Checker {
  readonly #client = new Client(fromPage());
  readonly #most: number;
  readonly #tell: (state: CheckState) => void;
  #checked: Checked | null;
  #text = "";
  #asked: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param most Longer texts are not checked. @param checked What is known already. */
  constructor(most: number, checked: Checked | null, tell: (state: CheckState) => void) {
    this.#most = most;
    this.#checked = checked;
    this.#tell = tell;
  }

  get problems(): Problem[] {
    return this.#checked !== null && "problems" in this.#checked ? this.#checked.problems : [];
  }

  /** The text is another. */
  typed(text: string): void {
    this.#text = text;
    showMarks(text, []);
    if (text.length > this.#most) return this.#tell({ phase: "long", checked: null });
    this.#tell({ phase: "waiting", checked: this.#checked });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(), PAUSE_MS);
  }

  async #check(): Promise<void> {
    if (this.#asked !== null) return;
    const text = this.#asked = this.#text;
    const found = await this.#ask(text);
    this.#asked = null;
    if (text !== this.#text) return await this.#check();
    if (found === null) return this.#tell({ phase: "gone", checked: null });
    this.#checked = found;
    showMarks(text, this.problems);
    this.#tell({ phase: "problems" in found ? "wrong" : "right", checked: found });
  }

  /** @returns Null: nobody answers. */
  async #ask(text: string): Promise<Checked | null> {
    try {
      return { applied: await this.#client.replace(text, "yaml", { dryRun: true }) };
    } catch (error) {
      if (error instanceof RefusedError) return { problems: error.problems };
      if (error instanceof RequestError) {
        return { problems: [{ path: "", message: error.message }] };
      }
      if (error instanceof NotAnsweringError) return null;
      throw error;
    }
  }
}
