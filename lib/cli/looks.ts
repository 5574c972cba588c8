/**
 * Where looks at the running program are shown: one behind the other, or on a terminal in each other's place.
 *
 * @module
 */
import type { Client } from "../client.ts";
import { readKeys } from "./keys.ts";
import { fit, print, say } from "./output.ts";
import { Screen } from "./terminal.ts";

/** What was seen, and when: milliseconds on a clock that only goes forward. */
export interface Look<T> {
  value: T;
  at: number;
}

/** What a command reads, and how it says it. */
export interface Reading<T> {
  ask: (client: Client) => Promise<T>;
  /** What people see; `before` is the look before, where there was one. */
  text: (now: Look<T>, before: Look<T> | null) => string;
  /** What programs see, which is what REST gives; the value as it is unless given. */
  json?: (value: T) => unknown;
  /** Sentences beside it. */
  notes?: (value: T) => string[];
}

/** Where looks are shown. */
export interface Shown<T> extends Disposable {
  show(look: Look<T>): void;
  /** There is none this time. */
  fail(sentence: string): void;
  /** The pause, or shorter when whoever looks has seen enough. */
  enough(pause: Promise<void>): Promise<void>;
  readonly ended: boolean;
  /** The last look is to stay in sight. */
  keep(): void;
}

/** One behind the other. */
export class Lines<T> implements Shown<T> {
  readonly ended = false;
  readonly #json: true | undefined;
  readonly #reading: Reading<T>;
  #before: Look<T> | null = null;
  #said = "";

  constructor(json: true | undefined, reading: Reading<T>) {
    this.#json = json;
    this.#reading = reading;
  }

  show(look: Look<T>): void {
    const { json = (all: T) => all, text, notes } = this.#reading;
    if (this.#json) print(JSON.stringify(json(look.value)));
    else print(`${text(look, this.#before)}\n`);
    this.#before = look;
    this.#say((notes?.(look.value) ?? []).join("\n"));
  }

  fail(sentence: string): void {
    this.#before = null;
    this.#say(`guideway: ${sentence}`);
  }

  enough(pause: Promise<void>): Promise<void> {
    return pause;
  }

  keep(): void {}

  /** What is said already is not said again. */
  #say(text: string): void {
    if (text !== this.#said) say(text);
    this.#said = text;
  }

  [Symbol.dispose](): void {}
}

/** On a terminal, in each other's place. */
export class Page<T> implements Shown<T> {
  ended = false;
  readonly #reading: Reading<T>;
  readonly #screen: Screen;
  readonly #quit = Promise.withResolvers<void>();
  #before: Look<T> | null = null;
  #body: string[] = [];
  #head = "";
  #keep = false;

  constructor(reading: Reading<T>) {
    this.#reading = reading;
    this.#screen = new Screen(() => this.#draw());
    if (this.#screen.keys) this.#listen();
  }

  show(look: Look<T>): void {
    const { text, notes } = this.#reading;
    this.#body = [text(look, this.#before), ...notes?.(look.value) ?? []].join("\n").split("\n");
    this.#before = look;
    this.#head = "";
    this.#draw();
  }

  fail(sentence: string): void {
    this.#before = null;
    this.#head = sentence;
    this.#draw();
  }

  enough(pause: Promise<void>): Promise<void> {
    return Promise.race([pause, this.#quit.promise]);
  }

  #draw(): void {
    const head = this.#head === "" ? [] : [this.#head, ""];
    this.#screen.draw(fit([...head, ...this.#body], this.#screen.size().rows));
  }

  async #listen(): Promise<void> {
    for await (const key of readKeys()) {
      if (key !== "q") continue;
      this.ended = true;
      this.#quit.resolve();
    }
  }

  keep(): void {
    this.#keep = true;
  }

  [Symbol.dispose](): void {
    this.#screen[Symbol.dispose]();
    if (this.#keep) print(this.#body.join("\n"));
  }
}
