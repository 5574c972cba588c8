/**
 * A machine as it shows itself: files of /proc and /sys, and what `ip` and `ethtool` answer. Another root stands for
 * another machine: a copy of its files, and its answers under `commands/`, each named by the words that were asked.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join, resolve } from "node:path";

/** Reads; changes nothing. */
export class Machine {
  readonly #root: string;
  /** What is there and may not be read. */
  readonly unseen: Set<string> = new Set();

  constructor(root = "/") {
    this.#root = resolve(root);
  }

  /** It is the machine that this program runs on. */
  get here(): boolean {
    return this.#root === "/";
  }

  /** Where a path of the machine is. */
  path(path: string): string {
    return join(this.#root, path);
  }

  /** A file's text without space at its ends; null: there is none, or it cannot be read. */
  read(path: string): string | null {
    return this.#look(path, (at) => readFileSync(at, "utf8").trim());
  }

  /** A file's whole number; null also where it holds something else. */
  number(path: string): number | null {
    const text = this.read(path);
    return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
  }

  /** The names in a folder, in order; none where there is no such folder. */
  list(path: string): string[] {
    return this.#look(path, (at) => readdirSync(at).toSorted()) ?? [];
  }

  /** The last name of what a link leads to; null: there is no such link. */
  link(path: string): string | null {
    return this.#look(path, (at) => basename(readlinkSync(at)));
  }

  has(path: string): boolean {
    return existsSync(this.path(path));
  }

  /** What a program prints; null where it fails or is not there. */
  async ask(...words: string[]): Promise<string | null> {
    if (!this.here) return this.read(`commands/${words.join(" ").replaceAll("/", "_")}`);
    const [program = "", ...args] = words;
    try {
      const options = { args, stdin: "null", stderr: "null" } as const;
      const { success, stdout } = await new Deno.Command(program, options).output();
      return success ? new TextDecoder().decode(stdout) : null;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /** The same where it prints JSON: an empty list where it does not. */
  async askJson<T>(...words: string[]): Promise<T[]> {
    const text = await this.ask(...words);
    try {
      return text === null || text.trim() === "" ? [] : JSON.parse(text);
    } catch {
      return [];
    }
  }

  #look<T>(path: string, look: (at: string) => T): T | null {
    try {
      return look(this.path(path));
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code === "EACCES" || code === "EPERM") this.unseen.add(path);
      return null;
    }
  }
}
