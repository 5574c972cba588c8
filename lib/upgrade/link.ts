/**
 * What two processes tell each other while one takes the other's place: a line of JSON a message, over a unix socket.
 *
 * @module
 */
import type { UpgradeView } from "./view.ts";

/** Counts up when messages mean something else: both must know the same. */
export const PROTOCOL = 1;

/** All that the new process is to know before it has anything. */
export interface Task {
  /** The running configuration. */
  config: unknown;
  /** Open ports by device, with the indices that flows know them by. */
  ports: (readonly [device: string, index: number])[];
  /** Where the old process listens for TCP. */
  port: number;
  /** Of the service manager, which knows the old process so far. */
  service: { socket: string | null; watchdogMs: number | null };
  upgrade: UpgradeView;
}

/** What is true when the old process has let go of the store. */
export interface Truth {
  config: unknown;
  /** Where packets leave, by address. */
  nextHops: (readonly [address: string, next: unknown])[];
}

/** In the order in which they are sent, up to `done`. */
export type Message =
  | { kind: "hello"; key: string; protocol: number; version: string; pid: number }
  | { kind: "task"; task: Task }
  | { kind: "prepared" }
  // From here on the old process no longer has the store and the listeners…
  | { kind: "store"; truth: Truth }
  | { kind: "opened" }
  // …now forwards nothing…
  | { kind: "rest" }
  // …and has no ports and no flows any more.
  | { kind: "yours" }
  | { kind: "forwards" }
  | { kind: "ready"; revision: number }
  /** `stays`: the old process is the new one's parent, and its end is the new one's. */
  | { kind: "done"; upgrade: UpgradeView; stays: boolean }
  /** In place of any of the new process's. */
  | { kind: "failed"; reason: string }
  // What a child asks of the parent that stays: to start another one, and to be its parent in place of this one's.
  | { kind: "start"; file: string; env: Record<string, string> }
  | { kind: "started"; pid: number }
  | { kind: "ended"; pid: number; how: string }
  | { kind: "follow"; pid: number }
  | { kind: "following" };

/** Messages of one kind. */
export type Of<Kind extends Message["kind"]> = Extract<Message, { kind: Kind }>;

/** A message did not come. */
export class LinkError extends Error {
  override readonly name = "LinkError";
  /** Nothing will come any more. */
  readonly torn: boolean;

  constructor(message: string, torn = false) {
    super(message);
    this.torn = torn;
  }
}

/** One end of the socket. */
export class Link implements Disposable {
  /** Resolves when nothing comes any more. */
  readonly ended: Promise<void>;
  readonly #connection: Deno.Conn;
  readonly #came: Message[] = [];
  #over = false;
  #grown = Promise.withResolvers<void>();

  /** @param connection The link's own from then on. */
  constructor(connection: Deno.Conn) {
    this.#connection = connection;
    this.ended = this.#read();
  }

  /** Nothing comes any more. */
  get over(): boolean {
    return this.#over;
  }

  async send(message: Message): Promise<void> {
    const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    try {
      for (let at = 0; at < bytes.length;) {
        at += await this.#connection.write(bytes.subarray(at));
      }
    } catch {
      // The other end is gone, which `ended` and the next message tell.
    }
  }

  /**
   * The next message of one of these kinds; others stay for those who wait for them.
   *
   * @param milliseconds How long to wait; for ever unless given.
   * @throws {LinkError} when there is none
   */
  async next(kinds: readonly Message["kind"][], milliseconds?: number): Promise<Message> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let late = false;
    if (milliseconds !== undefined) {
      timer = setTimeout(() => {
        late = true;
        this.#wake();
      }, Math.max(0, milliseconds));
    }
    try {
      for (;;) {
        const at = this.#came.findIndex(({ kind }) => kinds.includes(kind));
        if (at >= 0) return this.#came.splice(at, 1)[0]!;
        if (this.#over) throw new LinkError("the connection to it ended", true);
        if (late) throw new LinkError(`it said nothing within ${Math.round(milliseconds!)} ms`);
        await this.#grown.promise;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** The next message of that kind. @throws {LinkError} also with the reason why there is none */
  async expect<Kind extends Message["kind"]>(
    kind: Kind,
    milliseconds?: number,
  ): Promise<Of<Kind>> {
    const message = await this.next([kind, "failed"], milliseconds);
    if (message.kind === "failed") throw new LinkError(message.reason);
    return message as Of<Kind>;
  }

  /** Closes this end. */
  [Symbol.dispose](): void {
    if (this.#over) return;
    this.#over = true;
    try {
      this.#connection.close();
    } catch {
      // The other end was faster, which closes this one, too.
    }
    this.#wake();
  }

  async #read(): Promise<void> {
    let text = "";
    try {
      for await (const part of this.#connection.readable.pipeThrough(new TextDecoderStream())) {
        const lines = (text + part).split("\n");
        text = lines.pop()!;
        this.#came.push(...lines.map((line) => JSON.parse(line)));
        this.#wake();
      }
    } catch {
      // Closed here, or torn: over either way.
    }
    this.#over = true;
    this.#wake();
  }

  #wake(): void {
    this.#grown.resolve();
    this.#grown = Promise.withResolvers();
  }
}
